import { describe, expect, it } from 'vitest';
import type { Camera, View } from '../api';
import { groupsOf, moveTo, spanOf, tileOf, tilesOf, withCameras } from './selection';

const camera = (id: string, labels: string[] = [], enabled = true) => ({ id, name: id, labels, enabled }) as unknown as Camera;
const cameras = [camera('a', ['outdoor']), camera('b', ['indoor', 'outdoor']), camera('c', [], false)];
const view: View = {
  id: 'v',
  name: 'V',
  shared: false,
  owner: 'me',
  layout: { columns: 2, tiles: [{ camera: 'b', stream: 'main' }, { camera: 'gone' }, { camera: 'a' }] },
};
const ids = (tiles: { camera: Camera }[] | undefined) => tiles?.map((tile) => tile.camera.id);

describe('what is shown', () => {
  it('is all that is switched on', () => {
    expect(ids(tilesOf({ kind: 'all' }, cameras, []))).toEqual(['a', 'b']);
    expect(ids(tilesOf({ kind: 'all' }, [camera('c', [], false)], []))).toEqual(['c']);
  });

  it('is a group', () => {
    expect(groupsOf(cameras)).toEqual(['indoor', 'outdoor']);
    expect(ids(tilesOf({ kind: 'group', label: 'indoor' }, cameras, []))).toEqual(['b']);
  });

  it('is a view, in its order, without what is gone', () => {
    const tiles = tilesOf({ kind: 'view', id: 'v' }, cameras, [view]);
    expect(ids(tiles)).toEqual(['b', 'a']);
    expect(tiles?.[0]?.stream).toBe('main');
    expect(tilesOf({ kind: 'view', id: 'other' }, cameras, [view])).toBeUndefined();
  });
});

it('moves things', () => {
  expect(moveTo(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  expect(moveTo(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  expect(moveTo(['a', 'b', 'c'], 1, 9)).toEqual(['a', 'c', 'b']);
  expect(moveTo(['a'], 5, 0)).toEqual(['a']);
});

it('keeps places when cameras are chosen', () => {
  expect(withCameras(view.layout.tiles, ['a', 'b', 'x'])).toEqual([{ camera: 'b', stream: 'main' }, { camera: 'a' }, { camera: 'x' }]);
});

it('leaves out of a tile what is usual', () => {
  expect(tileOf('a', undefined, { columns: 1, rows: 1 })).toEqual({ camera: 'a' });
  const large = tileOf('a', 'sub', { columns: 2, rows: 3 });
  expect(large).toEqual({ camera: 'a', stream: 'sub', columns: 2, rows: 3 });
  expect(spanOf(large)).toEqual({ columns: 2, rows: 3 });
  expect(spanOf({})).toEqual({ columns: 1, rows: 1 });
});
