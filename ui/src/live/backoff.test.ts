import { expect, it } from 'vitest';
import { Backoff } from './backoff';

it('waits longer each time, up to a limit, and starts again after a success', () => {
  const backoff = new Backoff(() => 1);
  const waits = Array.from({ length: 8 }, () => backoff.nextMillis());
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  backoff.succeeded();
  expect(backoff.nextMillis()).toBe(500);
});

it('spreads those who wait', () => {
  expect(new Backoff(() => 0).nextMillis()).toBe(250);
  expect(new Backoff(() => 0.5).nextMillis()).toBe(375);
});
