/** A track of an initialization segment, as far as playing it needs to know. */
export interface Track {
  readonly id: number;
  readonly timescale: number;
  /** As media types name it, such as `avc1.4d0028`. */
  readonly codec: string;
  readonly kind: 'video' | 'audio';
}

interface Box {
  readonly type: string;
  /** Where its content starts, behind the header. */
  readonly start: number;
  readonly end: number;
}

function* boxes(view: DataView, from: number, to: number): Generator<Box> {
  let at = from;
  while (at + 8 <= to) {
    let size = view.getUint32(at);
    let header = 8;
    if (size === 1 && at + 16 <= to) {
      size = Number(view.getBigUint64(at + 8));
      header = 16;
    } else if (size === 0) {
      size = to - at;
    }
    if (size < header) {
      return;
    }
    yield { type: fourCc(view, at + 4), start: at + header, end: at + size };
    at += size;
  }
}

function fourCc(view: DataView, at: number): string {
  return String.fromCharCode(
    view.getUint8(at),
    view.getUint8(at + 1),
    view.getUint8(at + 2),
    view.getUint8(at + 3),
  );
}

function child(view: DataView, parent: Box, ...path: string[]): Box | undefined {
  let at: Box | undefined = parent;
  for (const type of path) {
    at = at && [...boxes(view, at.start, Math.min(at.end, view.byteLength))].find((it) => it.type === type);
  }
  return at;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The tracks of an initialization segment (ftyp and moov); none if it is something else. */
export function readInit(bytes: Uint8Array): Track[] {
  const view = viewOf(bytes);
  const moov = child(view, { type: '', start: 0, end: bytes.byteLength }, 'moov');
  if (!moov) {
    return [];
  }
  return [...boxes(view, moov.start, moov.end)]
    .filter((it) => it.type === 'trak')
    .flatMap((trak) => {
      const header = child(view, trak, 'tkhd');
      const media = child(view, trak, 'mdia', 'mdhd');
      const entries = child(view, trak, 'mdia', 'minf', 'stbl', 'stsd');
      const entry = entries && [...boxes(view, entries.start + 8, entries.end)][0];
      if (!header || !media || !entry) {
        return [];
      }
      const video = child(view, trak, 'mdia', 'minf', 'vmhd') !== undefined;
      return [
        {
          id: view.getUint32(header.start + (view.getUint8(header.start) === 1 ? 20 : 12)),
          timescale: view.getUint32(media.start + (view.getUint8(media.start) === 1 ? 20 : 12)),
          kind: video ? ('video' as const) : ('audio' as const),
          codec: codecOf(view, entry, video),
        },
      ];
    });
}

function codecOf(view: DataView, entry: Box, video: boolean): string {
  const inside: Box = { ...entry, start: entry.start + (video ? 78 : 28) };
  switch (entry.type) {
    case 'avc1':
    case 'avc3': {
      const config = child(view, inside, 'avcC');
      return config ? `${entry.type}.${hex(view, config.start + 1, 3)}` : entry.type;
    }
    case 'hvc1':
    case 'hev1': {
      const config = child(view, inside, 'hvcC');
      return config ? `${entry.type}.${hevc(view, config.start)}` : entry.type;
    }
    case 'mp4a': {
      const config = child(view, inside, 'esds');
      return config ? aac(view, config) : 'mp4a.40.2';
    }
    case 'Opus':
      return 'opus';
    case 'fLaC':
      return 'flac';
    default:
      return entry.type;
  }
}

function hex(view: DataView, at: number, count: number): string {
  let text = '';
  for (let i = 0; i < count; i++) {
    text += view
      .getUint8(at + i)
      .toString(16)
      .padStart(2, '0');
  }
  return text;
}

/** ISO/IEC 14496-15, annex E.3: profile, compatibility in reverse bit order, tier and level, constraints. */
function hevc(view: DataView, at: number): string {
  const first = view.getUint8(at + 1);
  const space = ['', 'A', 'B', 'C'][first >> 6] ?? '';
  const flags = view.getUint32(at + 2);
  let reversed = 0;
  for (let bit = 0; bit < 32; bit++) {
    reversed = ((reversed << 1) | ((flags >>> bit) & 1)) >>> 0;
  }
  const constraints: string[] = [];
  for (let i = 0; i < 6; i++) {
    constraints.push(view.getUint8(at + 6 + i).toString(16).toUpperCase());
  }
  while (constraints.at(-1) === '0') {
    constraints.pop();
  }
  const tier = first & 0x20 ? 'H' : 'L';
  return [`${space}${first & 0x1f}`, reversed.toString(16).toUpperCase(), `${tier}${view.getUint8(at + 12)}`, ...constraints].join('.');
}

function aac(view: DataView, esds: Box): string {
  // The descriptor of the decoder (4) holds the object type, and the one in it (5) starts with the audio's.
  let type = 0x40;
  let at = esds.start + 4;
  while (at + 2 < esds.end) {
    const tag = view.getUint8(at++);
    while (view.getUint8(at) & 0x80) {
      at++;
    }
    at++;
    if (tag === 3) {
      at += 3;
    } else if (tag === 4) {
      type = view.getUint8(at);
      at += 13;
    } else if (tag === 5) {
      return `mp4a.${type.toString(16)}.${view.getUint8(at) >> 3}`;
    } else {
      break;
    }
  }
  return 'mp4a.40.2';
}

export function mimeOf(tracks: readonly Track[]): string {
  const first = tracks.some((it) => it.kind === 'video') ? 'video' : 'audio';
  return `${first}/mp4; codecs="${tracks.map((it) => it.codec).join(',')}"`;
}

/**
 * When the first fragment starts on the tracks' own clock, in seconds: by its video, if it has any.
 * Undefined as long as too little of it is there.
 */
export function firstDecodeTime(bytes: Uint8Array, tracks: readonly Track[]): number | undefined {
  const view = viewOf(bytes);
  for (const box of boxes(view, 0, bytes.byteLength)) {
    if (box.end > bytes.byteLength && box.type !== 'mdat') {
      return undefined;
    }
    if (box.type === 'moof') {
      return decodeTimeOf(view, box, tracks);
    }
  }
  return undefined;
}

function decodeTimeOf(view: DataView, moof: Box, tracks: readonly Track[]): number | undefined {
  let found: number | undefined;
  for (const traf of [...boxes(view, moof.start, moof.end)].filter((it) => it.type === 'traf')) {
    const header = child(view, traf, 'tfhd');
    const time = child(view, traf, 'tfdt');
    const track = header && tracks.find((it) => it.id === view.getUint32(header.start + 4));
    if (!time || !track) {
      continue;
    }
    const wide = view.getUint8(time.start) === 1;
    const ticks = wide ? Number(view.getBigUint64(time.start + 4)) : view.getUint32(time.start + 4);
    found ??= ticks / track.timescale;
    if (track.kind === 'video') {
      return ticks / track.timescale;
    }
  }
  return found;
}
