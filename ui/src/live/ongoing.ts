import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, type Items, keys, query, useChange } from '../api';
import type { EventEntry } from '../events/types';

/** What goes on at a camera. */
export type Ongoing = Pick<EventEntry, 'id' | 'cameraId' | 'type' | 'label'>;

/** What lasts began within this time, or is told of again. */
const LOOKED_BACK_MS = 30 * 60_000;

const key = [...keys.events, 'ongoing'];

/** What goes on, newest last, with an event as it is now. */
export function followed(before: readonly Ongoing[], event: Ongoing, over: boolean): readonly Ongoing[] {
  const others = before.filter(({ id }) => id !== event.id);
  if (over) return others.length === before.length ? before : others;
  const known = before.find(({ id }) => id === event.id);
  return known?.label === event.label ? before : [...others, event];
}

/** The newest of each camera, and rather a thing than mere motion. */
export function byCamera(events: readonly Ongoing[]): ReadonlyMap<string, Ongoing> {
  const found = new Map<string, Ongoing>();
  for (const event of events) {
    const before = found.get(event.cameraId);
    if (before === undefined || before.type === 'motion' || event.type !== 'motion') found.set(event.cameraId, event);
  }
  return found;
}

/** What is going on right now at each camera, by the events that have begun and not ended. */
export function useOngoing(): ReadonlyMap<string, Ongoing> {
  const client = useQueryClient();
  const { data } = useQuery<readonly Ongoing[]>({
    queryKey: key,
    staleTime: Infinity,
    retry: false,
    queryFn: async ({ signal }) => {
      const from = new Date(Date.now() - LOOKED_BACK_MS);
      const { items } = await api.get<Items<EventEntry>>(`/events${query({ from, limit: 200 })}`, { signal });
      return items.filter(({ endedAt }) => endedAt == null).reverse();
    },
  });
  useChange('event', ({ change, event }) => {
    // An answer that is under way may be older than this.
    if (client.isFetching({ queryKey: key }) > 0) void client.invalidateQueries({ queryKey: key });
    const over = change === 'delete' || event.endedAt != null;
    client.setQueryData<readonly Ongoing[]>(key, (before = []) => followed(before, event as Ongoing, over));
  });
  return useMemo(() => byCamera(data ?? []), [data]);
}
