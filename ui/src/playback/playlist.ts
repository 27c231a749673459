/** Bytes of a file. */
export interface Extent {
  readonly uri: string;
  readonly offset: number;
  readonly bytes: number;
}

/** Some seconds of recording, from a keyframe up to another; times are in milliseconds since 1970. */
export interface Piece extends Extent {
  readonly from: number;
  readonly to: number;
  readonly init: Extent;
}

export function keyOf(extent: Extent): string {
  return `${extent.uri}#${extent.offset}+${extent.bytes}`;
}

/**
 * Reads the recorded pieces out of a media playlist. Each has its place in time by the
 * EXT-X-PROGRAM-DATE-TIME before it and the durations since; what has none is left out.
 */
export function parsePlaylist(text: string, base: string): Piece[] {
  const pieces: Piece[] = [];
  const lengths = new Map<string, number>();
  let init: Extent | undefined;
  let at: number | undefined;
  let seconds = 0;
  let range: { bytes: number; offset: number | undefined } | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line.startsWith('#EXT-X-MAP:')) {
      const uri = /URI="([^"]*)"/.exec(line)?.[1];
      const [, bytes, offset] = /BYTERANGE="(\d+)(?:@(\d+))?"/.exec(line) ?? [];
      init = uri ? { uri: resolve(uri, base), offset: Number(offset ?? 0), bytes: Number(bytes ?? 0) } : undefined;
    } else if (line.startsWith('#EXT-X-PROGRAM-DATE-TIME:')) {
      at = Date.parse(line.slice(line.indexOf(':') + 1));
    } else if (line.startsWith('#EXTINF:')) {
      seconds = Number.parseFloat(line.slice(8));
    } else if (line.startsWith('#EXT-X-BYTERANGE:')) {
      const [bytes, offset] = line.slice(17).split('@');
      range = { bytes: Number(bytes), offset: offset === undefined ? undefined : Number(offset) };
    } else if (line !== '' && !line.startsWith('#')) {
      const uri = resolve(line, base);
      if (init && at !== undefined && range && seconds > 0) {
        const offset = range.offset ?? lengths.get(uri) ?? 0;
        pieces.push({ uri, offset, bytes: range.bytes, from: at, to: at + seconds * 1000, init });
        lengths.set(uri, offset + range.bytes);
      }
      at = at === undefined ? undefined : at + seconds * 1000;
      range = undefined;
    }
  }
  return pieces;
}

function resolve(uri: string, base: string): string {
  // The origin does not matter: what comes out is a path on the same server.
  const { pathname, search } = new URL(uri, new URL(base, 'http://vigil.invalid'));
  return pathname + search;
}
