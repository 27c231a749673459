/** A stretch of time, in milliseconds since 1970. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Closer than this, there is nothing between two pictures to see. */
export const NARROWEST = 5 * SECOND;
/** A month, and a little to both sides. */
export const WIDEST = 35 * DAY;

export function length(range: Range): number {
  return range.to - range.from;
}

export function toX(range: Range, width: number, time: number): number {
  return ((time - range.from) / length(range)) * width;
}

export function toTime(range: Range, width: number, x: number): number {
  return range.from + (x / Math.max(1, width)) * length(range);
}

/** Changes the length by a factor and keeps the time under the anchor where it is. */
export function zoomed(range: Range, anchor: number, factor: number): Range {
  const now = length(range);
  const next = Math.min(WIDEST, Math.max(NARROWEST, now * factor));
  const share = (anchor - range.from) / now;
  const from = anchor - share * next;
  return { from, to: from + next };
}

export function panned(range: Range, milliseconds: number): Range {
  return { from: range.from + milliseconds, to: range.to + milliseconds };
}

export function centred(time: number, milliseconds: number): Range {
  const next = Math.min(WIDEST, Math.max(NARROWEST, milliseconds));
  return { from: time - next / 2, to: time + next / 2 };
}

/** The range moved, not scaled, so that the time lies inside it, with a margin of a share of its length. */
export function revealing(range: Range, time: number, margin = 0.1): Range {
  const edge = length(range) * margin;
  if (time < range.from + edge) {
    return panned(range, time - edge - range.from);
  }
  if (time > range.to - edge) {
    return panned(range, time + edge - range.to);
  }
  return range;
}

/** Not further than half a view beyond now, and not before time began. */
export function bounded(range: Range, now: number): Range {
  const furthest = now + length(range) / 2;
  if (range.to > furthest) {
    return panned(range, furthest - range.to);
  }
  return range.from < 0 ? panned(range, -range.from) : range;
}

/** How far an arrow key goes: about what the eye tells apart at this zoom, in round numbers. */
export function keyStep(range: Range): number {
  const steps = [
    SECOND,
    5 * SECOND,
    10 * SECOND,
    30 * SECOND,
    MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
  ];
  const wanted = length(range) / 60;
  return steps.find((step) => step >= wanted) ?? DAY;
}
