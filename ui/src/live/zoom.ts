export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 };
const LARGEST = 8;
const STEP = 1.5;

/** Scales about a point, and keeps the picture from leaving its frame. All in pixels of the frame. */
export function scaled(view: View, factor: number, about: Point, size: Size): View {
  const scale = Math.min(LARGEST, Math.max(1, view.scale * factor));
  if (scale < 1.001) return WHOLE;
  const real = scale / view.scale;
  return bounded({ scale, x: about.x - (about.x - view.x) * real, y: about.y - (about.y - view.y) * real }, size);
}

export function moved(view: View, dx: number, dy: number, size: Size): View {
  return bounded({ ...view, x: view.x + dx, y: view.y + dy }, size);
}

function bounded({ scale, x, y }: View, { width, height }: Size): View {
  return {
    scale,
    x: Math.min(0, Math.max(width * (1 - scale), x)),
    y: Math.min(0, Math.max(height * (1 - scale), y)),
  };
}

/** Wheel, pinch and drag on a frame, and the same by steps for who uses neither. Says when it is zoomed. */
export class ZoomFrame {
  private view = WHOLE;
  private frame: HTMLElement | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly points = new Map<number, Point>();

  /** The frame's content follows its custom property `--zoom`. */
  attach(frame: HTMLElement): () => void {
    this.frame = frame;
    frame.addEventListener('wheel', this.wheel, { passive: false });
    frame.addEventListener('pointerdown', this.down);
    frame.addEventListener('pointermove', this.move);
    frame.addEventListener('pointerup', this.up);
    frame.addEventListener('pointercancel', this.up);
    return () => {
      frame.removeEventListener('wheel', this.wheel);
      frame.removeEventListener('pointerdown', this.down);
      frame.removeEventListener('pointermove', this.move);
      frame.removeEventListener('pointerup', this.up);
      frame.removeEventListener('pointercancel', this.up);
      this.points.clear();
      this.reset();
      this.frame = undefined;
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly isZoomed = (): boolean => this.view.scale > 1;

  readonly in = (): void => this.step(STEP);

  readonly out = (): void => this.step(1 / STEP);

  readonly reset = (): void => this.show(WHOLE);

  private step(factor: number) {
    const size = this.size();
    this.show(scaled(this.view, factor, { x: size.width / 2, y: size.height / 2 }, size));
  }

  private size(): Size {
    return { width: this.frame?.clientWidth ?? 0, height: this.frame?.clientHeight ?? 0 };
  }

  private at(event: MouseEvent): Point {
    const box = this.frame?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  }

  private readonly wheel = (event: WheelEvent) => {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 30 : event.deltaY;
    this.show(scaled(this.view, Math.exp(-pixels / 400), this.at(event), this.size()));
  };

  private readonly down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    this.points.set(event.pointerId, this.at(event));
    if (this.isZoomed() || this.points.size > 1) this.frame?.setPointerCapture(event.pointerId);
  };

  private readonly move = (event: PointerEvent) => {
    const before = this.points.get(event.pointerId);
    if (!before) return;
    const now = this.at(event);
    const other = [...this.points].find(([id]) => id !== event.pointerId)?.[1];
    this.points.set(event.pointerId, now);
    if (other) {
      const factor = distance(now, other) / Math.max(1, distance(before, other));
      this.show(scaled(this.view, factor, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }, this.size()));
    } else if (this.isZoomed()) {
      this.show(moved(this.view, now.x - before.x, now.y - before.y, this.size()));
    }
  };

  private readonly up = (event: PointerEvent) => {
    this.points.delete(event.pointerId);
  };

  private show(view: View) {
    const before = this.isZoomed();
    this.view = view;
    const { scale, x, y } = view;
    this.frame?.style.setProperty('--zoom', scale > 1 ? `translate(${x}px, ${y}px) scale(${scale})` : 'none');
    if (before !== this.isZoomed()) for (const listener of this.listeners) listener();
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
