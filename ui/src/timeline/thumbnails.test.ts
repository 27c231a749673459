import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Thumbnails } from './thumbnails';
import type { Thumbnail } from './thumbnails';

describe('thumbnails', () => {
  const asked: { url: string; signal: AbortSignal }[] = [];
  let answer: () => Promise<Response>;
  const load = (url: string, { signal }: { signal: AbortSignal }) => {
    asked.push({ url, signal });
    return answer();
  };

  beforeEach(() => {
    vi.useFakeTimers();
    asked.length = 0;
    let count = 0;
    URL.createObjectURL = () => `blob:${++count}`;
    URL.revokeObjectURL = vi.fn();
    answer = () =>
      Promise.resolve(new Response('jpeg', { headers: { 'X-Vigil-Time': '2026-11-22T14:00:00.000Z' } }));
  });
  afterEach(() => vi.useRealTimers());

  it('asks only where the hand rests', async () => {
    const source = new Thumbnails('/api', 160, load);
    const got: Thumbnail[] = [];
    for (let at = 0; at < 10; at++) source.ask('yard', at * 1000, (it) => got.push(it));
    await vi.runAllTimersAsync();
    expect(asked.map((it) => it.url)).toEqual(['/api/cameras/yard/preview.jpg?at=1970-01-01T00:00:09.000Z&width=160']);
    expect(got).toEqual([{ url: 'blob:1', at: Date.UTC(2026, 10, 22, 14) }]);
  });

  it('gives up what is not wanted any more', async () => {
    const source = new Thumbnails('/api', 160, load);
    answer = () => new Promise(() => undefined);
    source.ask('yard', 1000, () => undefined);
    await vi.runAllTimersAsync();
    source.ask('yard', 2000, () => undefined);
    expect(asked[0]?.signal.aborted).toBe(true);
  });

  it('keeps what it has, also that there is nothing', async () => {
    const source = new Thumbnails('/api', 160, load);
    answer = () => Promise.resolve(new Response('', { status: 404 }));
    const got: Thumbnail[] = [];
    source.ask('yard', 1000, (it) => got.push(it));
    await vi.runAllTimersAsync();
    source.ask('yard', 2000, () => undefined);
    source.ask('yard', 1000, (it) => got.push(it));
    expect(got).toEqual(['none', 'none']);
    expect(asked).toHaveLength(1);
  });

  it('leaves a server in peace that cannot do it', async () => {
    let now = 0;
    const source = new Thumbnails('/api', 160, load, () => now);
    answer = () => Promise.resolve(new Response('', { status: 503 }));
    source.ask('yard', 1000, () => undefined);
    await vi.runAllTimersAsync();
    source.ask('yard', 2000, () => undefined);
    await vi.runAllTimersAsync();
    expect(asked).toHaveLength(1);
    now = 60_000;
    source.ask('yard', 3000, () => undefined);
    await vi.runAllTimersAsync();
    expect(asked).toHaveLength(2);
  });

  it('shares a picture among neighbouring pixels', () => {
    expect(Thumbnails.rounded(1_234_567, 1)).toBe(1_234_000);
    const coarse = [0, 1, 2, 3].map((pixel) => Thumbnails.rounded(8_388_608 + pixel * 60_000, 60_000));
    expect(new Set(coarse).size).toBe(1);
  });

  it('looks for none before the recording has one', () => {
    expect(Thumbnails.rounded(8_500_000, 60_000, 8_400_000)).toBe(8_402_000);
    expect(Thumbnails.rounded(8_400_500, 60_000, 8_400_000)).toBe(8_400_500);
    expect(Thumbnails.rounded(8_700_000, 60_000, 8_400_000)).toBe(8_650_752);
  });
});
