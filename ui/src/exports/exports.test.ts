import { describe, expect, it } from 'vitest';

import type { KeptExport } from '../api';
import { matching } from './filter';
import { LONGEST_MS, estimate, fromInput, toInput, wrongWith } from './times';

describe('the period of an export', () => {
  it('survives being typed', () => {
    const time = new Date(2026, 10, 22, 9, 5, 7).getTime();
    expect(toInput(time)).toBe('2026-11-22T09:05:07');
    expect(fromInput(toInput(time))).toBe(time);
    expect(fromInput('')).toBeUndefined();
    expect(fromInput('2026-13-40T00:00')).toBeUndefined();
  });

  it('is checked before the server is asked', () => {
    expect(wrongWith(0, 1000, 5000)).toBeUndefined();
    expect(wrongWith(undefined, 1000, 5000)).toBe('missing');
    expect(wrongWith(1000, 1000, 5000)).toBe('order');
    expect(wrongWith(6000, 7000, 5000)).toBe('future');
    expect(wrongWith(0, LONGEST_MS + 1, LONGEST_MS * 2)).toBe('length');
  });

  it('weighs what of it is recorded', () => {
    const spans = [
      { from: 0, to: 10_000, bytes: 1000 },
      { from: 20_000, to: 30_000, bytes: 4000 },
    ];
    expect(estimate(spans, 5000, 22_000)).toEqual({ bytes: 500 + 800, seconds: 7 });
    expect(estimate(spans, 11_000, 19_000)).toEqual({ bytes: 0, seconds: 0 });
  });
});

describe('the list of exports', () => {
  const kept = (id: string, camera: string, name: string) => ({ id, camera, name }) as KeptExport;
  const all = [kept('1', 'yard', 'Parcel'), kept('2', 'door', 'Cat at night'), kept('3', 'yard', 'Cat by day')];
  const nameOf = (camera: string) => ({ yard: 'Back yard', door: 'Front door' })[camera] ?? camera;
  const found = (text: string, camera: string | null = null) => matching(all, text, camera, nameOf).map((it) => it.id);

  it('is searched by words in names and cameras, and by camera', () => {
    expect(found('')).toEqual(['1', '2', '3']);
    expect(found('cat')).toEqual(['2', '3']);
    expect(found('cat yard')).toEqual(['3']);
    expect(found('', 'yard')).toEqual(['1', '3']);
    expect(found('dog')).toEqual([]);
  });
});
