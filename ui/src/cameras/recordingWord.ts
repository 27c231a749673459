import type { Camera, CameraStatus } from '../api';

export type RecordingWord = CameraStatus['recording']['state'] | 'starting' | 'waiting' | 'off';

/** How recording goes; why nothing is recorded yet, if that is as it should be. */
export function recordingWord({ recording: { mode } }: Camera, status: CameraStatus | undefined): RecordingWord {
  if (mode === 'off') return 'off';
  if (status?.recording.state !== 'idle') return status?.recording.state ?? 'idle';
  if (status.state !== 'streaming' && status.state !== 'connecting') return 'idle';
  return mode === 'event' ? 'waiting' : 'starting';
}
