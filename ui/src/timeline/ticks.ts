import { DAY, HOUR, MINUTE, SECOND, length } from './view';
import type { Range } from './view';

/** How far local time is ahead of UTC at a moment, in milliseconds. */
export type Offset = (time: number) => number;

export const localOffset: Offset = (time) => -new Date(time).getTimezoneOffset() * MINUTE;

/** What a tick marks the start of, which decides how it is written. */
export type TickUnit = 'second' | 'minute' | 'hour' | 'day' | 'month';

export interface Tick {
  readonly time: number;
  readonly unit: TickUnit;
  /** Starts something larger: an hour among minutes, a day among hours. */
  readonly major: boolean;
}

const MONTH = 30 * DAY;

const STEPS = [
  SECOND,
  2 * SECOND,
  5 * SECOND,
  10 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  MONTH,
];

/** The smallest step whose ticks stand at least so many pixels apart. */
export function stepFor(range: Range, width: number, apart: number): number {
  const perPixel = length(range) / Math.max(1, width);
  return STEPS.find((step) => step / perPixel >= apart) ?? MONTH;
}

/**
 * Ticks at round local times. An hour that the clock skips has no tick, and one that it repeats has
 * two, for both are hours that were recorded.
 */
export function ticks(range: Range, step: number, offset: Offset = localOffset): Tick[] {
  return step < DAY ? withinDays(range, step, offset) : wholeDays(range, step, offset);
}

function withinDays(range: Range, step: number, offset: Offset): Tick[] {
  const out: Tick[] = [];
  for (const part of steadyParts(range, offset)) {
    const ahead = offset(part.from);
    for (
      let local = Math.ceil((part.from + ahead) / step) * step;
      local - ahead < part.to;
      local += step
    ) {
      out.push({ time: local - ahead, ...described(local, step) });
    }
  }
  return out;
}

function described(local: number, step: number): Pick<Tick, 'unit' | 'major'> {
  if (local % DAY === 0) {
    return { unit: 'day', major: true };
  }
  if (step < MINUTE && local % MINUTE !== 0) {
    return { unit: 'second', major: false };
  }
  return { unit: 'minute', major: local % HOUR === 0 && step < HOUR };
}

/** The range cut where the clock is put forward or back. */
function steadyParts(range: Range, offset: Offset): Range[] {
  const parts: Range[] = [];
  let from = range.from;
  while (from < range.to) {
    const to = Math.min(range.to, from + DAY);
    if (offset(from) === offset(to)) {
      push(parts, { from, to });
    } else {
      const change = changeBetween(from, to, offset);
      push(parts, { from, to: change });
      parts.push({ from: change, to });
    }
    from = to;
  }
  return parts;

  function push(into: Range[], part: Range) {
    const last = into.at(-1);
    if (last?.to === part.from && offset(last.from) === offset(part.from)) {
      into[into.length - 1] = { from: last.from, to: part.to };
    } else {
      into.push(part);
    }
  }
}

/** The first moment with the later offset. */
function changeBetween(before: number, after: number, offset: Offset): number {
  const old = offset(before);
  let low = before;
  let high = after;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle) === old) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return Math.ceil(high / SECOND) * SECOND;
}

function wholeDays(range: Range, step: number, offset: Offset): Tick[] {
  const out: Tick[] = [];
  let day = Math.floor((range.from + offset(range.from)) / DAY) - 1;
  for (;;) {
    const local = day * DAY;
    const time = toUtc(local, offset);
    if (time >= range.to) {
      return out;
    }
    const date = new Date(local);
    const first = date.getUTCDate() === 1;
    if (time >= range.from && wanted(day, date, step)) {
      out.push({ time, unit: first ? 'month' : 'day', major: first || step <= 2 * DAY });
    }
    day++;
  }
}

function wanted(day: number, date: Date, step: number): boolean {
  if (step === MONTH) {
    return date.getUTCDate() === 1;
  }
  // 1970-01-01 was a Thursday: weeks start on Mondays.
  return step === 7 * DAY ? (day + 3) % 7 === 0 : day % (step / DAY) === 0;
}

/** The moment at which local clocks show something; the first of two. */
export function toUtc(local: number, offset: Offset = localOffset): number {
  const guess = local - offset(local);
  const candidates = [local - offset(guess - DAY / 4), local - offset(guess + DAY / 4), guess];
  const fitting = candidates.filter((time) => time + offset(time) === local);
  // A midnight that is skipped, as in some countries, is taken as the moment of the change.
  return fitting.length > 0 ? Math.min(...fitting) : Math.max(...candidates);
}

/** Midnight before a moment, and midnight after. */
export function dayOf(time: number, offset: Offset = localOffset): Range {
  const local = Math.floor((time + offset(time)) / DAY) * DAY;
  return { from: toUtc(local, offset), to: toUtc(local + DAY, offset) };
}
