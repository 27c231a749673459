import type { Camera, Tile, View } from '../api';
import { ONE, type Span } from './packing';

/** What the page shows: everything, the cameras with a label, or a saved view. */
export type Selection =
  | { readonly kind: 'all' }
  | { readonly kind: 'group'; readonly label: string }
  | { readonly kind: 'view'; readonly id: string };

export interface ShownTile extends Span {
  readonly camera: Camera;
  /** The stream that the view asks for; otherwise it goes by the size. */
  readonly stream: 'main' | 'sub' | undefined;
}

export function groupsOf(cameras: readonly Camera[]): string[] {
  return [...new Set(cameras.flatMap((camera) => camera.labels))].sort((a, b) => a.localeCompare(b));
}

/** The tiles of a selection, without cameras that are gone; undefined if the view does not exist. */
export function tilesOf(
  selection: Selection,
  cameras: readonly Camera[],
  views: readonly View[],
): ShownTile[] | undefined {
  switch (selection.kind) {
    case 'all':
      return enabledFirst(cameras).map((camera) => ({ camera, stream: undefined, ...ONE }));
    case 'group':
      return cameras
        .filter((camera) => camera.labels.includes(selection.label))
        .map((camera) => ({ camera, stream: undefined, ...ONE }));
    case 'view': {
      const view = views.find((it) => it.id === selection.id);
      return view && resolve(view.layout.tiles, cameras);
    }
  }
}

export function resolve(tiles: readonly Tile[], cameras: readonly Camera[]): ShownTile[] {
  return tiles.flatMap((tile) => {
    const camera = cameras.find((it) => it.id === tile.camera);
    return camera ? [{ camera, stream: tile.stream ?? undefined, ...spanOf(tile) }] : [];
  });
}

export function spanOf({ columns, rows }: Pick<Tile, 'columns' | 'rows'>): Span {
  return { columns: columns ?? 1, rows: rows ?? 1 };
}

/** A tile as it is saved: what is usual is left out. */
export function tileOf(camera: string, stream: Tile['stream'], { columns, rows }: Span): Tile {
  return {
    camera,
    ...(stream ? { stream } : {}),
    ...(columns > 1 ? { columns } : {}),
    ...(rows > 1 ? { rows } : {}),
  };
}

/** Cameras that are switched off have nothing to show: they are left out, unless all are off. */
function enabledFirst(cameras: readonly Camera[]): readonly Camera[] {
  const enabled = cameras.filter((camera) => camera.enabled);
  return enabled.length > 0 ? enabled : cameras;
}

/** The same list with one thing in another place. */
export function moveTo<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  const [moved] = next.splice(from, 1);
  if (moved === undefined) return [...list];
  next.splice(Math.max(0, Math.min(to, next.length)), 0, moved);
  return next;
}

/** The list with exactly these cameras: what stays keeps its place, what is new comes last. */
export function withCameras(tiles: readonly Tile[], ids: readonly string[]): Tile[] {
  const kept = tiles.filter((tile) => ids.includes(tile.camera));
  const added = ids.filter((id) => !tiles.some((tile) => tile.camera === id)).map((camera) => ({ camera }));
  return [...kept, ...added];
}
