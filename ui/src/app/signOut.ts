import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { changesOf } from '../api/changes';
import { api, ApiProblem, keepCsrfToken } from '../api/client';
import { forgetEverything } from './sessionQuery';

/** Ends the session here and at the server; nothing that was read stays in the page. */
export function useSignOut() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return () => {
    void (async () => {
      try {
        await api.del('/sessions/current', { anonymous: true });
      } catch (problem) {
        if (!(problem instanceof ApiProblem && problem.status === 401)) throw problem;
      }
      changesOf(client).stop();
      keepCsrfToken(undefined);
      forgetEverything(client);
      await navigate('/signin', { replace: true });
    })();
  };
}
