import { expect, it } from 'vitest';
import { Pacer } from './pacing';

/** Fragments of 40 ms come, each when `remaining` seconds are left to show. */
function steady(pacer: Pacer, remaining: number, millis: number, from = 10_000) {
  for (let now = from; now < from + millis; now += 40) pacer.arrived(remaining, now);
}

it('lets a calm stream alone', () => {
  const pacer = new Pacer();
  steady(pacer, 0.06, 4000);
  expect(pacer.decide(9.9, [[0, 10]], false)).toEqual({ rate: 1 });
});

it('plays away what it has too much of, a little faster, and then stops doing so', () => {
  const pacer = new Pacer();
  steady(pacer, 0.8, 4000);
  const fast = pacer.decide(9.2, [[0, 10]], false);
  expect(fast.rate).toBeGreaterThan(1.02);
  expect(fast.rate).toBeLessThanOrEqual(1.1);
  steady(pacer, 0.05, 4000, 20_000);
  expect(pacer.decide(9.9, [[0, 10]], false)).toEqual({ rate: 1 });
});

it('keeps more in hand where pictures come in bursts', () => {
  const pacer = new Pacer();
  for (let i = 0; i < 3; i++) pacer.starved();
  steady(pacer, 0.05, 4000);
  expect(pacer.decide(9.95, [[0, 10]], false).rate).toBeLessThan(1);
  steady(pacer, 0.16, 4000, 20_000);
  expect(pacer.decide(9.8, [[0, 10]], false).rate).toBe(1);
});

it('keeps more in hand where there is sound', () => {
  const pacer = new Pacer();
  pacer.sounds(true);
  steady(pacer, 0.06, 4000);
  expect(pacer.decide(9.9, [[0, 10]], false).rate).toBeLessThan(1);
  steady(pacer, 0.2, 4000, 20_000);
  expect(pacer.decide(9.76, [[0, 10]], false).rate).toBe(1);
});

it('skips what cannot be caught up with', () => {
  const pace = new Pacer().decide(5, [[0, 10]], false);
  expect(pace.seek).toBeGreaterThan(9.5);
  expect(pace.seek).toBeLessThan(10);
});

it('jumps over what the server left out, even if there is little behind it', () => {
  const pace = new Pacer().decide(4.98, [[0, 5], [6, 6.04]], false);
  expect(pace.seek).toBe(6);
});

it('is stricter while the pictures since the keyframe come in', () => {
  expect(new Pacer().decide(0, [[0, 1]], false).seek).toBeUndefined();
  expect(new Pacer().decide(0, [[0, 1]], true).seek).toBeGreaterThan(0.8);
});

it('knows nothing before anything is there', () => {
  expect(new Pacer().decide(0, [], true)).toEqual({ rate: 1 });
});

it('does not take what it measured elsewhere along', () => {
  const pacer = new Pacer();
  steady(pacer, 1.2, 4000);
  pacer.moved();
  expect(pacer.margin()).toBeUndefined();
  expect(pacer.decide(9.9, [[0, 10]], false).rate).toBe(1);
});
