import { expect, it } from 'vitest';
import { moved, scaled, WHOLE } from './zoom';

const size = { width: 800, height: 450 };

it('keeps the point under the pointer where it is', () => {
  const about = { x: 200, y: 300 };
  const view = scaled(WHOLE, 2, about, size);
  expect(view.scale).toBe(2);
  expect((about.x - view.x) / view.scale).toBe(200);
  expect((about.y - view.y) / view.scale).toBe(300);
});

it('never shows what lies beside the picture', () => {
  const view = moved(scaled(WHOLE, 2, { x: 400, y: 225 }, size), 5000, -5000, size);
  expect(view).toEqual({ scale: 2, x: 0, y: -450 });
});

it('goes back to the whole picture, and not below it', () => {
  const near = scaled(WHOLE, 3, { x: 700, y: 20 }, size);
  expect(scaled(near, 0.01, { x: 0, y: 0 }, size)).toEqual(WHOLE);
  expect(scaled(WHOLE, 1000, { x: 0, y: 0 }, size).scale).toBe(8);
});
