import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiProblem, keys, useSystemNow, type History, type SystemNow } from '../api';

export type SeriesName = keyof History['series'];

/** Times in seconds since 1970, and for each of them a value of each series. */
export interface Samples {
  times: number[];
  values: Partial<Record<SeriesName, (number | null)[]>>;
}

const HOUR_S = 3600;

export function samplesOf({ from, stepSeconds, series }: History): Samples {
  const start = from == null ? 0 : new Date(from).getTime() / 1000;
  const length = Math.max(0, ...Object.values(series).map((values) => values.length));
  return {
    times: Array.from({ length }, (_, i) => start + i * stepSeconds),
    values: series,
  };
}

/** The hour up to a newly told sample. */
export function appended(before: Samples, now: SystemNow, at: number): Samples {
  const first = before.times.findIndex((time) => time > at - HOUR_S);
  const cut = first < 0 ? before.times.length : first;
  const told: Partial<Record<SeriesName, number>> = {
    cpuFraction: now.cpuFraction,
    memoryBytes: now.memoryBytes,
    ingestBps: now.ingestBps,
    recordBps: now.recordBps,
    viewers: now.viewers,
  };
  return {
    times: [...before.times.slice(cut), at],
    values: Object.fromEntries(
      Object.entries(before.values).map(([name, values]) => [
        name,
        [...values.slice(cut), told[name as SeriesName] ?? null],
      ]),
    ),
  };
}

/** The last hour and what has come since; undefined until known, null if the server keeps none. */
export function useSamples(): Samples | null | undefined {
  const history = useQuery({
    queryKey: ['system', 'history'],
    staleTime: Infinity,
    retry: false,
    queryFn: async ({ signal }) => samplesOf(await api.get<History>('/system/history', { signal })),
  });
  const client = useQueryClient();
  const now = useSystemNow();
  const [told, setTold] = useState<{ now: SystemNow | undefined; since: Samples | undefined; samples: Samples | undefined }>({
    now,
    since: undefined,
    samples: undefined,
  });
  if (history.data !== told.since) {
    setTold({ now, since: history.data, samples: history.data });
  } else if (now !== told.now) {
    const at = (client.getQueryState(keys.systemNow)?.dataUpdatedAt ?? 0) / 1000;
    setTold({ now, since: told.since, samples: told.samples && now && appended(told.samples, now, at) });
  }
  if (history.error instanceof ApiProblem && history.error.status === 404) {
    return null;
  }
  return told.samples;
}
