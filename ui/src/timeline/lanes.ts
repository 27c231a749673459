import { SECOND } from './view';
import type { Range } from './view';

/** Why something is not recorded, in the words of the API. */
export interface Gap extends Range {
  readonly cause: string;
}

/** Something that happened in front of a camera. */
export interface Mark extends Range {
  readonly id: string;
  readonly kind: 'motion' | 'object' | 'external' | 'system';
  readonly label: string;
}

/** What a row of the timeline shows. Spans and gaps are in order and do not overlap. */
export interface Lane {
  readonly id: string;
  readonly name: string;
  readonly spans: readonly Range[];
  readonly gaps: readonly Gap[];
  readonly events?: readonly Mark[];
}

/**
 * The index of the first range that ends after a time: the one around it, or the next.
 */
export function firstEndingAfter(ranges: readonly Range[], time: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle] as Range).to > time) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

export function around<R extends Range>(ranges: readonly R[], time: number): R | undefined {
  const found = ranges[firstEndingAfter(ranges, time)];
  return found && found.from <= time ? found : undefined;
}

/** Whole pixels that are covered, each run as a pair of left and right. */
export function pixelRuns(
  ranges: readonly Range[],
  view: Range,
  width: number,
  emit: (left: number, right: number) => void,
): void {
  const scale = width / (view.to - view.from);
  let left = -1;
  let right = -1;
  let index = firstEndingAfter(ranges, view.from);
  while (index < ranges.length) {
    const range = ranges[index] as Range;
    if (range.from >= view.to) {
      break;
    }
    const start = Math.max(0, Math.floor((range.from - view.from) * scale));
    const end = Math.min(width, Math.max(start + 1, Math.ceil((range.to - view.from) * scale)));
    if (left < 0) {
      left = start;
    } else if (start > right) {
      emit(left, right);
      left = start;
    }
    right = Math.max(right, end);
    index++;
    const next = ranges[index];
    // Many ranges in one pixel: go to the first that reaches beyond it, instead of past them all.
    if (next && (next.to - view.from) * scale < right - 1) {
      index = firstEndingAfter(ranges, view.from + (right - 1) / scale);
    }
  }
  if (left >= 0) {
    emit(left, right);
  }
}

/** All that is covered by any of several, in order and without overlaps. */
export function union(lists: readonly (readonly Range[])[]): Range[] {
  const all = lists.flat().sort((a, b) => a.from - b.from);
  const out: { from: number; to: number }[] = [];
  for (const range of all) {
    const last = out.at(-1);
    if (last && range.from <= last.to) {
      last.to = Math.max(last.to, range.to);
    } else {
      out.push({ from: range.from, to: range.to });
    }
  }
  return out;
}

/** Joins neighbours that are closer than that, such as the same span in two answers. */
export function joined(ranges: readonly Range[], closerThan = 1): Range[] {
  const out: { from: number; to: number }[] = [];
  for (const range of ranges) {
    const last = out.at(-1);
    if (last && range.from - last.to <= closerThan) {
      last.to = Math.max(last.to, range.to);
    } else {
      out.push({ from: range.from, to: range.to });
    }
  }
  return out;
}

/** The same for gaps, as long as they have one cause. */
export function joinedGaps(gaps: readonly Gap[]): Gap[] {
  const out: { from: number; to: number; cause: string }[] = [];
  for (const gap of gaps) {
    const last = out.at(-1);
    if (last && last.cause === gap.cause && gap.from - last.to <= 1) {
      last.to = Math.max(last.to, gap.to);
    } else {
      out.push({ from: gap.from, to: gap.to, cause: gap.cause });
    }
  }
  return out;
}

/** The next moment from which something is recorded, in any of the lanes; undefined if none is. */
export function nextRecorded(lanes: readonly Pick<Lane, 'spans'>[], time: number): number | undefined {
  const starts = lanes.flatMap(({ spans }) => {
    const next = spans[firstEndingAfter(spans, time)];
    return next ? [Math.max(time, next.from)] : [];
  });
  return starts.length > 0 ? Math.min(...starts) : undefined;
}

/** The last moment up to a time at which something is recorded in any of the lanes. */
export function lastRecorded(lanes: readonly Pick<Lane, 'spans'>[], time: number): number | undefined {
  const ends = lanes.flatMap(({ spans }) => {
    const index = firstEndingAfter(spans, time);
    const here = spans[index];
    if (here && here.from <= time) {
      return [time];
    }
    const before = spans[index - 1];
    return before ? [before.to] : [];
  });
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

/** How much of a stretch is recorded, in milliseconds. */
export function recordedWithin(spans: readonly Range[], within: Range): number {
  let sum = 0;
  for (let index = firstEndingAfter(spans, within.from); index < spans.length; index++) {
    const span = spans[index] as Range;
    if (span.from >= within.to) {
      break;
    }
    sum += Math.min(span.to, within.to) - Math.max(span.from, within.from);
  }
  return sum;
}

/** The last span grown up to a time, if it reached up to about when it was asked for. */
export function grown(spans: readonly Range[], asOf: number, to: number): readonly Range[] {
  const last = spans.at(-1);
  if (!last || to <= last.to || asOf - last.to > 30 * SECOND) {
    return spans;
  }
  return [...spans.slice(0, -1), { from: last.from, to }];
}
