import { useEffect, useState } from 'react';
import { ApiProblem, call } from '../api';
import { SseParser } from '../api/changes';
import type { DebugFrame } from '../events/types';

const LONGEST_WAIT_MS = 10_000;

export interface Debug {
  frame: DebugFrame | undefined;
  /** Why there is none now; it is tried again by itself. */
  problem: ApiProblem | undefined;
}

/** What a detector sees, as it sees it, for as long as the component is there and `live`. */
export function useDebug(camera: string, detector: string, live: boolean): Debug {
  const [debug, setDebug] = useState<Debug>({ frame: undefined, problem: undefined });
  useEffect(() => {
    if (!live) {
      return undefined;
    }
    const life = new AbortController();
    void follow(`/cameras/${camera}/detectors/${encodeURIComponent(detector)}/debug`, life.signal, setDebug);
    return () => life.abort();
  }, [camera, detector, live]);
  return debug;
}

async function follow(path: string, signal: AbortSignal, show: (change: (before: Debug) => Debug) => void) {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const response = await call('GET', path, undefined, { signal, headers: { Accept: 'text/event-stream' } });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      const parser = new SseParser();
      for (;;) {
        const next = await reader?.read();
        if (next === undefined || next.done) {
          break;
        }
        // Of several that came at once the newest is what is so now.
        const newest = parser.push(next.value).findLast(({ event }) => event === 'frame');
        if (newest !== undefined && !signal.aborted) {
          failures = 0;
          const frame = JSON.parse(newest.data) as DebugFrame;
          show(() => ({ frame, problem: undefined }));
        }
      }
    } catch (problem) {
      if (signal.aborted) {
        return;
      }
      const told = problem instanceof ApiProblem ? problem : new ApiProblem(0, 'No connection');
      show(({ frame }) => ({ frame, problem: told }));
      // A server that just started knows neither the camera nor the detector yet.
      if (told.status === 401 || told.status === 403) {
        return;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(LONGEST_WAIT_MS, 1000 * 2 ** failures)));
  }
}
