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

/** Whose cameras are null may see all. */
export type Session = Omit<Schemas['SessionUser'], 'role'> & { role: Role };

/** Driver, detector, recorder, storage backend or notifier, with the JSON Schema of its settings. */
export type ProviderType = Schemas['TypeView'];

export interface Items<T> {
  items: T[];
  next?: string | null;
}

export type Tile = Omit<Schemas['TileView'], 'stream'> & { stream?: 'main' | 'sub' | null };
export type View = Omit<Schemas['ViewView'], 'layout'> & { layout: { columns: number; tiles: Tile[] } };
export type FoundCamera = Schemas['FoundCamera'];
export type Retention = Schemas['RetentionBody'];

/** What an account keeps about the page; unknown names of other areas are kept as they are. */
export interface Preferences {
  theme?: 'auto' | 'dark' | 'light';
  language?: string;
  shortcutsOff?: boolean;
  [name: string]: unknown;
}
