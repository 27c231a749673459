import { describe, expect, it } from 'vitest';
import { readFragment, readTracks, withoutSound } from './fragment';

// Written by ffmpeg: H.264 of 25 pictures in one second, AAC of 44.1 kHz, a fragment for each unit; without the mdat.
const init = [
  'AAAAHGZ0eXBpc281AAACAGlzbzVpc282bXA0MQAABM9tb292AAAAbG12aGQAAAAAAAAAAAAAAAAAAAPoAAAAAAABAAABAAAAAAAAAAAAAAAAAQ',
  'AAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAAAB8nRyYWsAAABcdGtoZAAAAAMA',
  'AAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAEAAAAACgAAAAWgAAAAAAY',
  '5tZGlhAAAAIG1kaGQAAAAAAAAAAAAAAAAAADIAAAAAAFXEAAAAAAAtaGRscgAAAAAAAAAAdmlkZQAAAAAAAAAAAAAAAFZpZGVvSGFuZGxlcgAA',
  'AAE5bWluZgAAABR2bWhkAAAAAQAAAAAAAAAAAAAAJGRpbmYAAAAcZHJlZgAAAAAAAAABAAAADHVybCAAAAABAAAA+XN0YmwAAACtc3RzZAAAAA',
  'AAAAABAAAAnWF2YzEAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAACgAFoAEgAAABIAAAAAAAAAAEVTGF2YzU5LjM3LjEwMCBsaWJ4MjY0AAAAAAAA',
  'AAAAAAAY//8AAAA3YXZjQwFkAB7/4QAaZ2QAHqyyAUBf8uAiAAADAAIAAAMAZB4sXJABAAZo68PLIsD9+PgAAAAAEHBhc3AAAAABAAAAAQAAAB',
  'BzdHRzAAAAAAAAAAAAAAAQc3RzYwAAAAAAAAAAAAAAFHN0c3oAAAAAAAAAAAAAAAAAAAAQc3RjbwAAAAAAAAAAAAABv3RyYWsAAABcdGtoZAAA',
  'AAMAAAAAAAAAAAAAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAQEAAAAAAQAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAA',
  'AAAVttZGlhAAAAIG1kaGQAAAAAAAAAAAAAAAAAAKxEAAAAAFXEAAAAAAAtaGRscgAAAAAAAAAAc291bgAAAAAAAAAAAAAAAFNvdW5kSGFuZGxl',
  'cgAAAAEGbWluZgAAABBzbWhkAAAAAAAAAAAAAAAkZGluZgAAABxkcmVmAAAAAAAAAAEAAAAMdXJsIAAAAAEAAADKc3RibAAAAH5zdHNkAAAAAA',
  'AAAAEAAABubXA0YQAAAAAAAAABAAAAAAAAAAAAAgAQAAAAAKxEAAAAAAA2ZXNkcwAAAAADgICAJQACAASAgIAXQBUAAAAAAQ2IAAENiAWAgIAF',
  'EghW5QAGgICAAQIAAAAUYnRydAAAAAAAAQ2IAAENiAAAABBzdHRzAAAAAAAAAAAAAAAQc3RzYwAAAAAAAAAAAAAAFHN0c3oAAAAAAAAAAAAAAA',
  'AAAAAQc3RjbwAAAAAAAAAAAAAASG12ZXgAAAAgdHJleAAAAAAAAAABAAAAAQAAAAAAAAAAAAAAAAAAACB0cmV4AAAAAAAAAAIAAAABAAAAAAAA',
  'AAAAAAAAAAAAYnVkdGEAAABabWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAbWRpcmFwcGwAAAAAAAAAAAAAAAAtaWxzdAAAACWpdG9vAAAAHWRhdG',
  'EAAAABAAAAAExhdmY1OS4yNy4xMDA=',
];
const fourthPicture = [
  'AAAAZG1vb2YAAAAQbWZoZAAAAAAAAAALAAAATHRyYWYAAAAcdGZoZAACADgAAAABAAACAAAADoYBAQAAAAAAFHRmZHQBAAAAAAAAAAAAByoAAA',
  'AUdHJ1bgAAAAEAAAABAAAAbA==',
];
const thirdSound = [
  'AAAAZG1vb2YAAAAQbWZoZAAAAAAAAAAEAAAATHRyYWYAAAAcdGZoZAACADgAAAACAAAEAAAAAJICAAAAAAAAFHRmZHQBAAAAAAAAAAAACAAAAA',
  'AUdHJ1bgAAAAEAAAABAAAAbA==',
];

function bytes(lines: string[]): ArrayBuffer {
  return Uint8Array.from(atob(lines.join('')), (letter) => letter.charCodeAt(0)).buffer;
}

describe('what ffmpeg writes', () => {
  const tracks = readTracks(bytes(init));

  it('has only the pictures when the sound is left out', () => {
    const silent = withoutSound(bytes(init));
    const text = new TextDecoder('latin1').decode(silent);
    expect([...(readTracks(silent)?.timescales ?? [])]).toEqual([[1, 12800]]);
    expect(text).not.toMatch(/soun|mp4a/);
    expect(text.match(/trex/g)).toHaveLength(1);
    expect(text).toContain('Lavf59.27.100');
    expect(withoutSound(silent)).toBe(silent);
  });

  it('has two tracks, of which the pictures count', () => {
    expect([...(tracks?.timescales ?? [])]).toEqual([
      [1, 12800],
      [2, 44100],
    ]);
    expect(tracks?.primary).toBe(1);
  });

  it('tells when a picture is to be shown', () => {
    const fragment = tracks && readFragment(bytes(fourthPicture), tracks);
    expect(fragment?.track).toBe(1);
    // ffmpeg makes the first picture 810 ticks long instead of 512.
    expect(fragment?.startSeconds).toBeCloseTo((810 + 2 * 512) / 12800, 6);
    expect(fragment?.durationSeconds).toBeCloseTo(1 / 25, 6);
  });

  it('tells when a sound is to be heard', () => {
    const fragment = tracks && readFragment(bytes(thirdSound), tracks);
    expect(fragment?.track).toBe(2);
    expect(fragment?.startSeconds).toBeCloseTo(2048 / 44100, 6);
  });
});

it('makes nothing of what is cut or foreign', () => {
  const whole = new Uint8Array(bytes(init));
  expect(readTracks(new ArrayBuffer(0))).toBeUndefined();
  expect(readTracks(whole.slice(0, 40).buffer)).toBeUndefined();
  const tracks = readTracks(whole.buffer);
  expect(tracks && readFragment(whole.buffer, tracks)).toBeUndefined();
  for (let length = 0; length < fourthPicture.join('').length / 2; length += 7) {
    const cut = new Uint8Array(bytes(fourthPicture)).slice(0, length).buffer;
    expect(() => tracks && readFragment(cut, tracks)).not.toThrow();
  }
});
