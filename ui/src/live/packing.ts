export interface Packing {
  readonly columns: number;
  readonly rows: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** All of it is in sight at once. */
  readonly fits: boolean;
}

/**
 * The grid in which equal tiles become largest. With `columns` given, their number is the viewer's and the
 * rest may need scrolling.
 */
export function pack(
  count: number,
  width: number,
  height: number,
  { aspect = 16 / 9, gap = 0, columns = 0 }: { aspect?: number; gap?: number; columns?: number } = {},
): Packing {
  const tiles = Math.max(1, count);
  if (columns > 0) {
    return withWidth(tiles, Math.min(columns, 24), width, height, aspect, gap);
  }
  let best = fitting(tiles, 1, width, height, aspect, gap);
  for (let n = 2; n <= tiles; n++) {
    const next = fitting(tiles, n, width, height, aspect, gap);
    if (next.tileWidth > best.tileWidth) best = next;
  }
  return best;
}

function fitting(tiles: number, columns: number, width: number, height: number, aspect: number, gap: number): Packing {
  const rows = Math.ceil(tiles / columns);
  const widest = (width - gap * (columns - 1)) / columns;
  const highest = (height - gap * (rows - 1)) / rows;
  const tileWidth = Math.max(1, Math.floor(Math.min(widest, highest * aspect)));
  return { columns, rows, tileWidth, tileHeight: Math.floor(tileWidth / aspect), fits: true };
}

function withWidth(tiles: number, columns: number, width: number, height: number, aspect: number, gap: number): Packing {
  const rows = Math.ceil(tiles / columns);
  const tileWidth = Math.max(1, Math.floor((width - gap * (columns - 1)) / columns));
  const tileHeight = Math.floor(tileWidth / aspect);
  const one = fitting(tiles, columns, width, height, aspect, gap);
  // A single row or a small rest may still be made to fit without a great loss.
  if (one.tileWidth >= tileWidth * 0.85) return one;
  return { columns, rows, tileWidth, tileHeight, fits: rows * tileHeight + gap * (rows - 1) <= height };
}

/** The shape most pictures have; odd ones get bars. */
export function commonAspect(aspects: readonly number[]): number {
  const known = aspects.filter((aspect) => Number.isFinite(aspect) && aspect > 0.2 && aspect < 5).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)] ?? 16 / 9;
}
