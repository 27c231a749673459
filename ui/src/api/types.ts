import type { components } from './schema';

type Schemas = components['schemas'];

export type Camera = Schemas['CameraView'];
export type CameraStatus = Schemas['StatusView'];
export type CameraState = CameraStatus['state'];
export type StreamStatus = Schemas['StreamView'];
export type Volume = Schemas['VolumeView'];
/** What the footage of a camera takes. */
export type Usage = Schemas['UsageView'];
export type SystemState = Schemas['SystemView'];
export type SystemNow = Schemas['SystemChange'];
/** What each server-sent event has as its data. */
export type ChangeKinds = Schemas['ChangeKinds'];
/** The last hour's figures. */
export type History = Schemas['HistoryView'];
export type Worker = Schemas['WorkerView'];
export type LogEntry = Schemas['Entry'];
export type Plugin = Schemas['PluginView'];
/** What an upload of a plugin did, or would do. */
export type Uploaded = Schemas['UploadView'];
export type KeptExport = Schemas['Kept'];
export type User = Schemas['UserView'];
export type Role = User['role'];

/** Whose cameras are null may see all. */
export type Session = Schemas['SessionUser'];

/** Driver, detector, recorder, storage backend or notifier, with the JSON Schema of its settings. */
export type ProviderType = Schemas['TypeView'];

export interface Items<T> {
  items: T[];
  next?: string | null;
}

export type Tile = Schemas['TileView'];
export type View = Schemas['ViewView'];
export type FoundCamera = Schemas['FoundCamera'];
export type Retention = Schemas['RetentionBody'];

/** What an account keeps about the page; unknown names of other areas are kept as they are. */
export interface Preferences {
  theme?: 'auto' | 'dark' | 'light';
  language?: string;
  shortcutsOff?: boolean;
  [name: string]: unknown;
}
