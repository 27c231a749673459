import type { RJSFSchema } from '@rjsf/utils';
import { describe, expect, it } from 'vitest';
import { draftOf, patchOf } from './draft';
import { camera, rtsp } from './fixtures';
import { mergePatch } from './mergePatch';
import { shapesOf } from './zones';

const given = camera('garden', { settings: { url: 'rtsp://x', subUrl: 'rtsp://y', username: 'u', passwordSet: true } });
const { draft, secretsSet } = draftOf(given, rtsp.schema as RJSFSchema);
const before = { draft, shapes: [] };

describe('mergePatch', () => {
  it('says only what differs, and null for what went', () => {
    expect(mergePatch({ a: 1, b: { c: 1, d: 2 }, e: [1] }, { a: 1, b: { c: 3 }, e: [1] })).toEqual({ b: { c: 3, d: null } });
    expect(mergePatch({ a: [1, 2] }, { a: [1] })).toEqual({ a: [1] });
    expect(mergePatch({ a: 1 }, { a: 1 })).toBeUndefined();
  });
});

describe('a draft', () => {
  it('knows which secrets are set and never sends the flag', () => {
    expect(secretsSet).toEqual(['password']);
    expect(draft.settings).toEqual({ url: 'rtsp://x', subUrl: 'rtsp://y', username: 'u' });
    expect(patchOf(before, before)).toBeUndefined();
  });

  it('sends a changed name alone', () => {
    expect(patchOf(before, { ...before, draft: { ...draft, name: ' Yard ' } })).toEqual({ name: 'Yard' });
  });

  it('removes a setting that was emptied, and a secret that was removed', () => {
    const settings = { url: 'rtsp://x', subUrl: undefined, username: '', password: null };
    expect(patchOf(before, { ...before, draft: { ...draft, settings } })).toEqual({
      settings: { subUrl: null, username: null, password: null },
    });
  });

  it('sends zones as a whole', () => {
    const shapes = shapesOf([{ name: 'porch', polygon: [[0, 0], [1, 0], [1, 1]] }], []);
    expect(patchOf(before, { draft, shapes })).toEqual({
      zones: [{ name: 'porch', polygon: [[0, 0], [1, 0], [1, 1]], labels: [] }],
    });
  });

  it('sends one figure of retention alone, and null for a limit that was lifted', () => {
    const limited = draftOf(
      camera('garden', { recording: { ...given.recording, retention: { continuousDays: 7, eventDays: 30, maxBytes: 5, minDays: 0 } } }),
      rtsp.schema as RJSFSchema,
    ).draft;
    const lifted = { ...limited, recording: { ...limited.recording, retention: { ...limited.recording.retention, maxBytes: null } } };
    expect(patchOf({ draft: limited, shapes: [] }, { draft: lifted, shapes: [] })).toEqual({
      recording: { retention: { maxBytes: null } },
    });
  });
});
