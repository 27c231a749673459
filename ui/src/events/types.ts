import type { components } from '../api/schema';

type Told = components['schemas']['EventView'];

/** In fractions of the picture's width and height, from the top left. */
export type Box = components['schemas']['BoxView'];

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

/** By the schema these may be absent; they are told as null. */
type AsNull = 'score' | 'endedAt' | 'box' | 'detector';

/** `endedAt` is null while it lasts; `box` is in the picture that goes with the event. */
export type EventEntry = Omit<Told, AsNull | 'data'> & { [name in AsNull]: Exclude<Told[name], undefined> } & { data: EventData };

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
