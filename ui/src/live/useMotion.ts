import { useState } from 'react';
import { useChange } from '../api';

/** Cameras where something is going on right now, by the events that have begun and not ended. */
export function useMotion(): ReadonlySet<string> {
  const [open, setOpen] = useState<ReadonlyMap<string, string>>(new Map());
  useChange('event', ({ change, event }) => {
    const camera = event.cameraId;
    if (typeof camera !== 'string') return;
    setOpen((before) => {
      const over = change === 'end' || (event.endedAt !== undefined && event.endedAt !== null);
      if (over ? !before.has(event.id) : before.has(event.id)) return before;
      const next = new Map(before);
      if (over) next.delete(event.id);
      else next.set(event.id, camera);
      return next;
    });
  });
  return new Set(open.values());
}
