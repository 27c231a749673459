import { pixelRuns, union } from './lanes';
import type { Lane, Mark } from './lanes';
import type { Palette } from './palette';
import { localOffset, stepFor, ticks } from './ticks';
import { tickText } from './text';
import { MINUTE, toX } from './view';
import type { Range } from './view';

/** Rows from top to bottom, in CSS pixels. */
export interface Layout {
  readonly axis: number;
  readonly rows: readonly { readonly top: number; readonly height: number; readonly lane: Lane; readonly combined: boolean }[];
  readonly height: number;
}

const AXIS = 30;
const GAP = 4;

export function layout(lanes: readonly Lane[], combined: Lane | undefined): Layout {
  const laneHeight = lanes.length > 8 ? 14 : lanes.length > 4 ? 20 : 26;
  let top = AXIS;
  const rows: { top: number; height: number; lane: Lane; combined: boolean }[] = [];
  if (combined) {
    rows.push({ top, height: 12, lane: combined, combined: true });
    top += 12 + GAP + 2;
  }
  for (const lane of lanes) {
    rows.push({ top, height: laneHeight, lane, combined: false });
    top += laneHeight + GAP;
  }
  return { axis: AXIS, rows, height: top + 4 };
}

export interface Scene {
  readonly layout: Layout;
  readonly view: Range;
  readonly width: number;
  readonly at: number;
  readonly now: number;
  readonly hover: number | undefined;
  readonly selection: Range | undefined;
  readonly language: string;
  readonly palette: Palette;
  readonly hatch: CanvasPattern | null;
}

/** The pattern of what is missing: told from what is there without colour. */
export function hatchPattern(
  context: CanvasRenderingContext2D,
  colour: string,
  ratio: number,
): CanvasPattern | null {
  const size = Math.round(7 * ratio);
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext('2d');
  if (!pen) {
    return null;
  }
  pen.strokeStyle = colour;
  pen.lineWidth = 1.2 * ratio;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift - 1, size + 1);
    pen.lineTo(shift + size + 1, -1);
  }
  pen.stroke();
  const pattern = context.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern;
}

export function draw(pen: CanvasRenderingContext2D, scene: Scene): void {
  const { layout: rows, width, palette } = scene;
  pen.clearRect(0, 0, width, rows.height);
  drawRows(pen, scene);
  drawTicks(pen, scene);
  drawFuture(pen, scene);
  drawSelection(pen, scene);
  if (scene.hover !== undefined) {
    pen.fillStyle = palette.hover;
    pen.fillRect(Math.round(toX(scene.view, width, scene.hover)), rows.axis - 6, 1, rows.height);
  }
  drawPlayhead(pen, scene);
}

function drawRows(pen: CanvasRenderingContext2D, scene: Scene): void {
  const { view, width, palette } = scene;
  for (const { top, height, lane, combined } of scene.layout.rows) {
    pen.fillStyle = palette.lane;
    pen.fillRect(0, top, width, height);
    // What lasts is drawn up to now.
    const end = Math.min(width, Math.max(0, toX(view, width, scene.now)));
    pen.fillStyle = scene.hatch ?? palette.hatch;
    pixelRuns(lane.gaps, view, width, (left, right) => {
      if (left < end) {
        pen.fillRect(left, top, Math.min(right, end) - left, height);
      }
    });
    pen.fillStyle = combined ? palette.combined : palette.recorded;
    pixelRuns(lane.spans, view, width, (left, right) => {
      pen.fillRect(left, top, right - left, height);
    });
    for (const [kind, marks] of byKind(lane.events)) {
      if (marks.length > 0) {
        pen.fillStyle = palette[kind];
        const band = kind === 'motion' ? { y: height - 5, h: 5 } : { y: 2, h: markHeight(height) };
        pixelRuns(marks, view, width, (left, right) => {
          if (left <= end) {
            pen.fillRect(left, top + band.y, Math.max(2, Math.min(right, end) - left), band.h);
          }
        });
      }
    }
    if (height >= LABELLED) {
      drawLabels(pen, scene, lane.events ?? [], top, height, end);
    }
  }
}

/** A lower row has no room for words. */
const LABELLED = 20;

/** What was seen, in words, where an event is long enough on the screen to hold them. */
function drawLabels(
  pen: CanvasRenderingContext2D,
  scene: Scene,
  marks: readonly Mark[],
  top: number,
  height: number,
  end: number,
): void {
  const { view, width, palette } = scene;
  pen.font = `600 10px ${FONT}`;
  pen.textBaseline = 'middle';
  pen.textAlign = 'left';
  pen.fillStyle = palette.onMark;
  let free = -Infinity;
  for (const mark of marks) {
    if (mark.kind === 'motion' || mark.to <= view.from || mark.from >= view.to) {
      continue;
    }
    const left = Math.max(0, toX(view, width, mark.from), free);
    const right = Math.min(end, toX(view, width, Math.min(mark.to, scene.now)));
    const wide = pen.measureText(mark.label).width + 8;
    if (right - left >= wide) {
      pen.fillText(mark.label, left + 4, top + 2 + markHeight(height) / 2 + 0.5);
      free = left + wide;
    }
  }
}

/** Of the band in which things other than motion are. */
function markHeight(height: number): number {
  return height >= LABELLED ? 12 : Math.max(4, height / 3);
}

const sorted = new WeakMap<readonly Mark[], Map<Mark['kind'], Range[]>>();
const NO_MARKS = new Map<Mark['kind'], Range[]>();

/** Without overlaps, in order; worked out once for each list, for a list is drawn many times. */
function byKind(marks: readonly Mark[] | undefined): Map<Mark['kind'], Range[]> {
  if (!marks || marks.length === 0) {
    return NO_MARKS;
  }
  let kinds = sorted.get(marks);
  if (!kinds) {
    kinds = new Map(
      (['motion', 'object', 'external', 'system'] as const).map((kind) => [
        kind,
        union([marks.filter((mark) => mark.kind === kind)]),
      ]),
    );
    sorted.set(marks, kinds);
  }
  return kinds;
}

function drawTicks(pen: CanvasRenderingContext2D, scene: Scene): void {
  const { view, width, palette, layout: rows, language } = scene;
  const step = stepFor(view, width, view.to - view.from < 10 * MINUTE ? 92 : 76);
  pen.textBaseline = 'middle';
  pen.textAlign = 'left';
  let free = -Infinity;
  for (const tick of ticks(view, step, localOffset)) {
    const x = Math.round(toX(view, width, tick.time));
    pen.fillStyle = tick.major ? palette.gridMajor : palette.grid;
    pen.fillRect(x, tick.major ? 4 : rows.axis - 8, 1, rows.height);
    if (x < free) {
      continue;
    }
    const text = tickText(tick, step, language);
    pen.font = `${tick.major ? 600 : 400} 11px ${FONT}`;
    pen.fillStyle = tick.major ? palette.textMajor : palette.text;
    pen.fillText(text, x + 5, 13);
    free = x + pen.measureText(text).width + 14;
  }
}

const FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** What has not happened yet is dimmed, and its edge is now. */
function drawFuture(pen: CanvasRenderingContext2D, scene: Scene): void {
  const { view, width, palette, layout: rows } = scene;
  if (scene.now >= view.to) {
    return;
  }
  const x = Math.max(0, Math.round(toX(view, width, scene.now)));
  pen.fillStyle = palette.future;
  pen.fillRect(x, rows.axis - 4, width - x, rows.height);
  if (scene.now > view.from) {
    pen.fillStyle = palette.now;
    pen.fillRect(x, rows.axis - 6, 2, rows.height);
  }
}

/** Where the selection's handles are, for drawing and for the hand. */
export const HANDLE = 10;

function drawSelection(pen: CanvasRenderingContext2D, scene: Scene): void {
  const { selection, view, width, palette, layout: rows } = scene;
  if (!selection) {
    return;
  }
  const left = toX(view, width, selection.from);
  const right = toX(view, width, selection.to);
  pen.fillStyle = palette.selection;
  pen.fillRect(left, rows.axis - 4, right - left, rows.height);
  pen.fillStyle = palette.selectionEdge;
  for (const [x, inward] of [
    [left, 1],
    [right, -1],
  ] as const) {
    pen.fillRect(x - 1, rows.axis - 6, 2, rows.height);
    pen.beginPath();
    pen.roundRect(inward > 0 ? x - 1 : x + 1 - HANDLE, rows.axis - 8, HANDLE, 16, 3);
    pen.fill();
  }
}

function drawPlayhead(pen: CanvasRenderingContext2D, scene: Scene): void {
  const { view, width, palette, layout: rows } = scene;
  const x = Math.round(toX(view, width, scene.at));
  if (x < -8 || x > width + 8) {
    return;
  }
  pen.fillStyle = palette.onPlayhead;
  pen.fillRect(x - 2, rows.axis - 8, 5, rows.height);
  pen.fillStyle = palette.playhead;
  pen.fillRect(x - 1, rows.axis - 8, 2, rows.height);
  pen.beginPath();
  pen.moveTo(x - 7, rows.axis - 16);
  pen.lineTo(x + 7, rows.axis - 16);
  pen.lineTo(x + 7, rows.axis - 9);
  pen.lineTo(x, rows.axis - 2);
  pen.lineTo(x - 7, rows.axis - 9);
  pen.closePath();
  pen.fill();
}
