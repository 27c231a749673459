import { panned, toTime, toX, zoomed } from './view';
import type { Range } from './view';

/** What the hand may do to the timeline; times are in milliseconds since 1970. */
export interface Touched {
  view(): Range;
  show(view: Range): void;
  playhead(): number;
  selection(): Range | undefined;
  seek(time: number, settled: boolean): void;
  select(selection: Range): void;
  hover(time: number | undefined, y: number): void;
  press(time: number): void;
  still(): boolean;
}

type Grip =
  | { kind: 'pan'; lastX: number; speed: number; lastAt: number; moved: number }
  | { kind: 'scrub' }
  | { kind: 'edge'; fixed: number }
  | { kind: 'pinch'; distance: number; anchor: number };

const CLICK_PX = 4;
const NEAR_PX = 9;
/** Of the speed, how much is left after a millisecond. */
const FRICTION = 0.9955;

/**
 * Turns wheel and pointers into changes of what is seen. Wheel zooms at the pointer, sideways it
 * moves; one pointer drags, two pinch; a click seeks. Returns how to let go.
 */
export function attachGestures(element: HTMLElement, axisHeight: number, touched: Touched): () => void {
  const pointers = new Map<number, { x: number; y: number }>();
  let grip: Grip | undefined;
  let gliding = 0;
  const width = () => element.clientWidth;
  const xOf = (event: MouseEvent) => event.clientX - element.getBoundingClientRect().left;
  const yOf = (event: MouseEvent) => event.clientY - element.getBoundingClientRect().top;
  const timeAt = (x: number) => toTime(touched.view(), width(), x);

  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    halt();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    const view = touched.view();
    if (!event.ctrlKey && Math.abs(sideways) > (event.shiftKey ? 0 : Math.abs(event.deltaY))) {
      touched.show(panned(view, ((sideways * unit) / width()) * (view.to - view.from)));
      return;
    }
    // A pinch on a touchpad comes as a wheel with small steps and the control key.
    const strength = event.ctrlKey ? 0.01 : 0.0018;
    const by = Math.max(-240, Math.min(240, event.deltaY * unit));
    touched.show(zoomed(view, timeAt(xOf(event)), Math.exp(by * strength)));
  };

  const onDown = (event: PointerEvent) => {
    if (event.button !== 0) {
      return;
    }
    halt();
    const x = xOf(event);
    const y = yOf(event);
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, { x, y });
    if (pointers.size === 2) {
      const xs = [...pointers.values()].map((it) => it.x);
      const left = Math.min(...xs);
      const right = Math.max(...xs);
      grip = { kind: 'pinch', distance: right - left, anchor: timeAt((left + right) / 2) };
      return;
    }
    touched.press(timeAt(x));
    grip = grab(x, y, event.shiftKey);
  };

  function grab(x: number, y: number, shift: boolean): Grip {
    const view = touched.view();
    const selection = touched.selection();
    if (shift) {
      return { kind: 'edge', fixed: timeAt(x) };
    }
    if (selection) {
      const near = (time: number) => Math.abs(toX(view, width(), time) - x) < NEAR_PX;
      if (near(selection.to)) {
        return { kind: 'edge', fixed: selection.from };
      }
      if (near(selection.from)) {
        return { kind: 'edge', fixed: selection.to };
      }
    }
    if (y < axisHeight && Math.abs(toX(view, width(), touched.playhead()) - x) < NEAR_PX + 2) {
      return { kind: 'scrub' };
    }
    return { kind: 'pan', lastX: x, speed: 0, lastAt: performance.now(), moved: 0 };
  }

  const onMove = (event: PointerEvent) => {
    const x = xOf(event);
    const y = yOf(event);
    const known = pointers.get(event.pointerId);
    if (known) {
      known.x = x;
      known.y = y;
    }
    if (!grip || !known) {
      touched.hover(timeAt(x), y);
      return;
    }
    switch (grip.kind) {
      case 'pan': {
        const by = x - grip.lastX;
        grip.moved += Math.abs(by);
        if (grip.moved < CLICK_PX) {
          return;
        }
        const now = performance.now();
        const elapsed = Math.max(1, now - grip.lastAt);
        grip.speed = 0.7 * (by / elapsed) + 0.3 * grip.speed;
        grip.lastX = x;
        grip.lastAt = now;
        shift(by);
        touched.hover(undefined, 0);
        break;
      }
      case 'scrub':
        touched.seek(timeAt(x), false);
        touched.hover(timeAt(x), y);
        break;
      case 'edge': {
        const time = timeAt(x);
        touched.select({ from: Math.min(time, grip.fixed), to: Math.max(time, grip.fixed) });
        touched.hover(time, y);
        break;
      }
      case 'pinch': {
        const [a, b] = [...pointers.values()];
        if (a && b) {
          const distance = Math.max(12, Math.abs(a.x - b.x));
          const middle = (a.x + b.x) / 2;
          const scaled = zoomed(touched.view(), grip.anchor, grip.distance / distance);
          const slipped = toTime(scaled, width(), middle) - grip.anchor;
          touched.show(panned(scaled, -slipped));
          grip.distance = distance;
        }
        break;
      }
    }
  };

  const onUp = (event: PointerEvent) => {
    if (!pointers.delete(event.pointerId)) {
      return;
    }
    const was = grip;
    grip = undefined;
    if (was?.kind === 'pan') {
      if (was.moved < CLICK_PX) {
        touched.seek(timeAt(xOf(event)), true);
      } else if (performance.now() - was.lastAt < 60) {
        glide(was.speed);
      }
    } else if (was?.kind === 'scrub') {
      touched.seek(timeAt(xOf(event)), true);
    }
    if (event.pointerType !== 'mouse') {
      touched.hover(undefined, 0);
    }
  };

  const onLeave = () => {
    if (!grip) {
      touched.hover(undefined, 0);
    }
  };

  const onDouble = (event: MouseEvent) => {
    touched.show(zoomed(touched.view(), timeAt(xOf(event)), event.shiftKey ? 4 : 0.25));
  };

  function shift(pixels: number) {
    const view = touched.view();
    touched.show(panned(view, (-pixels / width()) * (view.to - view.from)));
  }

  function glide(speed: number) {
    if (touched.still() || Math.abs(speed) < 0.05) {
      return;
    }
    let last = performance.now();
    const step = (now: number) => {
      const elapsed = Math.min(64, now - last);
      last = now;
      shift(speed * elapsed);
      speed *= FRICTION ** elapsed;
      gliding = Math.abs(speed) < 0.02 ? 0 : requestAnimationFrame(step);
    };
    gliding = requestAnimationFrame(step);
  }

  function halt() {
    cancelAnimationFrame(gliding);
    gliding = 0;
  }

  const abort = new AbortController();
  const { signal } = abort;
  element.addEventListener('wheel', onWheel, { passive: false, signal });
  element.addEventListener('pointerdown', onDown, { signal });
  element.addEventListener('pointermove', onMove, { signal });
  element.addEventListener('pointerup', onUp, { signal });
  element.addEventListener('pointercancel', onUp, { signal });
  element.addEventListener('pointerleave', onLeave, { signal });
  element.addEventListener('dblclick', onDouble, { signal });
  return () => {
    halt();
    abort.abort();
  };
}
