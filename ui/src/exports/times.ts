const two = (value: number) => String(value).padStart(2, '0');

/** A moment as inputs of the type `datetime-local` want it, to the second. */
export function toInput(time: number): string {
  const date = new Date(time);
  return (
    `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}` +
    `T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  );
}

/** The moment, or undefined for what is none. */
export function fromInput(text: string): number | undefined {
  const time = new Date(text).getTime();
  return text === '' || Number.isNaN(time) ? undefined : time;
}

/** The server takes no more at once. */
export const LONGEST_MS = 24 * 3600 * 1000;

export type Wrong = 'missing' | 'order' | 'length' | 'future' | undefined;

/** What is wrong with a period, if anything is. */
export function wrongWith(from: number | undefined, to: number | undefined, now: number): Wrong {
  if (from === undefined || to === undefined) {
    return 'missing';
  }
  if (to <= from) {
    return 'order';
  }
  if (from > now) {
    return 'future';
  }
  return to - from > LONGEST_MS ? 'length' : undefined;
}

export interface RecordedSpan {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

/** About how large an export will be: the shares of what lies in the period. */
export function estimate(spans: readonly RecordedSpan[], from: number, to: number): { bytes: number; seconds: number } {
  let bytes = 0;
  let milliseconds = 0;
  for (const span of spans) {
    const inside = Math.min(span.to, to) - Math.max(span.from, from);
    if (inside > 0 && span.to > span.from) {
      bytes += (span.bytes * inside) / (span.to - span.from);
      milliseconds += inside;
    }
  }
  return { bytes, seconds: milliseconds / 1000 };
}
