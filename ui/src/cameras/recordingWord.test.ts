import { expect, it } from 'vitest';
import type { Camera, CameraStatus } from '../api';
import { recordingWord } from './recordingWord';

const word = (mode: string, state: string, recording: string) =>
  recordingWord({ recording: { mode } } as Camera, { state, recording: { state: recording } } as CameraStatus);

it('says what keeps a camera from being recorded, if anything', () => {
  expect(word('continuous', 'streaming', 'recording')).toBe('recording');
  expect(word('continuous', 'streaming', 'idle')).toBe('starting');
  expect(word('continuous', 'backoff', 'idle')).toBe('idle');
  expect(word('continuous', 'streaming', 'failed')).toBe('failed');
  expect(word('event', 'streaming', 'idle')).toBe('waiting');
  expect(word('event', 'streaming', 'recording')).toBe('recording');
  expect(word('off', 'streaming', 'idle')).toBe('off');
  expect(recordingWord({ recording: { mode: 'continuous' } } as Camera, undefined)).toBe('idle');
});
