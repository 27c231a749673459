import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, keys, query, useChange } from '../api';
import type { EventEntry } from '../events/types';
import { useLabelText } from '../events/words';
import type { Mark } from './lanes';
import { windows } from './recordings';
import { HOUR, MINUTE } from './view';
import type { Range } from './view';

const AT_ONCE = 1000;
/** Of a window the newest thousands will do: more cannot be told apart on any screen. */
const MOST_PAGES = 3;

interface Answer {
  items: EventEntry[];
  next?: string | null;
}

const keyOf = (camera: string, { from, to }: Range) => [...keys.camera(camera), 'marks', from, to] as const;

async function fetchEvents(camera: string, window: Range, signal: AbortSignal): Promise<EventEntry[]> {
  const all: EventEntry[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const path = `/events${query({ camera, from: new Date(window.from), to: new Date(window.to), limit: AT_ONCE, cursor })}`;
    const { items, next } = await api.get<Answer>(path, { signal });
    all.push(...items);
    if (next == null) break;
    cursor = next;
  }
  return all;
}

const KINDS = new Set<string>(['motion', 'object', 'external', 'system']);

/** As the timeline draws it; what lasts has no end yet. */
export function markOf({ id, type, label, startedAt, endedAt }: EventEntry, text: (label: string) => string): Mark {
  return {
    id,
    kind: KINDS.has(type) ? (type as Mark['kind']) : 'external',
    label: text(label),
    from: Date.parse(startedAt),
    to: endedAt === null ? Infinity : Date.parse(endedAt),
  };
}

const NONE: readonly Mark[] = [];

/** What happened at cameras, in order of its beginning; what the server tells of is there at once. */
export function useMarks(cameras: readonly string[], range: Range): readonly (readonly Mark[])[] {
  const client = useQueryClient();
  const text = useLabelText();
  const needed = windows(range);
  const asked = useQueries({
    queries: cameras.flatMap((camera) =>
      needed.map((window) => ({
        queryKey: keyOf(camera, window),
        retry: false,
        staleTime: window.to < range.to - HOUR ? HOUR : 5 * MINUTE,
        queryFn: ({ signal }: { signal: AbortSignal }) => fetchEvents(camera, window, signal),
      })),
    ),
  });
  useChange('event', ({ change, event }) => {
    if (change === 'delete') {
      client.setQueriesData<EventEntry[]>({ queryKey: [...keys.camera(event.cameraId), 'marks'] }, (before) =>
        before?.filter(({ id }) => id !== event.id),
      );
      return;
    }
    const at = Date.parse(event.startedAt);
    for (const window of needed) {
      if (at < window.from || at >= window.to || !cameras.includes(event.cameraId)) continue;
      client.setQueryData<EventEntry[]>(keyOf(event.cameraId, window), (before) =>
        before && [event, ...before.filter(({ id }) => id !== event.id)],
      );
    }
  });
  const versions = [cameras.join(), needed.map((it) => it.from).join(), text(''), asked.map((it) => it.dataUpdatedAt).join()].join(';');
  return useMemo(
    () =>
      cameras.map((_, row) => {
        const its = asked.slice(row * needed.length, (row + 1) * needed.length).flatMap(({ data }) => data ?? []);
        return its.length === 0 ? NONE : its.map((event) => markOf(event, text)).sort((a, b) => a.from - b.from);
      }),
    // The lists are made anew with each rendering; this says whether anything in them is.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [versions],
  );
}

/** Where the next thing began, or the one before; motion alone does not count where there is more. */
export function neighbour(lanes: readonly { readonly events?: readonly Mark[] }[], time: number, by: 1 | -1): number | undefined {
  const all = lanes.flatMap(({ events = [] }) => events);
  const told = all.some(({ kind }) => kind !== 'motion') ? all.filter(({ kind }) => kind !== 'motion') : all;
  const starts = told.map(({ from }) => from).filter((from) => (by > 0 ? from > time + 1000 : from < time - 2000));
  if (starts.length === 0) return undefined;
  return by > 0 ? Math.min(...starts) : Math.max(...starts);
}
