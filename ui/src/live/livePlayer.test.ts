import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Attempt } from './attempts';
import { readFragment } from './fragment';
import { LivePlayer, type LivePorts, type Reachability } from './livePlayer';

const H264 = 'video/mp4; codecs="avc1.4d0028"';
const H264_WITH_SOUND = 'video/mp4; codecs="avc1.4d0028,mp4a.40.2"';
const H265 = 'video/mp4; codecs="hvc1.1.6.L93.B0"';
const SIZE = 1000;

// Files

function box(type: string, ...parts: number[][]): number[] {
  const body = parts.flat();
  return [...int(body.length + 8), ...[...type].map((letter) => letter.charCodeAt(0)), ...body];
}

function int(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function initSegment(): ArrayBuffer {
  const tkhd = box('tkhd', int(0), int(0), int(0), int(1));
  const mdhd = box('mdhd', int(0), int(0), int(0), int(1000), int(0));
  const hdlr = box('hdlr', int(0), int(0), [...'vide'].map((letter) => letter.charCodeAt(0)));
  return Uint8Array.from(box('moov', box('trak', tkhd, box('mdia', mdhd, hdlr)))).buffer;
}

function fragment(startMillis: number, size = SIZE, track = 1): ArrayBuffer {
  const tfhd = box('tfhd', int(0x8), int(track), int(40));
  const tfdt = box('tfdt', [1, 0, 0, 0], int(Math.floor(startMillis / 2 ** 32)), int(startMillis % 2 ** 32));
  const moof = box('moof', box('traf', tfhd, tfdt, box('trun', int(0), int(1))));
  const whole = new Uint8Array(moof.length + 8 + size);
  whole.set([...moof, ...int(8 + size), ...[...'mdat'].map((letter) => letter.charCodeAt(0))]);
  return whole.buffer;
}

// The browser

class FakeVideo extends EventTarget {
  currentTime = 0;
  playbackRate = 1;
  muted = true;
  paused = true;
  seeking = false;
  error: unknown = null;
  src = '';
  disableRemotePlayback = false;
  held: [number, number][] = [];
  get buffered() {
    const held = this.held;
    return { length: held.length, start: (i: number) => held[i]?.[0] ?? 0, end: (i: number) => held[i]?.[1] ?? 0 };
  }
  play() {
    this.paused = false;
    return Promise.resolve();
  }
  pause() {
    this.paused = true;
  }
  load() {}
  removeAttribute() {
    this.src = '';
    this.held = [];
  }
}

let video: FakeVideo;
let sources: FakeMediaSource[];
let sockets: FakeSocket[];

class FakeSourceBuffer extends EventTarget {
  updating = false;
  timestampOffset = 0;
  mode = '';
  appended: ArrayBuffer[] = [];
  types: string[] = [];
  removed: [number, number][] = [];
  throwOnAppend: Error | undefined;

  appendBuffer(bytes: ArrayBuffer) {
    if (this.throwOnAppend) throw this.throwOnAppend;
    this.appended.push(bytes);
    for (const start of starts(bytes)) {
      const at = start + this.timestampOffset;
      const last = video.held.at(-1);
      if (last && Math.abs(last[1] - at) < 0.05) last[1] = at + 0.04;
      else video.held.push([at, at + 0.04]);
    }
    this.busy();
  }
  changeType(mime: string) {
    this.types.push(mime);
  }
  abort() {}
  remove(start: number, end: number) {
    this.removed.push([start, end]);
    video.held = video.held.map(([a, b]): [number, number] => [Math.max(a, end), b]).filter(([a, b]) => b > a);
    this.busy();
  }
  private busy() {
    this.updating = true;
    queueMicrotask(() => {
      this.updating = false;
      this.dispatchEvent(new Event('updateend'));
    });
  }
}

/** Where the fragments in there start. */
function starts(bytes: ArrayBuffer): number[] {
  const found: number[] = [];
  const view = new DataView(bytes);
  for (let at = 0; at + 8 <= bytes.byteLength; at += view.getUint32(at)) {
    const tracks = { timescales: new Map([[1, 1000]]), primary: 1 };
    const one = readFragment(bytes.slice(at, at + view.getUint32(at)), tracks);
    if (one) found.push(one.startSeconds);
  }
  return found;
}

/** The tracks of the fragments in there. */
function tracks(bytes: ArrayBuffer): number[] {
  const timescales = new Map([
    [1, 1000],
    [2, 1000],
  ]);
  const found: number[] = [];
  const view = new DataView(bytes);
  for (let at = 0; at + 8 <= bytes.byteLength; at += view.getUint32(at)) {
    const one = readFragment(bytes.slice(at, at + view.getUint32(at)), { timescales, primary: 1 });
    if (one) found.push(one.track);
  }
  return found;
}

class FakeMediaSource extends EventTarget {
  static isTypeSupported(mime: string) {
    return mime.includes('avc1');
  }
  readyState = 'closed';
  buffers: FakeSourceBuffer[] = [];
  constructor() {
    super();
    sources.push(this);
    queueMicrotask(() => {
      this.readyState = 'open';
      this.dispatchEvent(new Event('sourceopen'));
    });
  }
  addSourceBuffer(mime: string) {
    const buffer = new FakeSourceBuffer();
    buffer.types.push(mime);
    this.buffers.push(buffer);
    return buffer;
  }
}

class FakeSocket {
  readyState: number = WebSocket.CONNECTING;
  binaryType = '';
  sent: string[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  constructor(readonly attempt: Attempt) {
    sockets.push(this);
  }
  send(text: string) {
    this.sent.push((JSON.parse(text) as { type: string }).type);
  }
  close() {
    this.closed = true;
    this.readyState = WebSocket.CLOSED;
  }
  opens() {
    this.readyState = WebSocket.OPEN;
    this.onopen?.();
  }
  says(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  gives(bytes: ArrayBuffer) {
    this.onmessage?.({ data: bytes });
  }
  breaks(code = 1006, reason = '') {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.({ code, reason });
  }
  /** As a server does at the start: what kind of video, the init segment, and all since the keyframe. */
  starts(mime = H264, fromMillis = 0, pictures = 5) {
    this.says({ type: 'init', mime, role: this.attempt.stream });
    this.gives(initSegment());
    this.shows(fromMillis, pictures);
  }
  shows(fromMillis: number, pictures: number) {
    for (let i = 0; i < pictures; i++) this.gives(fragment(fromMillis + 40 * i));
  }
}

let reachability: Reachability;
let player: LivePlayer;

function ports(): LivePorts {
  return {
    socket: (attempt) => new FakeSocket(attempt) as unknown as WebSocket,
    mediaSource: FakeMediaSource as unknown as LivePorts['mediaSource'],
    probe: () => Promise.resolve(reachability),
    nowMillis: () => performance.now(),
    random: () => 1,
  };
}

function socket(): FakeSocket {
  const newest = sockets.at(-1);
  if (!newest) throw new Error('not connected');
  return newest;
}

function buffer(): FakeSourceBuffer {
  const newest = sources.at(-1)?.buffers[0];
  if (!newest) throw new Error('no buffer');
  return newest;
}

const kind = () => player.getSnapshot().state.kind;
const edge = () => video.held.at(-1)?.[1] ?? 0;

/** Time passes in a browser that plays what it has. */
async function pass(millis: number) {
  for (let passed = 0; passed < millis; passed += 50) {
    if (!video.paused) {
      const here = video.held.find(([start, end]) => video.currentTime >= start && video.currentTime < end);
      if (here) video.currentTime = Math.min(video.currentTime + 0.05 * video.playbackRate, here[1]);
    }
    await vi.advanceTimersByTimeAsync(50);
  }
}

async function play(mime = H264, fromMillis = 0) {
  player.start();
  socket().opens();
  socket().starts(mime, fromMillis);
  await vi.advanceTimersByTimeAsync(10);
  video.dispatchEvent(new Event('loadeddata'));
  await pass(300);
}

/** The camera goes on, `seconds` long. */
async function live(fromMillis: number, seconds: number) {
  for (let at = 0; at < seconds * 1000; at += 200) {
    socket().shows(fromMillis + at, 5);
    await pass(200);
  }
  return fromMillis + seconds * 1000;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => undefined }));
  video = new FakeVideo();
  sources = [];
  sockets = [];
  reachability = 'ok';
  player = new LivePlayer(video as unknown as HTMLVideoElement, ports(), { stream: 'main', sound: true, keepSeconds: 30 });
});

afterEach(() => {
  player.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('playing', () => {
  it('starts at the newest picture and says so', async () => {
    player.start();
    expect(kind()).toBe('connecting');
    socket().opens();
    socket().starts(H264_WITH_SOUND, 0, 50);
    await vi.advanceTimersByTimeAsync(10);
    video.dispatchEvent(new Event('loadeddata'));
    await pass(300);
    expect(kind()).toBe('playing');
    expect(edge() - video.currentTime).toBeLessThan(0.4);
    expect(player.getSnapshot()).toMatchObject({ codec: 'avc1.4d0028', audio: true, picture: true, dropped: 0 });
  });

  it('does not mind where the camera’s own time stands', async () => {
    await play(H264, 1.7e12);
    expect(kind()).toBe('playing');
    expect(edge()).toBeLessThan(1);
  });

  it('gives one thing at a time to the browser, and what waits together', async () => {
    player.start();
    socket().opens();
    socket().starts(H264, 0, 20);
    await vi.advanceTimersByTimeAsync(10);
    expect(buffer().appended.length).toBe(2);
    expect(edge()).toBeCloseTo(0.8);
  });

  it('keeps half a minute and no more', async () => {
    await play();
    await live(200, 60);
    expect(kind()).toBe('playing');
    const kept = edge() - (video.held[0]?.[0] ?? 0);
    expect(kept).toBeGreaterThan(29.9);
    expect(kept).toBeLessThan(34);
  });

  it('says how much the server left out, and goes on behind it', async () => {
    await play();
    socket().says({ type: 'drop', accessUnits: 42 });
    socket().shows(2200, 5);
    await pass(300);
    expect(player.getSnapshot()).toMatchObject({ dropped: 42, behind: true });
    expect(video.currentTime).toBeGreaterThan(2.19);
    await live(2400, 7);
    expect(player.getSnapshot()).toMatchObject({ dropped: 42, behind: false });
  });

  it('plays another codec on in the same element', async () => {
    await play();
    const before = edge();
    socket().says({ type: 'init', mime: 'video/mp4; codecs="avc1.640028"', role: 'main' });
    socket().gives(initSegment());
    socket().shows(900_000, 5);
    await pass(300);
    expect(buffer().types).toEqual([H264, 'video/mp4; codecs="avc1.640028"']);
    expect(sources.length).toBe(1);
    expect(edge()).toBeCloseTo(before + 0.2);
    expect(video.held.length).toBe(1);
  });

  it('takes a new media source when sound joins', async () => {
    await play();
    socket().starts(H264_WITH_SOUND, 1000);
    await pass(300);
    expect(sources.length).toBe(2);
    expect(buffer().types).toEqual([H264_WITH_SOUND]);
  });

  it('takes only the picture where no sound is wanted, and still says that there is some', async () => {
    player = new LivePlayer(video as unknown as HTMLVideoElement, ports(), { stream: 'main', sound: false, keepSeconds: 30 });
    await play(H264_WITH_SOUND);
    socket().gives(fragment(500, SIZE, 2));
    await live(200, 1);
    expect(buffer().types).toEqual([H264]);
    expect(sources.length).toBe(1);
    expect(buffer().appended.flatMap(tracks)).not.toContain(2);
    expect(player.getSnapshot()).toMatchObject({ audio: true, picture: true, codec: 'avc1.4d0028' });
  });

  it('asks for the newest keyframe when the browser does not keep up', async () => {
    await play();
    buffer().updating = true;
    for (let i = 0; i < 9; i++) socket().gives(fragment(200 + 40 * i, 1024 * 1024));
    expect(socket().sent).toEqual(['pause', 'resume']);
    expect(player.getSnapshot().behind).toBe(true);
  });

  it('makes room where the browser has little', async () => {
    await play();
    await live(200, 10);
    buffer().throwOnAppend = new DOMException('full', 'QuotaExceededError');
    socket().shows(10_200, 1);
    expect(buffer().removed.length).toBe(1);
    buffer().throwOnAppend = undefined;
    await live(10_240, 1);
    expect(kind()).toBe('playing');
    expect(sources.length).toBe(1);
  });

  it('pushes a decoder that stands still, and replaces it if that does not help', async () => {
    await play();
    video.seeking = true;
    for (let i = 0; i < 60; i++) {
      socket().shows(200 + 200 * i, 5);
      await vi.advanceTimersByTimeAsync(200);
      if (sources.length > 1 || socket().closed) break;
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(sockets.length).toBe(2);
  });
});

describe('going back', () => {
  it('is immediate within what is in memory', async () => {
    await play();
    const next = await live(200, 40);
    const before = video.currentTime;
    expect(player.seekBack(30)).toBe(true);
    expect(before - video.currentTime).toBeCloseTo(30, 0);
    expect(player.getSnapshot().timeshift).toBe(true);
    await live(next, 5);
    expect(player.delaySeconds).toBeGreaterThan(25);
    player.toLive();
    expect(player.delaySeconds).toBeLessThan(0.5);
    expect(player.getSnapshot().timeshift).toBe(false);
  });

  it('is refused beyond it', async () => {
    await play();
    await live(200, 5);
    expect(player.seekBack(30)).toBe(false);
    expect(player.getSnapshot().timeshift).toBe(false);
  });
});

describe('out of sight', () => {
  it('does not even connect', () => {
    player.setVisible(false);
    player.start();
    expect(sockets.length).toBe(0);
    expect(kind()).toBe('paused');
    player.setVisible(true);
    expect(sockets.length).toBe(1);
  });

  it('is sent nothing, and then what is newest', async () => {
    await play();
    player.setVisible(false);
    expect(socket().sent).toEqual(['pause']);
    expect(kind()).toBe('paused');
    expect(video.paused).toBe(true);
    await pass(60_000);
    player.setVisible(true);
    expect(socket().sent).toEqual(['pause', 'resume']);
    expect(sockets.length).toBe(1);
    socket().starts(H264, 60_000);
    await pass(500);
    expect(kind()).toBe('playing');
    expect(edge() - video.currentTime).toBeLessThan(0.3);
  });

  it('does not try to reconnect', async () => {
    await play();
    player.setVisible(false);
    socket().breaks();
    await pass(60_000);
    expect(sockets.length).toBe(1);
    player.setVisible(true);
    expect(sockets.length).toBe(2);
  });
});

describe('trouble', () => {
  it('waits for a camera that is away, and shows it when it is back', async () => {
    await play();
    socket().says({ type: 'end', cause: 'offline' });
    expect(player.getSnapshot().state).toEqual({ kind: 'offline', cause: 'offline' });
    await pass(20_000);
    expect(sockets.length).toBe(1);
    socket().starts(H264, 3000);
    await pass(300);
    expect(kind()).toBe('playing');
  });

  it('comes back after the server was restarted, with the last picture standing meanwhile', async () => {
    await play();
    socket().breaks(1001, 'going away');
    expect(kind()).toBe('disconnected');
    expect(player.getSnapshot().picture).toBe(true);
    await pass(600);
    expect(sockets.length).toBe(2);
    socket().breaks();
    await pass(2000);
    expect(sockets.length).toBe(3);
    socket().opens();
    socket().starts(H264, 77_000);
    await pass(300);
    expect(kind()).toBe('playing');
    expect(sources.length).toBe(1);
  });

  it('does not wait when it hears that the server is back', async () => {
    await play();
    socket().breaks();
    player.hurry();
    expect(sockets.length).toBe(2);
  });

  it('notices a connection that died in silence', async () => {
    await play();
    await pass(3000);
    expect(kind()).toBe('stalled');
    await pass(12_000);
    expect(sockets.length).toBe(2);
  });

  it('says that one must sign in, and stops asking', async () => {
    reachability = 'unauthorized';
    player.start();
    socket().breaks();
    await pass(30_000);
    expect(kind()).toBe('unauthorized');
    expect(sockets.length).toBe(1);
  });

  it('says that a camera is gone', async () => {
    reachability = 'unknown camera';
    await play();
    socket().breaks(1008, 'unknown camera');
    await pass(15_000);
    expect(player.getSnapshot().state).toEqual({ kind: 'ended', cause: 'unknown camera' });
    expect(sockets.length).toBe(1);
  });

  it('asks again for a camera that seemed gone: the server may have been starting', async () => {
    reachability = 'unknown camera';
    player.start();
    socket().breaks();
    await pass(25_000);
    expect(sockets.length).toBe(2);
    socket().breaks();
    await pass(100);
    player.hurry();
    expect(sockets.length).toBe(3);
  });

  it('replaces what the browser choked on', async () => {
    await play();
    video.error = { code: 3 };
    video.dispatchEvent(new Event('error'));
    video.error = null;
    await pass(600);
    expect(sockets.length).toBe(2);
    socket().opens();
    socket().starts();
    await vi.advanceTimersByTimeAsync(10);
    expect(sources.length).toBe(2);
  });

  it('lets go of everything', async () => {
    await play();
    player.stop();
    expect(socket().closed).toBe(true);
    expect(video.src).toBe('');
    await pass(30_000);
    expect(sockets.length).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what the browser cannot play', () => {
  it('is shown from the other stream, and said', async () => {
    player.start();
    socket().opens();
    socket().says({ type: 'init', mime: H265, role: 'main' });
    expect(socket().attempt).toEqual({ stream: 'sub', transcode: false });
    socket().opens();
    socket().starts();
    await vi.advanceTimersByTimeAsync(10);
    video.dispatchEvent(new Event('loadeddata'));
    await pass(300);
    expect(player.getSnapshot()).toMatchObject({ state: { kind: 'playing' }, stream: 'sub', detour: 'codec' });
  });

  it('is transcoded if the other stream is not there', () => {
    player.start();
    socket().opens();
    socket().says({ type: 'init', mime: H265, role: 'main' });
    socket().opens();
    socket().says({ type: 'end', cause: 'no such stream' });
    expect(socket().attempt).toEqual({ stream: 'main', transcode: true });
    expect(player.getSnapshot()).toMatchObject({ transcoded: true, detour: 'codec' });
  });

  it('is named if nothing helps, until one asks again', async () => {
    player.start();
    for (let i = 0; i < 4; i++) {
      socket().opens();
      socket().says({ type: 'init', mime: H265, role: 'main' });
    }
    expect(player.getSnapshot().state).toEqual({ kind: 'unsupported', codec: 'hvc1.1.6.L93.B0' });
    await pass(60_000);
    expect(sockets.length).toBe(4);
    player.retry();
    expect(socket().attempt).toEqual({ stream: 'main', transcode: false });
  });

  it('is named if the server cannot convert it', async () => {
    player.start();
    for (let i = 0; i < 2; i++) {
      socket().opens();
      socket().says({ type: 'init', mime: H265, role: 'main' });
    }
    for (let i = 0; i < 12 && kind() !== 'unsupported'; i++) {
      expect(socket().attempt.transcode).toBe(true);
      socket().breaks();
      await pass(16_000);
    }
    expect(player.getSnapshot().state).toEqual({ kind: 'unsupported', codec: 'hvc1.1.6.L93.B0' });
  });

  it('says so where there are no Media Source Extensions', () => {
    player = new LivePlayer(
      video as unknown as HTMLVideoElement,
      { ...ports(), mediaSource: undefined },
      { stream: 'main', sound: true, keepSeconds: 30 },
    );
    player.start();
    expect(kind()).toBe('unsupported');
  });
});
