import { QueryClient, skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ApiProblem } from './client';
import type {
  Camera,
  CameraStatus,
  Items,
  KeptExport,
  Plugin,
  Preferences,
  ProviderType,
  SystemNow,
  SystemState,
  View,
  Volume,
} from './types';

/** Changes come by {@link ./changes.ts}, so what was read stays good until it says otherwise. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, problem) => problem instanceof ApiProblem && problem.transient && failures < 4,
        retryDelay: (attempt) => Math.min(1000 * 2 ** attempt, 15_000),
      },
    },
  });
}

/** Names of what is cached; `changes.ts` refers to them. Pages put their own below: `['camera', id, 'zones']`. */
export const keys = {
  session: ['session'] as const,
  setup: ['setup'] as const,
  cameras: ['cameras'] as const,
  camera: (id: string) => ['camera', id] as const,
  status: (id: string) => ['camera', id, 'status'] as const,
  exports: ['exports'] as const,
  plugins: ['plugins'] as const,
  providers: (kind: string) => ['providers', kind] as const,
  system: ['system'] as const,
  systemNow: ['system', 'now'] as const,
  volumes: ['volumes'] as const,
  usage: ['volumes', 'usage'] as const,
  views: ['views'] as const,
  events: ['events'] as const,
  preferences: ['preferences'] as const,
};

async function items<T>(path: string, signal: AbortSignal): Promise<T[]> {
  return (await api.get<Items<T>>(path, { signal })).items;
}

const none: never[] = [];

export function useCamerasQuery() {
  return useQuery({ queryKey: keys.cameras, queryFn: ({ signal }) => items<Camera>('/cameras', signal) });
}

/** The cameras one may see, in the server's order; empty until they are there. */
export function useCameras(): Camera[] {
  return useCamerasQuery().data ?? none;
}

/** One camera with its settings; needs `id` to be known. */
export function useCamera(id: string) {
  return useQuery({
    queryKey: keys.camera(id),
    queryFn: ({ signal }) => api.get<Camera>(`/cameras/${id}`, { signal }),
  });
}

/** Asked for once and then told by the server; undefined until it is known. */
export function useCameraStatus(id: string): CameraStatus | undefined {
  return useQuery({
    queryKey: keys.status(id),
    queryFn: ({ signal }) => api.get<CameraStatus>(`/cameras/${id}/status`, { signal }),
    staleTime: Infinity,
  }).data;
}

export function useVolumes() {
  return useQuery({ queryKey: keys.volumes, queryFn: ({ signal }) => items<Volume>('/volumes', signal) });
}

export function useSystem() {
  return useQuery({ queryKey: keys.system, queryFn: ({ signal }) => api.get<SystemState>('/system', { signal }) });
}

/** Load, rates and complaints, told by the server every few seconds; only admins hear it. */
export function useSystemNow(): SystemNow | undefined {
  return useQuery<SystemNow>({ queryKey: keys.systemNow, queryFn: skipToken }).data;
}

export function usePlugins() {
  return useQuery({ queryKey: keys.plugins, queryFn: ({ signal }) => items<Plugin>('/plugins', signal) });
}

export function useProviders(kind: 'drivers' | 'detectors' | 'recorders' | 'storage-backends' | 'notifiers') {
  return useQuery({
    queryKey: keys.providers(kind),
    queryFn: ({ signal }) => items<ProviderType>(`/${kind}`, signal),
  });
}

export function useExports() {
  return useQuery({ queryKey: keys.exports, queryFn: ({ signal }) => items<KeptExport>('/exports', signal) });
}

export function useViews() {
  return useQuery({ queryKey: keys.views, queryFn: ({ signal }) => items<View>('/views', signal) });
}

export function usePreferences(): Preferences {
  return (
    useQuery({
      queryKey: keys.preferences,
      queryFn: ({ signal }) => api.get<Preferences>('/sessions/current/preferences', { signal }),
      staleTime: Infinity,
    }).data ?? {}
  );
}

/** Changes some of one's preferences; the rest stays. Seen at once, kept by the server after. */
export function useSavePreferences() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: Preferences) => {
      const before =
        client.getQueryData<Preferences>(keys.preferences) ??
        (await api.get<Preferences>('/sessions/current/preferences'));
      const after = { ...before, ...change };
      client.setQueryData(keys.preferences, after);
      await api.put('/sessions/current/preferences', after);
    },
  });
}
