import { useQueries } from '@tanstack/react-query';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';

import { api, query } from '../api';
import { keys } from '../api/queries';
import { PlaybackSession } from './session';
import type { Snapshot } from './session';

export function useSessionView(session: PlaybackSession): Snapshot {
  return useSyncExternalStore(session.subscribe, session.view);
}

/** The time of the session, in steps: what shows it is drawn again that often and no oftener. */
export function useSessionTime(session: PlaybackSession, stepMs: number): number {
  const read = useCallback(() => Math.floor(session.told / stepMs) * stepMs, [session, stepMs]);
  return useSyncExternalStore(session.subscribeTime, read);
}

export function usePlaybackSession(time: number): PlaybackSession {
  const [session] = useState(() => new PlaybackSession(time));
  useEffect(() => {
    session.start();
    return () => {
      session.stop();
    };
  }, [session]);
  return session;
}

interface Day {
  day: string;
  recordedSeconds: number;
}

/** The days of a month, as `2026-11`, on which any of the cameras recorded something. */
export function useRecordedDays(cameras: readonly string[], month: string, enabled: boolean): ReadonlySet<string> {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const answers = useQueries({
    queries: cameras.map((camera) => ({
      queryKey: [...keys.camera(camera), 'days', month, zone],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.get<{ items: Day[] }>(`/cameras/${camera}/days${query({ ...monthRange(month), zone })}`, { signal }),
      enabled,
      staleTime: 60_000,
    })),
  });
  return new Set(
    answers.flatMap(({ data }) => data?.items.filter((it) => it.recordedSeconds > 0).map((it) => it.day) ?? []),
  );
}

/** With some days around it, which calendars show too. */
export function monthRange(month: string): { from: string; to: string } {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  const text = (time: number) => new Date(time).toISOString().slice(0, 10);
  return { from: text(Date.UTC(year, number - 1, -5)), to: text(Date.UTC(year, number, 7)) };
}
