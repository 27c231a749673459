import type { Camera, Volume } from '../api';

export interface Part {
  kind: 'recordings' | 'other' | 'free' | 'reserved';
  bytes: number;
}

/** What fills a volume, adding up to its size; empty if nobody knows that. */
export function partsOf(volume: Volume): Part[] {
  const { totalBytes, freeBytes, recordedBytes, reservedBytes } = volume;
  if (totalBytes == null || freeBytes == null || totalBytes <= 0) {
    return [];
  }
  const used = Math.max(0, totalBytes - freeBytes);
  const recordings = Math.min(recordedBytes, used);
  const reserved = Math.min(reservedBytes ?? 0, freeBytes);
  const parts: Part[] = [
    { kind: 'recordings', bytes: recordings },
    { kind: 'other', bytes: used - recordings },
    { kind: 'free', bytes: freeBytes - reserved },
    { kind: 'reserved', bytes: reserved },
  ];
  return parts.filter(({ bytes }) => bytes > 0);
}

const DAY_MS = 86_400_000;

export type Forecast =
  | { kind: 'full'; at: Date }
  /** Footage goes for its age before the volume is full. */
  | { kind: 'age'; at: Date }
  | { kind: 'unknown' };

/** What will happen first: no space left, or the oldest reaches the longest retention. */
export function forecastOf(volume: Volume, cameras: readonly Camera[]): Forecast {
  if (volume.fullAt != null) {
    return { kind: 'full', at: new Date(volume.fullAt) };
  }
  const days = cameras.map(({ recording }) =>
    Math.max(recording.retention?.continuousDays ?? 7, recording.retention?.minDays ?? 0),
  );
  if (volume.oldest == null || days.length === 0) {
    return { kind: 'unknown' };
  }
  return { kind: 'age', at: new Date(new Date(volume.oldest).getTime() + Math.max(...days) * DAY_MS) };
}
