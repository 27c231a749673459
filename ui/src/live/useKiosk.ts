import { type RefObject, useEffect, useState } from 'react';
import { keepAwake } from './wakeLock';

export interface Kiosk {
  readonly on: boolean;
  /** Nobody has moved the pointer for a while. */
  readonly still: boolean;
  enter(): void;
  leave(): void;
}

const STILL_MILLIS = 3000;

/** Only pictures on the whole screen, which stays on; the pointer hides itself. Also by `?kiosk` in the address. */
export function useKiosk(root: RefObject<HTMLElement | null>): Kiosk {
  const [on, setOn] = useState(() => new URLSearchParams(window.location.search).has('kiosk'));

  const [still, setStill] = useState(false);

  const enter = () => {
    setOn(true);
    void root.current?.requestFullscreen?.().catch(() => undefined);
  };

  const leave = () => {
    setOn(false);
    if (document.fullscreenElement) void document.exitFullscreen();
  };

  useEffect(() => {
    if (!on) return;
    const release = keepAwake();
    const left = () => {
      if (!document.fullscreenElement) setOn(false);
    };
    document.addEventListener('fullscreenchange', left);
    return () => {
      release();
      document.removeEventListener('fullscreenchange', left);
    };
  }, [on]);

  useEffect(() => {
    const element = root.current;
    if (!on || !element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const moved = () => {
      setStill(false);
      clearTimeout(timer);
      timer = setTimeout(() => setStill(true), STILL_MILLIS);
    };
    element.addEventListener('pointermove', moved);
    return () => {
      clearTimeout(timer);
      element.removeEventListener('pointermove', moved);
    };
  }, [on, root]);

  return { on, still, enter, leave };
}
