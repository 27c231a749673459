import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, keys, type Preferences, useChange, usePreferences } from '../api';
import { type EventPage, pathOf } from './filter';
import type { EventEntry } from './types';

export const NOTICES = ['objects', 'all', 'off'] as const;
export type Notices = (typeof NOTICES)[number];

/** What an account wants to be told of; objects and what other systems report unless it said otherwise. */
export function noticesOf({ eventNotices }: Preferences): Notices {
  return NOTICES.find((one) => one === eventNotices) ?? 'objects';
}

export function isSeen(wanted: Notices, { type }: Pick<EventEntry, 'type'>): boolean {
  return wanted === 'all' || (wanted === 'objects' && type !== 'motion');
}

/** More than so many are only called many. */
const COUNTED = 100;

export interface Unreviewed {
  readonly ids: ReadonlySet<string>;
  /** There are others that were not asked for. */
  readonly more: boolean;
}

export const unreviewedKey = (all: boolean) => [...keys.events, 'unreviewed', all] as const;

/** Motion alone is not what somebody has to see to, unless they said so. */
async function fetchUnreviewed(all: boolean, signal: AbortSignal): Promise<Unreviewed> {
  const types = all ? [undefined] : ['object', 'external'];
  const pages = await Promise.all(
    types.map((type) => api.get<EventPage>(pathOf({ reviewed: false, type }, COUNTED), { signal })),
  );
  return {
    ids: new Set(pages.flatMap(({ items }) => items.map(({ id }) => id))),
    more: pages.some(({ next }) => next != null),
  };
}

/** The same with an event as it is now. */
export function counted(before: Unreviewed, id: string, wanted: boolean): Unreviewed {
  if (before.ids.has(id) === wanted) return before;
  const ids = new Set(before.ids);
  if (wanted) ids.add(id);
  else ids.delete(id);
  return { ...before, ids };
}

/** How much somebody still has to look at; Infinity for more than is counted. */
export function useUnreviewed(): number {
  const client = useQueryClient();
  const all = noticesOf(usePreferences()) === 'all';
  const key = unreviewedKey(all);
  const { data } = useQuery({
    queryKey: key,
    staleTime: Infinity,
    retry: false,
    queryFn: ({ signal }) => fetchUnreviewed(all, signal),
  });
  useChange('event', ({ change, event }) => {
    // An answer that is under way may be older than this.
    if (client.isFetching({ queryKey: key }) > 0) void client.invalidateQueries({ queryKey: key });
    const wanted = change !== 'delete' && event.reviewed === false && (all || event.type !== 'motion');
    client.setQueryData<Unreviewed>(key, (before) => before && counted(before, event.id, wanted));
  });
  if (data === undefined) return 0;
  return data.more || data.ids.size > COUNTED - 1 ? Infinity : data.ids.size;
}
