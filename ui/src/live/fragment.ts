/**
 * The little that the player must know of fragmented MP4: which tracks there are and when a fragment
 * starts. Everything else is left to the browser.
 */
export interface Tracks {
  /** Ticks of one second, by track. */
  readonly timescales: ReadonlyMap<number, number>;
  /** The track whose times count: the first with pictures, or else the first. */
  readonly primary: number;
}

export interface Fragment {
  readonly track: number;
  /** When it starts and how long it lasts, on the camera's own time line. */
  readonly startSeconds: number;
  readonly durationSeconds: number;
}

interface Box {
  readonly type: string;
  /** Where its header starts, its content starts, and it ends. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

const PICTURES = 0x76696465;
const SOUND = 0x736f756e;
const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'moof', 'traf', 'mvex']);

function* boxes(view: DataView, start: number, end: number): Generator<Box> {
  let at = start;
  while (at + 8 <= end) {
    let size = view.getUint32(at);
    let header = 8;
    if (size === 1 && at + 16 <= end) {
      size = Number(view.getBigUint64(at + 8));
      header = 16;
    } else if (size === 0) {
      size = end - at;
    }
    if (size < header || at + size > end) {
      return;
    }
    const type = String.fromCharCode(
      view.getUint8(at + 4),
      view.getUint8(at + 5),
      view.getUint8(at + 6),
      view.getUint8(at + 7),
    );
    yield { type, at, start: at + header, end: at + size };
    at += size;
  }
}

function* deep(view: DataView, start: number, end: number): Generator<Box> {
  for (const box of boxes(view, start, end)) {
    yield box;
    if (CONTAINERS.has(box.type)) {
      yield* deep(view, box.start, box.end);
    }
  }
}

/** Reads an init segment; undefined if it is none. */
export function readTracks(bytes: ArrayBuffer): Tracks | undefined {
  const view = new DataView(bytes);
  const timescales = new Map<number, number>();
  let track = 0;
  let primary = 0;
  try {
    for (const box of deep(view, 0, bytes.byteLength)) {
      const long = view.byteLength > box.start && view.getUint8(box.start) === 1;
      if (box.type === 'tkhd') {
        track = view.getUint32(box.start + (long ? 20 : 12));
      } else if (box.type === 'mdhd') {
        timescales.set(track, view.getUint32(box.start + (long ? 20 : 12)) || 1);
      } else if (box.type === 'hdlr' && view.getUint32(box.start + 8) === PICTURES && !primary) {
        primary = track;
      }
    }
  } catch {
    return undefined;
  }
  const first = timescales.keys().next().value;
  return first === undefined ? undefined : { timescales, primary: primary || first };
}

/**
 * The init segment without its tracks of sound. A browser that is told of sound waits for it and shows
 * the picture later, even if nobody hears it.
 */
export function withoutSound(bytes: ArrayBuffer): ArrayBuffer {
  const view = new DataView(bytes);
  try {
    const tracks = soundTracks(view);
    if (tracks.size === 0) {
      return bytes;
    }
    const parts = kept(view, 0, bytes.byteLength, (box) =>
      box.type === 'trak' ? !tracks.has(trackOf(view, box)) : box.type !== 'trex' || !tracks.has(view.getUint32(box.start + 4)),
    );
    const whole = new Uint8Array(lengthOf(parts));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.byteLength;
    }
    return whole.buffer;
  } catch {
    return bytes;
  }
}

function soundTracks(view: DataView): Set<number> {
  const tracks = new Set<number>();
  for (const box of deep(view, 0, view.byteLength)) {
    if (box.type === 'trak' && [...deep(view, box.start, box.end)].some((it) => it.type === 'hdlr' && view.getUint32(it.start + 8) === SOUND)) {
      tracks.add(trackOf(view, box));
    }
  }
  return tracks;
}

function trackOf(view: DataView, trak: Box): number {
  for (const box of boxes(view, trak.start, trak.end)) {
    if (box.type === 'tkhd') {
      return view.getUint32(box.start + (view.getUint8(box.start) === 1 ? 20 : 12));
    }
  }
  return 0;
}

/** The boxes from here to there that are wanted, in pieces; what is around them tells its new size. */
function kept(view: DataView, start: number, end: number, wanted: (box: Box) => boolean): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (const box of boxes(view, start, end)) {
    if (!wanted(box)) {
      continue;
    }
    if (box.type === 'moov' || box.type === 'mvex') {
      const inner = kept(view, box.start, box.end, wanted);
      const header = new Uint8Array(view.buffer.slice(box.at, box.at + 8));
      new DataView(header.buffer).setUint32(0, 8 + lengthOf(inner));
      parts.push(header, ...inner);
    } else {
      parts.push(new Uint8Array(view.buffer, box.at, box.end - box.at));
    }
  }
  return parts;
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}

/** Reads the start of a fragment; undefined if it is none of these tracks. */
export function readFragment(bytes: ArrayBuffer, tracks: Tracks): Fragment | undefined {
  const view = new DataView(bytes);
  let track = 0;
  let ticks: number | undefined;
  let duration = 0;
  let defaultDuration = 0;
  try {
    for (const box of deep(view, 0, bytes.byteLength)) {
      if (box.type === 'mdat') {
        break;
      }
      if (box.type === 'tfhd') {
        const flags = view.getUint32(box.start) & 0xffffff;
        track = view.getUint32(box.start + 4);
        const at = box.start + 8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0);
        defaultDuration = flags & 0x8 ? view.getUint32(at) : 0;
      } else if (box.type === 'tfdt') {
        ticks =
          view.getUint8(box.start) === 1
            ? Number(view.getBigUint64(box.start + 4))
            : view.getUint32(box.start + 4);
      } else if (box.type === 'trun') {
        duration += runDuration(view, box.start, defaultDuration);
      }
    }
  } catch {
    return undefined;
  }
  const timescale = tracks.timescales.get(track);
  if (timescale === undefined || ticks === undefined) {
    return undefined;
  }
  return {
    track,
    startSeconds: ticks / timescale,
    durationSeconds: duration / timescale,
  };
}

function runDuration(view: DataView, start: number, defaultDuration: number): number {
  const flags = view.getUint32(start) & 0xffffff;
  const samples = view.getUint32(start + 4);
  if (!(flags & 0x100)) {
    return samples * defaultDuration;
  }
  const width = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length;
  let at = start + 8 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0);
  let sum = 0;
  for (let i = 0; i < samples; i++, at += width) {
    sum += view.getUint32(at);
  }
  return sum;
}
