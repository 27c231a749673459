/** In fractions of the picture's width and height, from the top left. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type EventType = 'motion' | 'object' | 'external' | 'system';

/** What a source says of an event. Detectors say the following; other systems say what they like. */
export interface EventData {
  reason?: string;
  model?: string;
  frames?: number;
  track?: number;
  bestAt?: string;
  peakScore?: number;
  threshold?: number;
  /** Of what moved, as a fraction of the picture. */
  area?: number;
  /** Where its foot was: time, x, y. */
  path?: [number, number, number][];
  crossed?: { line: string; direction: 'left' | 'right' }[];
  loitered?: string[];
  stationary?: boolean;
  /** Vigil stopped while it lasted. */
  interrupted?: boolean;
  [name: string]: unknown;
}

export interface EventEntry {
  id: string;
  cameraId: string;
  type: string;
  label: string;
  score: number | null;
  startedAt: string;
  /** Null while it lasts. */
  endedAt: string | null;
  zones: string[];
  /** In the picture that goes with the event. */
  box: Box | null;
  detector: string | null;
  reviewed: boolean;
  retained: boolean;
  clip: { from: string; to: string };
  hasSnapshot: boolean;
  data: EventData;
}

/** How a detector of a camera does. */
export interface Standing {
  id: string;
  state: 'looking' | 'waiting' | 'behind' | 'failed' | 'missing';
  cause: string;
  frames: number;
  dropped: number;
  busyFraction: number;
  ongoing: number;
}

/** A frame as a detector saw it. */
export interface DebugFrame {
  at: string;
  widthPx: number;
  heightPx: number;
  /** Whether something is on at present. */
  on: boolean;
  note: string;
  figures: Record<string, number>;
  regions: { box: Box; area: number; counted: boolean; reason: string }[];
  detections: { label: string; score: number; box: Box; counted: boolean; reason: string; zones: string[] }[];
  /** PNG, white on transparent. */
  foreground: string | null;
  /** JPEG. */
  picture: string;
}

/** A model that a detector of objects can use. */
export interface Model {
  id: string;
  name: string;
  version: string;
  licence: string;
  decoder: string;
  widthPx: number;
  heightPx: number;
  labels: string[];
  sha256: string;
  state: 'ready' | 'failed';
  error: string | null;
  bytes: number;
}

/** A model that Vigil knows where to get. */
export interface KnownModel {
  id: string;
  name: string;
  url: string;
  sha256: string;
  licence: string;
  installed: boolean;
  decoder?: string;
  widthPx?: number;
  heightPx?: number;
  bytes?: number;
}
