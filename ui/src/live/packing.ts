/** How many cells of the grid a tile takes. */
export interface Span {
  readonly columns: number;
  readonly rows: number;
}

/** Where a tile lies, counted from 0. */
export interface Place extends Span {
  readonly column: number;
  readonly row: number;
}

export interface Packing {
  readonly columns: number;
  readonly rows: number;
  /** Of a cell. */
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly places: readonly Place[];
  /** All of it is in sight at once. */
  readonly fits: boolean;
}

export interface Room {
  readonly width: number;
  readonly height: number;
  readonly aspect?: number;
  readonly gap?: number;
}

const MOST_COLUMNS = 24;

export const ONE: Span = { columns: 1, rows: 1 };

/** Each tile where it fits first, in reading order; smaller ones may fill what larger ones left free. */
export function place(spans: readonly Span[], columns: number): Place[] {
  const taken = new Set<number>();
  const cells = ({ column, row, columns: wide, rows: high }: Place) =>
    Array.from({ length: wide * high }, (_, i) => (row + Math.floor(i / wide)) * columns + column + (i % wide));
  return spans.map((span) => {
    const wide = Math.min(span.columns, columns);
    for (let cell = 0; ; cell++) {
      const column = cell % columns;
      const here = { column, row: Math.floor(cell / columns), columns: wide, rows: span.rows };
      if (column + wide > columns || cells(here).some((it) => taken.has(it))) continue;
      for (const it of cells(here)) taken.add(it);
      return here;
    }
  });
}

/**
 * The grid in which the tiles become largest. With `columns` given, their number is the viewer's and the
 * rest may need scrolling.
 */
export function pack(spans: readonly Span[], room: Room, columns = 0): Packing {
  const tiles = spans.length === 0 ? [ONE] : spans;
  if (columns > 0) return withWidth(tiles, Math.min(columns, MOST_COLUMNS), room);
  const least = Math.min(MOST_COLUMNS, Math.max(...tiles.map((it) => it.columns)));
  const most = Math.max(least, Math.min(MOST_COLUMNS, tiles.reduce((sum, it) => sum + it.columns, 0)));
  let best = fitting(tiles, least, room);
  for (let n = least + 1; n <= most; n++) {
    const next = fitting(tiles, n, room);
    if (next.tileWidth > best.tileWidth) best = next;
  }
  return best;
}

function laid(tiles: readonly Span[], columns: number) {
  const places = place(tiles, columns);
  return { columns, places, rows: Math.max(...places.map((it) => it.row + it.rows)) };
}

function fitting(tiles: readonly Span[], columns: number, { width, height, aspect = 16 / 9, gap = 0 }: Room): Packing {
  const grid = laid(tiles, columns);
  const widest = (width - gap * (columns - 1)) / columns;
  const highest = (height - gap * (grid.rows - 1)) / grid.rows;
  const tileWidth = Math.max(1, Math.floor(Math.min(widest, highest * aspect)));
  return { ...grid, tileWidth, tileHeight: Math.floor(tileWidth / aspect), fits: true };
}

function withWidth(tiles: readonly Span[], columns: number, room: Room): Packing {
  const { width, height, aspect = 16 / 9, gap = 0 } = room;
  const one = fitting(tiles, columns, room);
  const tileWidth = Math.max(1, Math.floor((width - gap * (columns - 1)) / columns));
  // A single row or a small rest may still be made to fit without a great loss.
  if (one.tileWidth >= tileWidth * 0.85) return one;
  const tileHeight = Math.floor(tileWidth / aspect);
  return { ...one, tileWidth, tileHeight, fits: one.rows * tileHeight + gap * (one.rows - 1) <= height };
}

/** The shape most pictures have; odd ones get bars. */
export function commonAspect(aspects: readonly number[]): number {
  const known = aspects.filter((aspect) => Number.isFinite(aspect) && aspect > 0.2 && aspect < 5).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)] ?? 16 / 9;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The neighbour of a tile: to the sides in reading order, up and down as they lie; stays where there is none. */
export function neighbour(places: readonly Place[], index: number, direction: Direction): number {
  const here = places[index];
  if (here === undefined) return index;
  if (direction === 'left' || direction === 'right') {
    const next = index + (direction === 'right' ? 1 : -1);
    return next in places ? next : index;
  }
  const middle = (it: Place) => it.column + it.columns / 2;
  const away = (it: Place) => (direction === 'down' ? it.row - (here.row + here.rows) : here.row - (it.row + it.rows));
  const beyond = places
    .map((it, i) => ({ i, away: away(it), aside: Math.abs(middle(it) - middle(here)) }))
    .filter((it) => it.away >= 0)
    .sort((a, b) => a.away - b.away || a.aside - b.aside);
  return beyond[0]?.i ?? index;
}
