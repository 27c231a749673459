import type { components } from './schema';

type Schemas = components['schemas'];

export type Camera = Schemas['CameraView'];
export type CameraStatus = Omit<Schemas['StatusView'], 'state'> & { state: CameraState };
export type CameraState =
  | 'connecting'
  | 'streaming'
  | 'stalled'
  | 'backoff'
  | 'unauthorized'
  | 'disabled'
  | 'error';
export type StreamStatus = Schemas['StreamView'];
export type Volume = Schemas['VolumeView'];
/** What the footage of a camera takes. */
export type Usage = Schemas['UsageView'];
export type SystemState = Schemas['SystemView'];
export type SystemNow = Schemas['SystemChange'];
/** The last hour's figures. */
export type History = Schemas['HistoryView'];
export type Worker = Schemas['WorkerView'];
export type LogEntry = Schemas['Entry'];
export type Plugin = Schemas['PluginView'];
/** What an upload of a plugin did, or would do. */
export type Uploaded = Schemas['UploadView'];
export type KeptExport = Schemas['Kept'];
export type User = Schemas['UserView'];
export type Role = 'admin' | 'operator' | 'viewer';

export interface Session {
  username: string;
  role: Role;
  /** The cameras this account is limited to; null for all. */
  cameras?: string[] | null;
}

/** Driver, detector, recorder, storage backend or notifier, with the JSON Schema of its settings. */
export type ProviderType = Schemas['TypeView'];

export interface Items<T> {
  items: T[];
  next?: string | null;
}

export interface Tile {
  camera: string;
  stream?: 'main' | 'sub' | null;
  /** How many cells of the grid it takes; 1 unless said. */
  columns?: number | null;
  rows?: number | null;
}

export interface View {
  id: string;
  name: string;
  shared: boolean;
  owner: string;
  layout: { columns: number; tiles: Tile[] };
}

/** What an account keeps about the page; unknown names of other areas are kept as they are. */
export interface Preferences {
  theme?: 'auto' | 'dark' | 'light';
  language?: string;
  shortcutsOff?: boolean;
  [name: string]: unknown;
}
