/** Faster than this, and backwards, pictures are fetched one by one instead of played. */
export const FASTEST_PLAYED = 4;

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16] as const;

/** Time that runs at a speed of its own, and stands when told to. Milliseconds throughout. */
export class Clock {
  private anchorTime: number;
  private anchorNow: number;
  private speed = 1;
  private runs = false;

  constructor(
    time: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.anchorTime = time;
    this.anchorNow = now();
  }

  get time(): number {
    return this.runs ? this.anchorTime + (this.now() - this.anchorNow) * this.speed : this.anchorTime;
  }

  get running(): boolean {
    return this.runs;
  }

  get rate(): number {
    return this.speed;
  }

  set(time: number): void {
    this.anchorTime = time;
    this.anchorNow = this.now();
  }

  run(): void {
    if (!this.runs) {
      this.anchorNow = this.now();
      this.runs = true;
    }
  }

  hold(): void {
    this.set(this.time);
    this.runs = false;
  }

  setRate(rate: number): void {
    this.set(this.time);
    this.speed = rate;
  }
}

export type Correction = { readonly kind: 'seek' } | { readonly kind: 'rate'; readonly rate: number };

/** Nobody sees this, and correcting it would only make the picture uneven. */
const UNSEEN_MS = 12;
const HOPELESS_MS = 600;
/** A drift is worked off in about this time, as long as that is not faster than people hear. */
const EASED_MS = 1500;
const MOST_NUDGE = 0.12;

/**
 * What to do about a picture that is ahead of the clock (drift above 0) or behind it: nothing, play a
 * little slower or faster, or jump.
 */
export function correction(driftMs: number, rate: number): Correction {
  const size = Math.abs(driftMs);
  if (size > HOPELESS_MS * Math.max(1, rate)) {
    return { kind: 'seek' };
  }
  if (size <= UNSEEN_MS * Math.max(1, rate)) {
    return { kind: 'rate', rate };
  }
  const nudge = Math.max(-MOST_NUDGE, Math.min(MOST_NUDGE, driftMs / (EASED_MS * rate)));
  return { kind: 'rate', rate: rate * (1 - nudge) };
}

/** The next speed for L or J: faster the way one is going, or else turn round. */
export function shuttled(rate: number, playing: boolean, direction: 1 | -1): number {
  if (!playing || Math.sign(rate) !== direction) {
    return direction;
  }
  return Math.max(-16, Math.min(16, rate * 2));
}

/** The speed beside this one in the list. */
export function nextSpeed(rate: number, by: 1 | -1): number {
  const size = Math.abs(rate);
  const next = by > 0 ? SPEEDS.find((it) => it > size) : [...SPEEDS].reverse().find((it) => it < size);
  return next ?? size;
}

/** Where to seek to see the picture after, or before, one that starts at a media time; in seconds. */
export function stepTarget(mediaTime: number, frameSeconds: number, direction: 1 | -1): number {
  return direction > 0 ? mediaTime + 1.25 * frameSeconds : mediaTime - 0.25 * frameSeconds;
}
