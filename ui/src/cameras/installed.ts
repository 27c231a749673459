import { useQuery } from '@tanstack/react-query';
import { api, keys, type Items, type ProviderType } from '../api';

/** What plugins provide. Only admins may ask; others see ids instead of names. */
export function useInstalled(kind: 'drivers' | 'detectors' | 'recorders' | 'storage-backends', allowed: boolean) {
  return useQuery({
    queryKey: keys.providers(kind),
    enabled: allowed,
    queryFn: async ({ signal }) => (await api.get<Items<ProviderType>>(`/${kind}`, { signal })).items,
  });
}
