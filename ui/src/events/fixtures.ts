import type { EventEntry } from './types';

/** What a server answers. For tests. */
export function entry(id: string, part: Partial<EventEntry> = {}): EventEntry {
  const startedAt = part.startedAt ?? '2026-11-22T12:00:00Z';
  return {
    id,
    cameraId: 'yard',
    type: 'object',
    label: 'person',
    score: 0.87,
    startedAt,
    endedAt: new Date(Date.parse(startedAt) + 20_000).toISOString(),
    zones: [],
    box: { x: 0.5, y: 0.1, width: 0.2, height: 0.8 },
    detector: 'onnx',
    reviewed: false,
    retained: false,
    clip: { from: startedAt, to: startedAt },
    hasSnapshot: true,
    data: {},
    ...part,
  };
}
