import { useQuery } from '@tanstack/react-query';
import { api, keys, useChange, type Items } from '../api';
import type { Standing } from '../events/types';

/** How the detectors of a camera do, by their ids; asked again whenever the camera's status is told. */
export function useStandings(cameraId: string | undefined): ReadonlyMap<string, Standing> {
  const asked = useQuery({
    queryKey: [...keys.camera(cameraId ?? ''), 'standings'],
    enabled: cameraId !== undefined,
    retry: false,
    queryFn: async ({ signal }) => (await api.get<Items<Standing>>(`/cameras/${cameraId ?? ''}/detectors`, { signal })).items,
  });
  const { refetch } = asked;
  useChange('status', ({ id }) => {
    if (id === cameraId) {
      void refetch();
    }
  });
  return new Map((asked.data ?? []).map((one) => [one.id, one]));
}
