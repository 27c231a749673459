import { expect, it } from 'vitest';
import { commonAspect, pack } from './packing';

it.each([
  [1, 1],
  [2, 2],
  [4, 2],
  [5, 3],
  [9, 3],
  [12, 4],
  [16, 4],
])('puts %i wide pictures on a desktop in %i columns', (count, columns) => {
  const packing = pack(count, 1840, 1000, { gap: 4 });
  expect(packing.columns).toBe(columns);
  expect(packing.columns * packing.rows).toBeGreaterThanOrEqual(count);
});

it('never needs scrolling by itself, and never wastes more than another grid would', () => {
  for (const [width, height] of [[1840, 1000], [1000, 1000], [390, 780], [2500, 600]] as const) {
    for (let count = 1; count <= 16; count++) {
      const { columns, rows, tileWidth, tileHeight } = pack(count, width, height, { gap: 4 });
      expect(columns * tileWidth + 4 * (columns - 1)).toBeLessThanOrEqual(width);
      expect(rows * tileHeight + 4 * (rows - 1)).toBeLessThanOrEqual(height);
      for (let other = 1; other <= count; other++) {
        const otherRows = Math.ceil(count / other);
        const could = Math.min((width - 4 * (other - 1)) / other, ((height - 4 * (otherRows - 1)) / otherRows) * (16 / 9));
        expect(tileWidth).toBeGreaterThanOrEqual(Math.floor(could));
      }
    }
  }
});

it('stacks tall pictures beside each other', () => {
  expect(pack(4, 1840, 1000, { aspect: 9 / 16 }).columns).toBe(4);
});

it('takes the viewer’s number of columns, and scrolls for it', () => {
  expect(pack(9, 1600, 900, { columns: 1 })).toEqual({ columns: 1, rows: 9, tileWidth: 1600, tileHeight: 900, fits: false });
  expect(pack(4, 1600, 900, { columns: 2 }).fits).toBe(true);
});

it('shrinks a little rather than scroll', () => {
  const packing = pack(4, 1700, 900, { columns: 2 });
  expect(packing.fits).toBe(true);
  expect(packing.tileHeight * 2).toBeLessThanOrEqual(900);
});

it('survives having no room', () => {
  expect(pack(3, 0, 0).tileWidth).toBe(1);
});

it('takes the shape of most cameras', () => {
  expect(commonAspect([])).toBeCloseTo(16 / 9);
  expect(commonAspect([4 / 3, 16 / 9, 16 / 9])).toBeCloseTo(16 / 9);
  expect(commonAspect([4 / 3, 4 / 3, 16 / 9])).toBeCloseTo(4 / 3);
  expect(commonAspect([NaN, 0, 4 / 3])).toBeCloseTo(4 / 3);
});
