/** Zones and masks as they are edited: polygons in fractions of the picture, with every step undoable. */

export type Point = readonly [number, number];

export interface Shape {
  /** Only in the editor, so that names may be equal while they are typed. */
  readonly key: string;
  readonly kind: 'zone' | 'mask';
  readonly name: string;
  readonly polygon: readonly Point[];
  readonly labels: readonly string[];
  readonly minArea: number | null;
  /** How long something must stay to count. */
  readonly loiterSeconds: number | null;
}

/** A zone of two corners counts what goes across it. */
export function isLine({ kind, polygon }: Pick<Shape, 'kind' | 'polygon'>): boolean {
  return kind === 'zone' && polygon.length === 2;
}

export interface ZoneBody {
  name: string;
  polygon: number[][];
  labels?: string[] | null;
  minArea?: number | null;
  loiterSeconds?: number | null;
}

export interface MaskBody {
  polygon: number[][];
}

export interface Drawing {
  readonly shapes: readonly Shape[];
  readonly past: readonly (readonly Shape[])[];
  readonly future: readonly (readonly Shape[])[];
  /** Names the kind of the last step: steps of one drag or one key held down are undone as one. */
  readonly last: string | null;
  readonly next: number;
}

export type Step =
  | { type: 'add'; kind: Shape['kind']; name: string; polygon?: readonly Point[] }
  | { type: 'remove'; key: string }
  | { type: 'change'; key: string; part: Partial<Pick<Shape, 'name' | 'labels' | 'minArea' | 'loiterSeconds'>> }
  | { type: 'movePoint'; key: string; index: number; to: Point; drag?: string }
  | { type: 'moveShape'; key: string; by: Point; drag?: string }
  | { type: 'addPoint'; key: string; after: number; at?: Point }
  | { type: 'removePoint'; key: string; index: number }
  | { type: 'settle' }
  | { type: 'undo' }
  | { type: 'redo' }
  | { type: 'reset'; shapes: readonly Shape[] };

const MOST_POINTS = 200;
const MOST_UNDO = 100;
/** A tenth of a pixel of a 4K picture is 0.00003: four digits are finer than anybody can point. */
const DIGITS = 10_000;

export function fraction(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * DIGITS) / DIGITS;
}

export function point(x: number, y: number): Point {
  return [fraction(x), fraction(y)];
}

/** Across the picture. */
export const START_LINE: readonly Point[] = [
  [0.25, 0.6],
  [0.75, 0.6],
];

const START: readonly Point[] = [
  [0.3, 0.3],
  [0.7, 0.3],
  [0.7, 0.7],
  [0.3, 0.7],
];

export function shapesOf(zones: readonly ZoneBody[], masks: readonly MaskBody[]): Shape[] {
  const polygon = (corners: number[][]): Point[] => corners.map(([x, y]) => [x ?? 0, y ?? 0]);
  return [
    ...zones.map(
      (zone, i): Shape => ({
        key: `z${i}`,
        kind: 'zone',
        name: zone.name,
        polygon: polygon(zone.polygon),
        labels: zone.labels ?? [],
        minArea: zone.minArea ?? null,
        loiterSeconds: zone.loiterSeconds ? zone.loiterSeconds : null,
      }),
    ),
    ...masks.map(
      (mask, i): Shape => ({
        key: `m${i}`,
        kind: 'mask',
        name: '',
        polygon: polygon(mask.polygon),
        labels: [],
        minArea: null,
        loiterSeconds: null,
      }),
    ),
  ];
}

export function bodiesOf(shapes: readonly Shape[]): { zones: ZoneBody[]; masks: MaskBody[] } {
  const polygon = (shape: Shape) => shape.polygon.map(([x, y]) => [x, y]);
  return {
    zones: shapes
      .filter((shape) => shape.kind === 'zone')
      .map((shape) => ({
        name: shape.name.trim(),
        polygon: polygon(shape),
        labels: [...shape.labels],
        ...(shape.minArea === null ? {} : { minArea: shape.minArea }),
        ...(shape.loiterSeconds === null ? {} : { loiterSeconds: shape.loiterSeconds }),
      })),
    masks: shapes.filter((shape) => shape.kind === 'mask').map((shape) => ({ polygon: polygon(shape) })),
  };
}

export function drawing(shapes: readonly Shape[]): Drawing {
  return { shapes, past: [], future: [], last: null, next: 0 };
}

function applied(shapes: readonly Shape[], step: Step, key: string): readonly Shape[] {
  const on = (wanted: string, change: (shape: Shape) => Shape) =>
    shapes.map((shape) => (shape.key === wanted ? change(shape) : shape));
  switch (step.type) {
    case 'add':
      return [
        ...shapes,
        {
          key,
          kind: step.kind,
          name: step.name,
          polygon: step.polygon ?? START,
          labels: [],
          minArea: null,
          loiterSeconds: null,
        },
      ];
    case 'remove':
      return shapes.filter((shape) => shape.key !== step.key);
    case 'change':
      return on(step.key, (shape) => ({ ...shape, ...step.part }));
    case 'movePoint':
      return on(step.key, (shape) => ({
        ...shape,
        polygon: shape.polygon.map((old, i) => (i === step.index ? point(...step.to) : old)),
      }));
    case 'moveShape':
      return on(step.key, (shape) => ({ ...shape, polygon: shifted(shape.polygon, step.by) }));
    case 'addPoint':
      return on(step.key, (shape) => {
        if (shape.polygon.length >= MOST_POINTS || isLine(shape)) {
          return shape;
        }
        const a = shape.polygon[step.after] ?? [0, 0];
        const b = shape.polygon[(step.after + 1) % shape.polygon.length] ?? a;
        const at = step.at ?? [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
        return { ...shape, polygon: shape.polygon.toSpliced(step.after + 1, 0, point(...at)) };
      });
    case 'removePoint':
      return on(step.key, (shape) =>
        shape.polygon.length <= 3 ? shape : { ...shape, polygon: shape.polygon.toSpliced(step.index, 1) },
      );
    default:
      return shapes;
  }
}

/** The whole polygon moves as far as it can: its form is kept at the edge. */
function shifted(polygon: readonly Point[], by: Point): Point[] {
  const xs = polygon.map(([x]) => x);
  const ys = polygon.map(([, y]) => y);
  const dx = Math.min(1 - Math.max(...xs), Math.max(-Math.min(...xs), by[0]));
  const dy = Math.min(1 - Math.max(...ys), Math.max(-Math.min(...ys), by[1]));
  return polygon.map(([x, y]) => point(x + dx, y + dy));
}

function merging(step: Step): string | null {
  switch (step.type) {
    case 'movePoint':
    case 'moveShape':
      return step.drag ?? null;
    case 'change':
      return `change ${step.key} ${Object.keys(step.part).join()}`;
    default:
      return null;
  }
}

export function drawn(state: Drawing, step: Step): Drawing {
  switch (step.type) {
    case 'reset':
      return { ...drawing(step.shapes), next: state.next };
    case 'settle':
      return { ...state, last: null };
    case 'undo': {
      const before = state.past.at(-1);
      return before === undefined
        ? state
        : {
            ...state,
            shapes: before,
            past: state.past.slice(0, -1),
            future: [state.shapes, ...state.future],
            last: null,
          };
    }
    case 'redo': {
      const after = state.future[0];
      return after === undefined
        ? state
        : {
            ...state,
            shapes: after,
            past: [...state.past, state.shapes],
            future: state.future.slice(1),
            last: null,
          };
    }
    default: {
      const shapes = applied(state.shapes, step, `n${state.next}`);
      if (shapes === state.shapes || JSON.stringify(shapes) === JSON.stringify(state.shapes)) {
        return state;
      }
      const last = merging(step);
      const merged = last !== null && last === state.last;
      return {
        shapes,
        past: merged ? state.past : [...state.past, state.shapes].slice(-MOST_UNDO),
        future: [],
        last,
        next: step.type === 'add' ? state.next + 1 : state.next,
      };
    }
  }
}

/** As a fraction of the picture (shoelace formula; where edges cross, the parts cancel out). */
export function area(polygon: readonly Point[]): number {
  const twice = polygon.reduce((sum, [x, y], i) => {
    const [nx, ny] = polygon[(i + 1) % polygon.length] ?? [x, y];
    return sum + x * ny - nx * y;
  }, 0);
  return Math.abs(twice) / 2;
}

function turn(a: Point, b: Point, c: Point): number {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

/** Whether two edges cross: such a polygon has an inside that nobody expects. */
export function crossesItself(polygon: readonly Point[]): boolean {
  const n = polygon.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) {
        continue;
      }
      const [a, b, c, d] = [polygon[i], polygon[(i + 1) % n], polygon[j], polygon[(j + 1) % n]];
      if (a && b && c && d && turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0) {
        return true;
      }
    }
  }
  return false;
}
