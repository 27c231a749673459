import { expect, it } from 'vitest';
import { commonAspect, neighbour, ONE, pack, place } from './packing';

const equal = (count: number) => Array.from({ length: count }, () => ONE);

it.each([
  [1, 1],
  [2, 2],
  [4, 2],
  [5, 3],
  [9, 3],
  [12, 4],
  [16, 4],
])('puts %i wide pictures on a desktop in %i columns', (count, columns) => {
  const packing = pack(equal(count), { width: 1840, height: 1000, gap: 4 });
  expect(packing.columns).toBe(columns);
  expect(packing.columns * packing.rows).toBeGreaterThanOrEqual(count);
});

it('never needs scrolling by itself, and never wastes more than another grid would', () => {
  for (const [width, height] of [[1840, 1000], [1000, 1000], [390, 780], [2500, 600]] as const) {
    for (let count = 1; count <= 16; count++) {
      const { columns, rows, tileWidth, tileHeight } = pack(equal(count), { width, height, gap: 4 });
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
  expect(pack(equal(4), { width: 1840, height: 1000, aspect: 9 / 16 }).columns).toBe(4);
});

it('takes the viewer’s number of columns, and scrolls for it', () => {
  const packing = pack(equal(9), { width: 1600, height: 900 }, 1);
  expect(packing).toMatchObject({ columns: 1, rows: 9, tileWidth: 1600, tileHeight: 900, fits: false });
  expect(pack(equal(4), { width: 1600, height: 900 }, 2).fits).toBe(true);
});

it('shrinks a little rather than scroll', () => {
  const packing = pack(equal(4), { width: 1700, height: 900 }, 2);
  expect(packing.fits).toBe(true);
  expect(packing.tileHeight * 2).toBeLessThanOrEqual(900);
});

it('survives having no room', () => {
  expect(pack(equal(3), { width: 0, height: 0 }).tileWidth).toBe(1);
});

it('lays a large tile among small ones without a hole', () => {
  // A A 1
  // A A 2
  // 3 4 5
  const spans = [{ columns: 2, rows: 2 }, ...equal(5)];
  const places = place(spans, 3).map(({ column, row }) => [column, row]);
  expect(places).toEqual([[0, 0], [2, 0], [2, 1], [0, 2], [1, 2], [2, 2]]);
  const packing = pack(spans, { width: 1840, height: 1000, gap: 4 });
  expect([packing.columns, packing.rows]).toEqual([3, 3]);
});

it('never lets tiles overlap, nor leave the grid', () => {
  const spans = [1, 3, 2, 1, 2, 1, 4, 1].map((size, i) => ({ columns: size, rows: (i % 3) + 1 }));
  for (let columns = 1; columns <= 6; columns++) {
    const taken = new Set<string>();
    for (const it of place(spans, columns)) {
      expect(it.column + it.columns).toBeLessThanOrEqual(columns);
      for (let row = it.row; row < it.row + it.rows; row++) {
        for (let column = it.column; column < it.column + it.columns; column++) {
          expect(taken).not.toContain(`${column} ${row}`);
          taken.add(`${column} ${row}`);
        }
      }
    }
  }
});

it('goes from tile to tile as they lie', () => {
  // 0 1 2
  // 3 4
  const places = place(equal(5), 3);
  expect(neighbour(places, 0, 'right')).toBe(1);
  expect(neighbour(places, 0, 'left')).toBe(0);
  expect(neighbour(places, 1, 'down')).toBe(4);
  expect(neighbour(places, 2, 'down')).toBe(4);
  expect(neighbour(places, 4, 'down')).toBe(4);
  expect(neighbour(places, 4, 'up')).toBe(1);
  expect(neighbour(places, 1, 'up')).toBe(1);
});

it('goes over large tiles too', () => {
  // 0 0 1
  // 0 0 2
  // 3 4 5
  const places = place([{ columns: 2, rows: 2 }, ...equal(5)], 3);
  expect(neighbour(places, 1, 'down')).toBe(2);
  expect(neighbour(places, 5, 'up')).toBe(2);
  expect(neighbour(places, 4, 'up')).toBe(0);
  expect([3, 4]).toContain(neighbour(places, 0, 'down'));
});

it('takes the shape of most cameras', () => {
  expect(commonAspect([])).toBeCloseTo(16 / 9);
  expect(commonAspect([4 / 3, 16 / 9, 16 / 9])).toBeCloseTo(16 / 9);
  expect(commonAspect([4 / 3, 4 / 3, 16 / 9])).toBeCloseTo(4 / 3);
  expect(commonAspect([NaN, 0, 4 / 3])).toBeCloseTo(4 / 3);
});
