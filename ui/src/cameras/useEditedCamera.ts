import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call, keys, type Camera } from '../api';

export interface Versioned {
  camera: Camera;
  etag: string;
}

const key = (id: string) => [...keys.camera(id), 'versioned'] as const;

async function versioned(response: Response): Promise<Versioned> {
  return { camera: (await response.json()) as Camera, etag: response.headers.get('ETag') ?? '*' };
}

/** A camera with the version that a change must refer to. */
export function useVersionedCamera(id: string | undefined) {
  return useQuery({
    queryKey: key(id ?? ''),
    enabled: id !== undefined,
    staleTime: 0,
    queryFn: async ({ signal }) => versioned(await call('GET', `/cameras/${id ?? ''}`, undefined, { signal })),
  });
}

export function useCameraSaving() {
  const client = useQueryClient();
  const remember = (saved: Versioned) => {
    client.setQueryData(key(saved.camera.id), saved);
    client.setQueryData(keys.camera(saved.camera.id), saved.camera);
    client.setQueryData<Camera[]>(keys.cameras, (all) =>
      all?.some((one) => one.id === saved.camera.id)
        ? all.map((one) => (one.id === saved.camera.id ? saved.camera : one))
        : all && [...all, saved.camera].sort((a, b) => a.name.localeCompare(b.name)),
    );
    return saved;
  };
  return {
    create: async (body: object) => remember(await versioned(await call('POST', '/cameras', body))),
    change: async (id: string, patch: object, etag?: string) =>
      remember(
        await versioned(
          await call('PATCH', `/cameras/${id}`, patch, etag === undefined ? {} : { headers: { 'If-Match': etag } }),
        ),
      ),
    remove: async (id: string) => {
      await call('DELETE', `/cameras/${id}`);
      client.setQueryData<Camera[]>(keys.cameras, (all) => all?.filter((one) => one.id !== id));
      client.removeQueries({ queryKey: keys.camera(id) });
    },
    reload: (id: string) => client.fetchQuery<Versioned>({
      queryKey: key(id),
      staleTime: 0,
      queryFn: async ({ signal }) => versioned(await call('GET', `/cameras/${id}`, undefined, { signal })),
    }),
  };
}
