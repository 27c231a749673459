import { describe, expect, it } from 'vitest';

import { ApiProblem } from '../api';
import { addressOf, readPlace, writePlace } from './address';
import { Footage } from './footage';
import type { Read } from './footage';
import { monthRange } from './hooks';
import { firstDecodeTime, mimeOf, readInit } from './mp4';
import { toMedia, toWall } from './player';
import { parsePlaylist } from './playlist';
import { Clock, correction, nextSpeed, shuttled, stepTarget } from './sync';

const T = Date.parse('2026-11-22T14:00:00.000Z');
const iso = (seconds: number) => new Date(T + seconds * 1000).toISOString();

/** A playlist as the server writes it: pieces of 6 s, each run with its own file. */
function playlist(runs: { file: string; from: number; pieces: number[] }[]): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:6'];
  runs.forEach((run, index) => {
    if (index > 0) lines.push('#EXT-X-DISCONTINUITY');
    lines.push(`#EXT-X-MAP:URI="../../../segments/${run.file}.mp4",BYTERANGE="800@0"`);
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${iso(run.from)}`);
    run.pieces.forEach((seconds, piece) => {
      lines.push(`#EXTINF:${seconds.toFixed(6)},`, `#EXT-X-BYTERANGE:1000@${800 + piece * 1000}`);
      lines.push(`../../../segments/${run.file}.mp4`);
    });
  });
  return [...lines, '#EXT-X-ENDLIST', ''].join('\n');
}

const BASE = '/api/v1/cameras/yard/playback/index.m3u8?from=x';

describe('a playlist', () => {
  it('gives each piece its time, its bytes and what decodes it', () => {
    const pieces = parsePlaylist(playlist([{ file: 'a', from: 0, pieces: [6, 4.5] }]), BASE);
    const init = { uri: '/api/v1/segments/a.mp4', offset: 0, bytes: 800 };
    expect(pieces).toEqual([
      { uri: '/api/v1/segments/a.mp4', offset: 800, bytes: 1000, from: T, to: T + 6000, init },
      { uri: '/api/v1/segments/a.mp4', offset: 1800, bytes: 1000, from: T + 6000, to: T + 10_500, init },
    ]);
  });

  it('starts anew after what is missing', () => {
    const pieces = parsePlaylist(
      playlist([
        { file: 'a', from: 0, pieces: [6] },
        { file: 'b', from: 60, pieces: [6] },
      ]),
      BASE,
    );
    expect(pieces.map((it) => [it.from - T, it.init.uri])).toEqual([
      [0, '/api/v1/segments/a.mp4'],
      [60_000, '/api/v1/segments/b.mp4'],
    ]);
  });

  it('leaves out what has no place in time', () => {
    expect(parsePlaylist('#EXTM3U\n#EXT-X-MAP:URI="a.mp4",BYTERANGE="8@0"\n#EXTINF:6,\n#EXT-X-BYTERANGE:9@8\na.mp4\n', BASE)).toEqual([]);
  });
});

describe('footage', () => {
  function server(recorded: { file: string; from: number; pieces: number[] }[], nowSeconds = 100_000) {
    const asked: string[] = [];
    const read: Read = (path) => {
      asked.push(path);
      const search = new URLSearchParams(path.split('?')[1]);
      const from = (Date.parse(search.get('from') ?? '') - T) / 1000;
      const to = (Date.parse(search.get('to') ?? '') - T) / 1000;
      const inside = recorded.filter(
        (run) => run.from < to && run.from + run.pieces.reduce((sum, it) => sum + it, 0) > from,
      );
      return inside.length === 0
        ? Promise.reject(new ApiProblem(404, 'Nothing is recorded in that time.'))
        : Promise.resolve(new Response(playlist(inside)));
    };
    const clock = { now: T + nowSeconds * 1000 };
    return { footage: new Footage('yard', read, () => clock.now), asked, clock };
  }

  it('knows nothing before it asked, and then each time in the window', async () => {
    const { footage, asked } = server([{ file: 'a', from: 0, pieces: [6, 6] }]);
    expect(footage.at(T + 7000).kind).toBe('unknown');
    await footage.learn(T + 7000);
    expect(footage.at(T + 7000)).toMatchObject({ kind: 'piece', piece: { offset: 1800 } });
    expect(footage.at(T + 20_000)).toEqual({ kind: 'gap', next: undefined });
    expect(asked).toHaveLength(1);
  });

  it('tells a gap from what it does not know, and what comes after', async () => {
    const { footage } = server([
      { file: 'a', from: 0, pieces: [6] },
      { file: 'b', from: 60, pieces: [6] },
    ]);
    await footage.learn(T);
    expect(footage.at(T + 30_000)).toMatchObject({ kind: 'gap', next: { from: T + 60_000 } });
    expect(footage.at(T + 150_000).kind).toBe('unknown');
  });

  it('takes nothing recorded for a gap', async () => {
    const { footage } = server([]);
    await footage.learn(T);
    expect(footage.at(T + 1000)).toEqual({ kind: 'gap', next: undefined });
  });

  it('does not call a gap what may be written yet', async () => {
    const { footage, clock } = server([{ file: 'a', from: 0, pieces: [6, 6] }], 14);
    await footage.learn(T);
    expect(footage.at(T + 13_000).kind).toBe('unknown');
    clock.now = T + 60_000;
    await footage.learn(T + 13_000);
    expect(footage.at(T + 13_000).kind).toBe('gap');
  });

  it('takes the newer answer about a piece that grows', async () => {
    const recorded = [{ file: 'a', from: 0, pieces: [2] }];
    const { footage, clock } = server(recorded, 3);
    await footage.learn(T);
    expect(footage.at(T + 3000).kind).toBe('unknown');
    recorded[0] = { file: 'a', from: 0, pieces: [5] };
    clock.now = T + 6000;
    await footage.learn(T);
    expect(footage.at(T + 3000)).toMatchObject({ kind: 'piece', piece: { from: T, to: T + 5000 } });
  });

  it('goes over a rounding error between two recordings', async () => {
    const { footage } = server([
      { file: 'a', from: 0, pieces: [6] },
      { file: 'b', from: 6.04, pieces: [6] },
    ]);
    await footage.learn(T);
    expect(footage.at(T + 6010)).toMatchObject({ kind: 'piece', piece: { from: T + 6040 } });
  });

  it('asks again for what is gone from the server', async () => {
    const { footage } = server([{ file: 'a', from: 0, pieces: [6] }]);
    await footage.learn(T);
    const answer = footage.at(T + 1000);
    if (answer.kind === 'piece') footage.forget(answer.piece);
    expect(footage.at(T + 1000).kind).toBe('unknown');
  });
});

describe('an initialization segment', () => {
  const u32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  const box = (type: string, ...content: number[][]) => {
    const inside = content.flat();
    return [...u32(inside.length + 8), ...[...type].map((it) => it.charCodeAt(0)), ...inside];
  };
  const zeros = (count: number) => new Array<number>(count).fill(0);
  const track = (id: number, timescale: number, header: string, entry: number[]) =>
    box(
      'trak',
      box('tkhd', zeros(12), u32(id), zeros(60)),
      box(
        'mdia',
        box('mdhd', zeros(12), u32(timescale), zeros(8)),
        box('minf', box(header, zeros(8)), box('stbl', box('stsd', zeros(8), entry))),
      ),
    );
  const avc = box('avc1', zeros(78), box('avcC', [1, 0x4d, 0x40, 0x1e, 0xff]));
  const hevc = box('hvc1', zeros(78), box('hvcC', [1, 1, 0x60, 0, 0, 0, 0xb0, 0, 0, 0, 0, 0, 93, 0]));
  const aac = box(
    'mp4a',
    zeros(28),
    box('esds', zeros(4), [3, 22, 0, 1, 0], [4, 17, 0x40, ...zeros(12)], [5, 2, 0x12, 0x10]),
  );
  const init = (...tracks: number[][]) => new Uint8Array([...box('ftyp', zeros(8)), ...box('moov', ...tracks)]);

  it('says what decodes it', () => {
    const tracks = readInit(init(track(1, 90_000, 'vmhd', avc), track(2, 48_000, 'smhd', aac)));
    expect(tracks).toEqual([
      { id: 1, timescale: 90_000, kind: 'video', codec: 'avc1.4d401e' },
      { id: 2, timescale: 48_000, kind: 'audio', codec: 'mp4a.40.2' },
    ]);
    expect(mimeOf(tracks)).toBe('video/mp4; codecs="avc1.4d401e,mp4a.40.2"');
  });

  it('writes H.265 as browsers want to be asked', () => {
    expect(readInit(init(track(1, 90_000, 'vmhd', hevc)))[0]?.codec).toBe('hvc1.1.6.L93.B0');
  });

  it('is none if it is something else', () => {
    expect(readInit(new TextEncoder().encode('<html>no film</html>'))).toEqual([]);
  });

  it('is followed by fragments that tell their time by the video', () => {
    const tracks = readInit(init(track(1, 90_000, 'vmhd', avc), track(2, 48_000, 'smhd', aac)));
    const traf = (id: number, ticks: number) =>
      box('traf', box('tfhd', zeros(4), u32(id)), box('tfdt', [1, 0, 0, 0], u32(0), u32(ticks)));
    const moof = box('moof', box('mfhd', zeros(8)), traf(2, 480_000), traf(1, 945_000));
    const bytes = new Uint8Array([...moof, ...box('mdat', zeros(40))]);
    expect(firstDecodeTime(bytes, tracks)).toBe(10.5);
    expect(firstDecodeTime(bytes.subarray(0, moof.length - 4), tracks)).toBeUndefined();
  });
});

describe('one clock for all', () => {
  it('stands, runs at its speed, and goes on where it was', () => {
    let now = 0;
    const clock = new Clock(T, () => now);
    now = 1000;
    expect(clock.time).toBe(T);
    clock.run();
    now = 3000;
    expect(clock.time).toBe(T + 2000);
    clock.setRate(-4);
    now = 3500;
    expect(clock.time).toBe(T);
    clock.hold();
    now = 9000;
    expect(clock.time).toBe(T);
  });

  it('maps wall time and media time without loss', () => {
    expect(toWall(toMedia(T + 123))).toBeCloseTo(T + 123, 3);
  });

  it('leaves alone what nobody sees', () => {
    expect(correction(5, 1)).toEqual({ kind: 'rate', rate: 1 });
    expect(correction(-20, 2)).toEqual({ kind: 'rate', rate: 2 });
  });

  it('slows down who is ahead, hurries who is behind, and jumps when it is hopeless', () => {
    expect(correction(60, 1)).toEqual({ kind: 'rate', rate: 0.96 });
    expect(correction(-60, 1)).toEqual({ kind: 'rate', rate: 1.04 });
    expect(correction(-550, 1)).toEqual({ kind: 'rate', rate: 1.12 });
    expect(correction(-700, 1)).toEqual({ kind: 'seek' });
    expect(correction(-700, 2)).toMatchObject({ kind: 'rate' });
  });

  it('brings two pictures together in a few seconds', () => {
    let drift = 400;
    let seconds = 0;
    while (Math.abs(drift) > 12 && seconds < 60) {
      const todo = correction(drift, 1);
      drift += todo.kind === 'rate' ? (todo.rate - 1) * 100 : -drift;
      seconds += 0.1;
    }
    expect(seconds).toBeLessThan(8);
  });

  it('shuttles: each press faster, the other way turns round', () => {
    expect(shuttled(1, false, 1)).toBe(1);
    expect(shuttled(1, true, 1)).toBe(2);
    expect(shuttled(16, true, 1)).toBe(16);
    expect(shuttled(4, true, -1)).toBe(-1);
    expect(shuttled(-1, true, -1)).toBe(-2);
  });

  it('knows its speeds', () => {
    expect([nextSpeed(1, 1), nextSpeed(1, -1), nextSpeed(16, 1), nextSpeed(0.25, -1)]).toEqual([2, 0.5, 16, 0.25]);
  });

  it('steps into the middle of neither picture but its own', () => {
    const frame = 0.04;
    expect(Math.floor(stepTarget(1, frame, 1) / frame)).toBe(26);
    expect(Math.floor(stepTarget(1, frame, -1) / frame)).toBe(24);
  });
});

describe('the address', () => {
  it('holds cameras, time and zoom, and is readable', () => {
    const text = addressOf(writePlace({ cameras: ['front-door', 'yard'], at: T + 120, zoomMs: 600_000 }));
    expect(text).toBe('cameras=front-door,yard&at=2026-11-22T14:00:00.120Z&zoom=600');
    expect(readPlace(new URLSearchParams(text))).toEqual({ cameras: ['front-door', 'yard'], at: T + 120, zoomMs: 600_000 });
  });

  it('does without what it lacks, and takes no nonsense', () => {
    expect(readPlace(new URLSearchParams('cameras=a,a,,b&at=soon&zoom=-3'))).toEqual({
      cameras: ['a', 'b'],
      at: undefined,
      zoomMs: 3_600_000,
    });
    expect(readPlace(new URLSearchParams(`cameras=${'abcdefghijkl'.split('').join()}`)).cameras).toHaveLength(9);
  });
});

describe('the calendar', () => {
  it('asks for the month and the days that are shown around it', () => {
    expect(monthRange('2026-11')).toEqual({ from: '2026-10-26', to: '2026-12-07' });
    expect(monthRange('2026-12')).toEqual({ from: '2026-11-25', to: '2027-01-07' });
  });
});
