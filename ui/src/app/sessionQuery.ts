import { type QueryClient, useQuery } from '@tanstack/react-query';
import { api, ApiProblem, keepCsrfToken } from '../api/client';
import { keys } from '../api/queries';
import type { Session } from '../api/types';

export interface SessionBody {
  user: Session;
  csrfToken?: string | null;
}

/** Who is signed in, or null; asked once, then kept up by sign-in, sign-out and 401s. */
export function useSessionQuery() {
  const session = useQuery<SessionBody | null>({
    queryKey: keys.session,
    queryFn: async ({ signal }) => {
      try {
        return await api.get<SessionBody>('/sessions/current', { signal, anonymous: true });
      } catch (problem) {
        if (problem instanceof ApiProblem && problem.status === 401) return null;
        throw problem;
      }
    },
    staleTime: Infinity,
    // Before anything is shown: keeps asking while the server starts.
    retry: (_, problem) => problem instanceof ApiProblem && problem.transient,
    retryDelay: 2_000,
  });
  keepCsrfToken(session.data?.csrfToken);
  return session;
}

/** Whether nobody has an account yet; false until it is known. */
export function useSetupNeeded(): boolean {
  const session = useSessionQuery();
  const setup = useQuery({
    queryKey: keys.setup,
    queryFn: ({ signal }) => api.get<{ needed: boolean }>('/setup', { signal, anonymous: true }),
    enabled: session.data === null,
  });
  return setup.data?.needed === true;
}

/** Nobody is signed in any more, and nothing that somebody read stays in the page. */
export function forgetEverything(client: QueryClient) {
  client.setQueryData(keys.session, null);
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.session[0] });
}
