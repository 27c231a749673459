import { describe, expect, it } from 'vitest';

import { draw, layout } from './draw';
import { around, grown, joined, lastRecorded, nextRecorded, pixelRuns, recordedWithin, union } from './lanes';
import { upToNow, windows } from './recordings';
import { dayOf, stepFor, ticks, toUtc } from './ticks';
import type { Offset } from './ticks';
import { withEnd, withStart } from './Timeline';
import { DAY, HOUR, MINUTE, NARROWEST, SECOND, WIDEST, bounded, keyStep, revealing, toTime, toX, zoomed } from './view';

/** Local time as the calendar of a zone has it, whatever zone the test runs in. */
function zone(name: string): Offset {
  const format = new Intl.DateTimeFormat('en', { timeZone: name, timeZoneName: 'longOffset' });
  return (time) => {
    const text = format.formatToParts(time).find((part) => part.type === 'timeZoneName')?.value ?? '';
    const found = /GMT([+-])(\d\d):(\d\d)/.exec(text);
    return found ? (found[1] === '-' ? -1 : 1) * (Number(found[2]) * HOUR + Number(found[3]) * MINUTE) : 0;
  };
}

const berlin = zone('Europe/Berlin');
const local = (offset: Offset) => (time: number) => new Date(time + offset(time)).toISOString().slice(5, 16);

describe('the view', () => {
  const view = { from: 1000 * HOUR, to: 1010 * HOUR };

  it('maps times to pixels and back', () => {
    expect(toX(view, 500, 1005 * HOUR)).toBe(250);
    expect(toTime(view, 500, 250)).toBe(1005 * HOUR);
  });

  it('keeps what is under the pointer where it is', () => {
    const anchor = 1003 * HOUR;
    for (const factor of [0.5, 0.01, 3]) {
      const next = zoomed(view, anchor, factor);
      expect(toX(next, 1000, anchor)).toBeCloseTo(toX(view, 1000, anchor), 6);
    }
  });

  it('goes from a month down to seconds and no further', () => {
    const near = zoomed(view, view.from, 1e-12);
    const far = zoomed(view, view.from, 1e12);
    expect(near.to - near.from).toBe(NARROWEST);
    expect(far.to - far.from).toBe(WIDEST);
  });

  it('moves no further than needed to show a time', () => {
    expect(revealing(view, 1005 * HOUR)).toBe(view);
    expect(revealing(view, 1010 * HOUR)).toEqual({ from: 1001 * HOUR, to: 1011 * HOUR });
    expect(revealing(view, 999 * HOUR)).toEqual({ from: 998 * HOUR, to: 1008 * HOUR });
  });

  it('does not run away into the future', () => {
    expect(bounded(view, 1000 * HOUR)).toEqual({ from: 995 * HOUR, to: 1005 * HOUR });
    expect(bounded(view, 1006 * HOUR)).toBe(view);
  });

  it('steps by a second where seconds are seen, by more where they are not', () => {
    expect(keyStep({ from: 0, to: MINUTE })).toBe(SECOND);
    expect(keyStep({ from: 0, to: HOUR })).toBe(MINUTE);
    expect(keyStep({ from: 0, to: 30 * DAY })).toBe(12 * HOUR);
  });
});

describe('ticks', () => {
  it('stand far enough apart to be read, at any zoom', () => {
    for (let span = NARROWEST; span <= WIDEST; span *= 1.7) {
      const step = stepFor({ from: 0, to: span }, 1200, 80);
      expect((step / span) * 1200).toBeGreaterThanOrEqual(80);
      expect(span / step).toBeLessThan(16);
    }
  });

  it('show no hour that the clock skips', () => {
    // On 29 March 2026, 02:00 in Berlin is 03:00.
    const from = toUtc(Date.UTC(2026, 2, 29), berlin);
    const hours = ticks({ from, to: from + 6 * HOUR }, HOUR, berlin).map((it) => local(berlin)(it.time));
    expect(hours).toEqual(['03-29T00:00', '03-29T01:00', '03-29T03:00', '03-29T04:00', '03-29T05:00', '03-29T06:00']);
  });

  it('show an hour twice that the clock repeats', () => {
    const from = toUtc(Date.UTC(2026, 9, 25, 1), berlin);
    const hours = ticks({ from, to: from + 4 * HOUR }, HOUR, berlin);
    expect(hours.map((it) => local(berlin)(it.time))).toEqual([
      '10-25T01:00',
      '10-25T02:00',
      '10-25T02:00',
      '10-25T03:00',
    ]);
    expect(hours.map((it) => it.time - from)).toEqual([0, HOUR, 2 * HOUR, 3 * HOUR]);
  });

  it('stand at local multiples on both sides of a change', () => {
    const from = toUtc(Date.UTC(2026, 9, 24, 12), berlin);
    const at = ticks({ from, to: from + 30 * HOUR }, 6 * HOUR, berlin).map((it) => local(berlin)(it.time));
    expect(at).toEqual(['10-24T12:00', '10-24T18:00', '10-25T00:00', '10-25T06:00', '10-25T12:00']);
  });

  it('begin days at midnight, though some have 23 hours and some 25', () => {
    const from = toUtc(Date.UTC(2026, 2, 28), berlin);
    const days = ticks({ from, to: from + 4 * DAY - HOUR }, DAY, berlin).map((it) => it.time - from);
    expect(days).toEqual([0, DAY, 2 * DAY - HOUR, 3 * DAY - HOUR]);
    expect(dayOf(toUtc(Date.UTC(2026, 9, 25, 12), berlin), berlin)).toEqual({
      from: Date.UTC(2026, 9, 24, 22),
      to: Date.UTC(2026, 9, 25, 23),
    });
  });

  it('know zones that are not whole hours away', () => {
    const nepal = zone('Asia/Kathmandu');
    const from = Date.UTC(2026, 5, 1, 0, 0);
    expect(ticks({ from, to: from + 2 * HOUR }, HOUR, nepal).map((it) => local(nepal)(it.time))).toEqual([
      '06-01T06:00',
      '06-01T07:00',
    ]);
  });

  it('write a day out where it begins, and a month where it does', () => {
    const from = toUtc(Date.UTC(2026, 4, 31, 18), berlin);
    const units = ticks({ from, to: from + 12 * HOUR }, 6 * HOUR, berlin).map((it) => it.unit);
    expect(units).toEqual(['minute', 'day']);
    expect(ticks({ from, to: from + DAY }, DAY, berlin).map((it) => it.unit)).toEqual(['month']);
  });
});

describe('what is drawn', () => {
  it('has no gaps in what has not happened yet', () => {
    const gap = { from: 200, to: 900, cause: 'camera-offline', detail: null };
    const hatched: number[][] = [];
    const pen = new Proxy({ fillStyle: '' } as Record<string, unknown>, {
      get: (it, name) =>
        name === 'fillRect'
          ? (x: number, _: number, width: number) => it.fillStyle === 'hatch' && hatched.push([x, width])
          : name === 'measureText'
            ? () => ({ width: 1 })
            : (it[String(name)] ?? (() => undefined)),
    });
    const palette = new Proxy({}, { get: (_, name) => String(name) });
    draw(pen as never, {
      layout: layout([{ id: 'yard', name: 'Yard', spans: [], gaps: [gap] } as never], undefined),
      view: { from: 0, to: 1000 },
      width: 100,
      at: 0,
      now: 500,
      hover: undefined,
      selection: undefined,
      language: 'en',
      palette: palette as never,
      hatch: null,
    });
    expect(hatched).toEqual([[20, 30]]);
  });

  const runs = (ranges: { from: number; to: number }[], view = { from: 0, to: 1000 }, width = 100) => {
    const out: number[][] = [];
    pixelRuns(ranges, view, width, (left, right) => out.push([left, right]));
    return out;
  };

  it('is whole pixels, at least one for what is shorter', () => {
    expect(runs([{ from: 100, to: 101 }, { from: 500, to: 750 }])).toEqual([[10, 11], [50, 75]]);
  });

  it('leaves out what is not in view and cuts off what reaches out of it', () => {
    expect(runs([{ from: -500, to: -1 }, { from: -50, to: 20 }, { from: 990, to: 2000 }, { from: 3000, to: 4000 }])).toEqual([
      [0, 2],
      [99, 100],
    ]);
  });

  it('joins what falls into neighbouring pixels', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({ from: i / 10, to: i / 10 + 0.05 }));
    expect(runs(many)).toEqual([[0, 100]]);
  });

  it('keeps a gap that is wider than a pixel, among any number of spans', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({ from: i / 10, to: i / 10 + 0.05 })).filter(
      ({ from }) => from < 300 || from >= 340,
    );
    expect(runs(many)).toEqual([[0, 30], [34, 100]]);
  });

  it('agrees with going through all of them', () => {
    let seed = 7;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    let at = 0;
    const spans = Array.from({ length: 3000 }, () => {
      const from = (at += random() * 30);
      at += random() * 30;
      return { from, to: at };
    });
    for (const view of [{ from: 0, to: at }, { from: at / 3, to: at / 2 }, { from: 500, to: 900 }]) {
      const covered = (list: number[][]) => {
        const pixels = new Set<number>();
        for (const [left = 0, right = 0] of list) {
          for (let x = left; x < right; x++) pixels.add(x);
        }
        return [...pixels].sort((a, b) => a - b);
      };
      const scale = 300 / (view.to - view.from);
      const plain = spans
        .filter((it) => it.to > view.from && it.from < view.to)
        .map((it) => {
          const left = Math.max(0, Math.floor((it.from - view.from) * scale));
          return [left, Math.min(300, Math.max(left + 1, Math.ceil((it.to - view.from) * scale)))];
        });
      expect(covered(runs(spans, view, 300))).toEqual(covered(plain));
    }
  });
});

describe('lanes', () => {
  const spans = [{ from: 0, to: 10 }, { from: 20, to: 30 }];

  it('find what is around a time', () => {
    expect(around(spans, 25)).toEqual({ from: 20, to: 30 });
    expect(around(spans, 15)).toBeUndefined();
    expect(around(spans, 10)).toBeUndefined();
  });

  it('know where recording goes on, and where it last was', () => {
    const other = { spans: [{ from: 12, to: 14 }] };
    expect(nextRecorded([{ spans }], 5)).toBe(5);
    expect(nextRecorded([{ spans }], 15)).toBe(20);
    expect(nextRecorded([{ spans }, other], 11)).toBe(12);
    expect(nextRecorded([{ spans }], 31)).toBeUndefined();
    expect(lastRecorded([{ spans }, other], 17)).toBe(14);
    expect(lastRecorded([{ spans }], -1)).toBeUndefined();
  });

  it('unite several, and join two answers about one span', () => {
    expect(union([spans, [{ from: 5, to: 22 }], [{ from: 40, to: 41 }]])).toEqual([
      { from: 0, to: 30 },
      { from: 40, to: 41 },
    ]);
    expect(joined([{ from: 0, to: 10 }, { from: 10, to: 20 }, { from: 22, to: 23 }])).toEqual([
      { from: 0, to: 20 },
      { from: 22, to: 23 },
    ]);
  });

  it('count what is recorded', () => {
    expect(recordedWithin(spans, { from: 5, to: 25 })).toBe(10);
  });

  it('grow at the edge of now, but not over what ended long before', () => {
    expect(grown([{ from: 0, to: 100_000 }], 101_000, 105_000)).toEqual([{ from: 0, to: 105_000 }]);
    expect(grown([{ from: 0, to: 100_000 }], 500_000, 505_000)).toEqual([{ from: 0, to: 100_000 }]);
  });

  it('let a gap go on as long as nothing is recorded', () => {
    const status = (state: string) =>
      ({ state: 'backoff', recording: { state, durableThrough: null } }) as unknown as Parameters<typeof upToNow>[3];
    const gaps = [{ from: 10, to: 20, cause: 'offline' }];
    expect(upToNow([{ from: 0, to: 10 }], gaps, 20, status('idle')).gaps).toEqual([{ from: 10, to: Infinity, cause: 'offline' }]);
    expect(upToNow([{ from: 0, to: 10 }], gaps, 20, status('recording')).gaps).toEqual(gaps);
  });

  it('are read in windows of a grid, whatever the view', () => {
    const one = windows({ from: 100 * DAY + HOUR, to: 100 * DAY + 2 * HOUR });
    expect(one).toEqual([{ from: 100 * DAY, to: 100 * DAY + 6 * HOUR }]);
    expect(windows({ from: 100 * DAY + HOUR + 7, to: 100 * DAY + 2 * HOUR + 7 })).toEqual(one);
    expect(windows({ from: 100 * DAY - HOUR, to: 100 * DAY + HOUR })).toHaveLength(2);
  });
});

describe('the selection', () => {
  it('keeps its other end as long as that makes sense', () => {
    expect(withStart({ from: 0, to: 100_000 }, 50_000)).toEqual({ from: 50_000, to: 100_000 });
    expect(withStart({ from: 0, to: 100_000 }, 200_000)).toEqual({ from: 200_000, to: 260_000 });
    expect(withEnd({ from: 0, to: 100_000 }, 50_000)).toEqual({ from: 0, to: 50_000 });
    expect(withEnd(undefined, 100_000)).toEqual({ from: 40_000, to: 100_000 });
  });
});
