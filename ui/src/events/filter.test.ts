import { describe, expect, it } from 'vitest';
import { bounds, byDay, type EventPage, filterOf, matches, merged, pathOf, readShown, without, writeShown } from './filter';
import { entry } from './fixtures';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 22, 12, 0, seconds)).toISOString();
const ids = (pages: EventPage[]) => pages.map(({ items }) => items.map(({ id }) => id).join(' '));

describe('the filter in the address', () => {
  it('asks for what is to be reviewed unless told otherwise', () => {
    expect(filterOf(readShown(new URLSearchParams()), new Date()).reviewed).toBe(false);
    expect(filterOf(readShown(new URLSearchParams('show=all')), new Date()).reviewed).toBeUndefined();
  });

  it('is read as it was written', () => {
    const text = 'show=all&kept=1&type=object&camera=yard&label=person&zone=Gate&score=0.7&period=day&day=2026-11-20';
    expect(writeShown(readShown(new URLSearchParams(text))).toString()).toBe(text);
  });

  it('leaves out what makes no sense', () => {
    const shown = readShown(new URLSearchParams('score=7&period=day&day=soon'));
    expect(shown.minScore).toBeUndefined();
    expect(shown.period).toBeUndefined();
  });

  it('means days of the own clock', () => {
    const { from, to } = bounds({ period: 'day', day: '2026-11-20' }, new Date());
    expect([new Date(from ?? '').getHours(), new Date(to ?? '').getDate()]).toEqual([0, 21]);
    const yesterday = bounds({ period: 'yesterday' }, new Date(2026, 10, 1, 15));
    expect(new Date(yesterday.from ?? '')).toEqual(new Date(2026, 9, 31));
    expect(new Date(yesterday.to ?? '')).toEqual(new Date(2026, 10, 1));
  });

  it('asks the server by the same names', () => {
    expect(pathOf({ reviewed: false, camera: 'yard', minScore: 0.5 }, 60, 'abc')).toBe(
      '/events?reviewed=false&camera=yard&minScore=0.5&limit=60&cursor=abc',
    );
  });
});

describe('merging what is told into a list', () => {
  const pages: EventPage[] = [
    { items: [entry('d', { startedAt: at(40) }), entry('c', { startedAt: at(30) })], next: 'x' },
    { items: [entry('a', { startedAt: at(10) })], next: null },
  ];

  it('puts a new one where it belongs', () => {
    expect(ids(merged(pages, {}, entry('e', { startedAt: at(50) })))).toEqual(['e d c', 'a']);
    expect(ids(merged(pages, {}, entry('b', { startedAt: at(20) })))).toEqual(['d c', 'b a']);
    expect(ids(merged(pages, {}, entry('0', { startedAt: at(1) })))).toEqual(['d c', 'a 0']);
  });

  it('leaves an older one to a page that is not there yet', () => {
    const first = pages.slice(0, 1);
    expect(merged(first, {}, entry('b', { startedAt: at(20) }))).toBe(first);
  });

  it('takes out what no longer fits, and leaves other pages alone', () => {
    const after = merged(pages, { reviewed: false }, entry('d', { startedAt: at(40), reviewed: true }));
    expect(ids(after)).toEqual(['c', 'a']);
    expect(after[1]).toBe(pages[1]);
  });

  it('goes by everything that the server goes by', () => {
    const one = entry('a', { zones: ['Gate'], score: 0.6 });
    expect(matches({ zone: 'Gate', minScore: 0.6, label: 'person', camera: 'yard', type: 'object' }, one)).toBe(true);
    for (const other of [{ zone: 'Door' }, { minScore: 0.61 }, { label: 'car' }, { camera: 'hall' }, { type: 'motion' }, { retained: true }]) {
      expect(matches(other, one)).toBe(false);
    }
    expect(matches({ from: one.startedAt }, one)).toBe(true);
    expect(matches({ to: one.startedAt }, one)).toBe(false);
  });

  it('forgets', () => {
    expect(ids(without(pages, new Set(['c', 'a'])))).toEqual(['d', '']);
  });

  it('has a heading for each day', () => {
    const days = byDay([entry('b', { startedAt: '2026-11-22T12:00:00' }), entry('a', { startedAt: '2026-11-21T12:00:00' })]);
    expect(days.map(({ events }) => events.length)).toEqual([1, 1]);
  });
});
