import { useQueries } from '@tanstack/react-query';
import { api, keys, type Camera, type CameraStatus } from '../api';

/** The states of many cameras: each is asked for once and then told by the server. */
export function useStatuses(cameras: readonly Camera[]): ReadonlyMap<string, CameraStatus> {
  return useQueries({
    queries: cameras.map(({ id }) => ({
      queryKey: keys.status(id),
      queryFn: ({ signal }: { signal: AbortSignal }) => api.get<CameraStatus>(`/cameras/${id}/status`, { signal }),
      staleTime: Infinity,
    })),
    combine: (results) =>
      new Map(
        results.flatMap(({ data }, i) => {
          const id = cameras[i]?.id;
          return data && id !== undefined ? [[id, data] as const] : [];
        }),
      ),
  });
}
