import { describe, expect, it } from 'vitest';
import { area, bodiesOf, crossesItself, drawing, drawn, shapesOf, type Drawing, type Step } from './zones';

const square = [
  [0.2, 0.2],
  [0.6, 0.2],
  [0.6, 0.6],
  [0.2, 0.6],
];
const start = () => drawing(shapesOf([{ name: 'porch', polygon: square, labels: ['person'], minArea: 0.01 }], []));
const after = (state: Drawing, ...steps: Step[]) => steps.reduce(drawn, state);
const corners = (state: Drawing) => state.shapes[0]?.polygon;

describe('zones', () => {
  it('gives back what it was given', () => {
    const zones = [{ name: 'porch', polygon: square, labels: ['person'], minArea: 0.01 }];
    const masks = [{ polygon: square }];
    expect(bodiesOf(shapesOf(zones, masks))).toEqual({ zones, masks });
  });

  it('keeps points in the picture, in fractions of four digits', () => {
    const state = after(start(), { type: 'movePoint', key: 'z0', index: 0, to: [-0.3, 0.123456] });
    expect(corners(state)?.[0]).toEqual([0, 0.1235]);
  });

  it('moves a whole shape up to the edge without bending it', () => {
    const state = after(start(), { type: 'moveShape', key: 'z0', by: [0.9, -0.1] });
    expect(corners(state)).toEqual([
      [0.6, 0.1],
      [1, 0.1],
      [1, 0.5],
      [0.6, 0.5],
    ]);
  });

  it('adds a point in the middle of an edge, also of the last one', () => {
    expect(corners(after(start(), { type: 'addPoint', key: 'z0', after: 0 }))?.[1]).toEqual([0.4, 0.2]);
    expect(corners(after(start(), { type: 'addPoint', key: 'z0', after: 3 }))?.[4]).toEqual([0.2, 0.4]);
  });

  it('never has fewer than three points', () => {
    const remove: Step = { type: 'removePoint', key: 'z0', index: 0 };
    expect(corners(after(start(), remove, remove, remove))).toHaveLength(3);
  });

  it('undoes a drag as one step, and the next drag as another', () => {
    const drag = (x: number): Step => ({ type: 'movePoint', key: 'z0', index: 0, to: [x, 0.2], drag: 'point z0 0' });
    const dragged = after(start(), drag(0.21), drag(0.25), drag(0.3), { type: 'settle' }, drag(0.4), { type: 'settle' });
    expect(corners(dragged)?.[0]).toEqual([0.4, 0.2]);
    const once = after(dragged, { type: 'undo' });
    expect(corners(once)?.[0]).toEqual([0.3, 0.2]);
    const twice = after(once, { type: 'undo' });
    expect(corners(twice)?.[0]).toEqual([0.2, 0.2]);
    expect(after(twice, { type: 'undo' })).toBe(twice);
    expect(corners(after(twice, { type: 'redo' }, { type: 'redo' }))?.[0]).toEqual([0.4, 0.2]);
  });

  it('forgets what could be redone when something else is done', () => {
    const state = after(start(), { type: 'remove', key: 'z0' }, { type: 'undo' }, { type: 'add', kind: 'mask', name: '' });
    expect(state.future).toEqual([]);
    expect(state.shapes.map(({ kind }) => kind)).toEqual(['zone', 'mask']);
  });

  it('does not count a step that changed nothing', () => {
    const state = start();
    expect(after(state, { type: 'movePoint', key: 'z0', index: 0, to: [0.2, 0.2] })).toBe(state);
    expect(after(state, { type: 'remove', key: 'nobody' })).toBe(state);
  });

  it('gives each new shape a key of its own, also after undo', () => {
    const add: Step = { type: 'add', kind: 'zone', name: 'a' };
    const state = after(start(), add, { type: 'undo' }, add, add);
    expect(new Set(state.shapes.map(({ key }) => key)).size).toBe(3);
  });

  it('measures areas and sees edges that cross', () => {
    expect(area(shapesOf([{ name: '', polygon: square }], [])[0]?.polygon ?? [])).toBeCloseTo(0.16);
    expect(crossesItself([[0, 0], [1, 0], [1, 1], [0, 1]])).toBe(false);
    expect(crossesItself([[0, 0], [1, 1], [1, 0], [0, 1]])).toBe(true);
    expect(crossesItself([[0, 0], [1, 0], [0, 1]])).toBe(false);
  });
});
