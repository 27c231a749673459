import { useQueries, useQueryClient } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';

import { api, query } from '../api';
import type { CameraStatus } from '../api';
import { keys } from '../api/queries';
import { grown, joined, joinedGaps } from './lanes';
import type { Gap } from './lanes';
import { DAY, HOUR, MINUTE, SECOND } from './view';
import type { Range } from './view';

/** What is known of a camera's recordings in some time. */
export interface Footage {
  readonly camera: string;
  readonly spans: readonly Range[];
  readonly gaps: readonly Gap[];
  readonly loading: boolean;
  readonly failed: boolean;
}

const SIZES = [6 * HOUR, DAY, 8 * DAY, 32 * DAY];

/**
 * Windows that cover a range, from a fixed grid, so that moving about asks for each only once. The
 * ledger is short however long the time is, so windows are wide.
 */
export function windows(range: Range): Range[] {
  const size = SIZES.find((one) => one >= range.to - range.from) ?? (SIZES.at(-1) as number);
  const out: Range[] = [];
  for (let from = Math.floor(range.from / size) * size; from < range.to; from += size) {
    out.push({ from, to: from + size });
  }
  return out;
}

interface Ledger {
  readonly spans: readonly Range[];
  readonly gaps: readonly Gap[];
  readonly asOf: number;
}

interface LedgerAnswer {
  spans: { from: string; to: string }[];
  gaps: { from: string; to: string; cause: string }[];
}

export async function fetchLedger(camera: string, window: Range, signal?: AbortSignal): Promise<Ledger> {
  const asOf = Date.now();
  if (window.from >= asOf) {
    return { spans: [], gaps: [], asOf };
  }
  const text = query({ from: new Date(window.from), to: new Date(Math.min(window.to, asOf)) });
  const answer = await api.get<LedgerAnswer>(`/cameras/${camera}/recordings${text}`, signal ? { signal } : {});
  return {
    spans: joined(answer.spans.map((it) => ({ from: Date.parse(it.from), to: Date.parse(it.to) }))),
    gaps: answer.gaps.map((it) => ({ from: Date.parse(it.from), to: Date.parse(it.to), cause: it.cause })),
    asOf,
  };
}

function ledgerKey(camera: string, window: Range) {
  return [...keys.camera(camera), 'ledger', window.from, window.to] as const;
}

/**
 * What was recorded, window by window, and kept. The edge at now grows with what the server says is
 * durable; when a camera's recording starts, stops or changes, what reaches up to now is read again.
 */
export function useRecordings(cameras: readonly string[], range: Range): Footage[] {
  const client = useQueryClient();
  const needed = windows(range);
  const wanted = cameras.flatMap((camera) => needed.map((window) => ({ camera, window })));
  const ledgers = useQueries({
    queries: wanted.map(({ camera, window }) => ({
      queryKey: ledgerKey(camera, window),
      queryFn: ({ signal }: { signal: AbortSignal }) => fetchLedger(camera, window, signal),
      // What is long over changes only by retention.
      staleTime: ({ state }: { state: { data?: Ledger | undefined } }) =>
        (state.data?.asOf ?? 0) > window.to + HOUR ? HOUR : 5 * MINUTE,
    })),
  });
  const states = useQueries({
    queries: cameras.map((camera) => ({
      queryKey: keys.status(camera),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.get<CameraStatus>(`/cameras/${camera}/status`, { signal }),
      staleTime: Infinity,
    })),
  });

  useRereading(client, cameras);

  const versions = [
    cameras.join(),
    needed.map((it) => it.from).join(),
    ledgers.map((it) => `${it.dataUpdatedAt}${it.status}`).join(),
    states.map((it) => it.dataUpdatedAt).join(),
  ].join(';');
  return useMemo(
    () =>
      cameras.map((camera, row) => {
        const its = ledgers.slice(row * needed.length, (row + 1) * needed.length);
        const known = its.flatMap((it) => (it.data ? [it.data] : []));
        const status = states[row]?.data;
        const asOf = Math.max(...known.map((it) => it.asOf), 0);
        return {
          camera,
          ...upToNow(
            joined(known.flatMap((it) => it.spans)),
            joinedGaps(known.flatMap((it) => it.gaps)),
            asOf,
            status,
          ),
          loading: its.some((it) => it.isPending),
          failed: its.some((it) => it.isError),
        };
      }),
    // The lists are made anew with each rendering; this says whether anything in them is.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [versions],
  );
}

/** What reached up to now when it was read goes on since then, be it a recording or a gap. */
export function upToNow(
  spans: readonly Range[],
  gaps: readonly Gap[],
  asOf: number,
  status: CameraStatus | undefined,
): { spans: readonly Range[]; gaps: readonly Gap[] } {
  if (!status) {
    return { spans, gaps };
  }
  const { durableThrough, state } = status.recording;
  if (state === 'recording') {
    return { spans: durableThrough ? grown(spans, asOf, Date.parse(durableThrough)) : spans, gaps };
  }
  const last = gaps.at(-1);
  const open = last !== undefined && asOf - last.to < 2 * SECOND && !((spans.at(-1)?.to ?? 0) > last.to);
  return { spans, gaps: open ? [...gaps.slice(0, -1), { ...last, to: Infinity }] : gaps };
}

function useRereading(client: QueryClient, cameras: readonly string[]) {
  const whose = cameras.join();
  useEffect(() => {
    const seen = new Map<string, string>();
    return client.getQueryCache().subscribe(({ type, query }) => {
      const [kind, camera, part] = query.queryKey as readonly string[];
      if (type !== 'updated' || kind !== 'camera' || part !== 'status' || !camera || !whose.split(',').includes(camera)) {
        return;
      }
      const status = query.state.data as CameraStatus | undefined;
      const next = `${status?.state ?? ''}/${status?.recording.state ?? ''}`;
      const before = seen.get(camera);
      seen.set(camera, next);
      if (before !== undefined && before !== next) {
        rereadNow(client, camera);
      }
    });
  }, [client, whose]);
}

/** Reads again what reaches up to now. */
export function rereadNow(client: QueryClient, camera: string): void {
  const now = Date.now();
  void client.invalidateQueries({
    predicate: ({ queryKey }) =>
      queryKey[0] === 'camera' && queryKey[1] === camera && queryKey[2] === 'ledger' && (queryKey[4] as number) >= now - MINUTE,
  });
}
