import { type InfiniteData, type QueryClient, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, ApiProblem, keys, useChange } from '../api';
import { type EventPage, type Filter, matches, merged, pathOf, without } from './filter';
import type { EventEntry } from './types';

const PAGE = 60;

type Pages = InfiniteData<EventPage, string>;

const lists = [...keys.events, 'list'] as const;

function change(client: QueryClient, by: (pages: EventPage[], filter: Filter) => EventPage[]) {
  for (const { queryKey } of client.getQueryCache().findAll({ queryKey: lists })) {
    client.setQueryData<Pages>(queryKey, (data) => data && { ...data, pages: by(data.pages, queryKey[2] as Filter) });
  }
}

/** Has every list show events as they are now. */
export function tellLists(client: QueryClient, events: readonly EventEntry[]) {
  change(client, (pages, filter) => events.reduce((all, event) => merged(all, filter, event), pages));
  for (const event of events) client.setQueryData([...keys.events, 'one', event.id], event);
}

export function forgetInLists(client: QueryClient, ids: ReadonlySet<string>) {
  change(client, (pages) => without(pages, ids));
}

/**
 * Events that fit, newest first; what the server tells of changes is put in at once. New ones wait while `calm` says
 * so, because what somebody is about to click at must not move away.
 */
export function useEvents(filter: Filter, calm: () => boolean) {
  const client = useQueryClient();
  const [held, setHeld] = useState<ReadonlyMap<string, EventEntry>>(new Map());
  const list = useInfiniteQuery({
    queryKey: [...lists, filter],
    retry: (failures, problem) => problem instanceof ApiProblem && problem.transient && failures < 4,
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) =>
      api.get<EventPage>(pathOf(filter, PAGE, pageParam === '' ? undefined : pageParam), { signal }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const events = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const shown = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    shown.current = new Set(events.map(({ id }) => id));
  });

  useChange('event', ({ change: kind, event }) => {
    if (kind === 'delete') {
      forgetInLists(client, new Set([event.id]));
      return;
    }
    if (!shown.current.has(event.id) && matches(filter, event) && calm()) {
      setHeld((before) => new Map(before).set(event.id, event));
    } else {
      tellLists(client, [event]);
    }
  });

  const waiting = [...held.values()].filter((event) => matches(filter, event) && !events.some(({ id }) => id === event.id));
  return {
    list,
    events,
    waiting: waiting.length,
    showWaiting: () => {
      tellLists(client, waiting);
      setHeld(new Map());
    },
  };
}

/** An event that somebody's link names, whether the list has it or not. */
export function useEvent(id: string | undefined, listed: EventEntry | undefined): EventEntry | undefined {
  const asked = useQuery({
    queryKey: [...keys.events, 'one', id ?? ''],
    enabled: id !== undefined && listed === undefined,
    queryFn: ({ signal }) => api.get<EventEntry>(`/events/${id ?? ''}`, { signal }),
  });
  return listed ?? asked.data;
}
