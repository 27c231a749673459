import { useSyncExternalStore } from 'react';

/** One clock for each step, so that all times on a page change together. */
class Clock {
  private now = Date.now();
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly stepMs: number) {}

  read = () => this.now;

  listen = (listener: () => void) => {
    this.listeners.add(listener);
    this.now = Date.now();
    this.timer ??= setInterval(this.tick, this.stepMs);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  };

  private tick = () => {
    this.now = Date.now();
    for (const listener of this.listeners) listener();
  };
}

const clocks = new Map<number, Clock>();

function clockOf(stepMs: number): Clock {
  const clock = clocks.get(stepMs) ?? new Clock(stepMs);
  clocks.set(stepMs, clock);
  return clock;
}

/** Milliseconds since 1970, renewed every `stepMs`. */
export function useNow(stepMs = 1000): number {
  const clock = clockOf(stepMs);
  return useSyncExternalStore(clock.listen, clock.read);
}
