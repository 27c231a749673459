import { ApiProblem, BASE, call, query } from '../api';
import { mimeOf, readInit } from './mp4';
import type { Track } from './mp4';
import { keyOf, parsePlaylist } from './playlist';
import type { Extent, Piece } from './playlist';

/** How pictures are decoded, read from what stands before them. */
export interface Init {
  readonly bytes: Uint8Array;
  readonly tracks: readonly Track[];
  readonly mime: string;
}

export type Read = (path: string, signal: AbortSignal, extent?: Extent) => Promise<Response>;

const readByCall: Read = (path, signal, extent) =>
  call('GET', path, undefined, {
    signal,
    headers: {
      Accept: '*/*',
      ...(extent ? { Range: `bytes=${extent.offset}-${extent.offset + extent.bytes - 1}` } : {}),
    },
  });

interface Known {
  from: number;
  to: number;
}

const SECOND = 1000;
/** Long enough that pieces follow each other without asking, short enough to be answered at once. */
export const WINDOW = 120 * SECOND;
/** What is being recorded is in the index this much later, at the latest. */
const LAG = 12 * SECOND;
/** Pieces of the same recording start where the last one ended, but for rounding. */
export const TOLERANCE = 120;

/** Windows that were asked for from different times cut the same recording differently. */
const OVERLAPPING = 16;

export type Answer =
  | { readonly kind: 'piece'; readonly piece: Piece }
  /** Nothing is recorded then; if it is known, with what comes next. */
  | { readonly kind: 'gap'; readonly next: Piece | undefined }
  /** Has to be asked for, by {@link Footage.learn}. */
  | { readonly kind: 'unknown' };

/** Which bytes on the server hold which time of a camera, as far as it was asked for. */
export class Footage {
  private pieces: Piece[] = [];
  private known: Known[] = [];
  private readonly inits = new Map<string, Promise<Init>>();
  private readonly learning = new Map<string, Promise<void>>();
  private last: Init | undefined;

  constructor(
    private readonly camera: string,
    private readonly read: Read = readByCall,
    private readonly now: () => number = Date.now,
  ) {}

  at(time: number): Answer {
    const piece = this.around(time);
    if (piece) {
      return { kind: 'piece', piece };
    }
    const known = this.known.find((it) => it.from <= time && time < it.to);
    return known ? { kind: 'gap', next: this.firstAfter(time) } : { kind: 'unknown' };
  }

  /** The piece to play after one, which may be after a gap; undefined if it is not known. */
  after(piece: Piece): Piece | undefined {
    const next = this.around(piece.to + 1);
    return next && next.to > piece.to ? next : this.firstAfter(piece.to);
  }

  /** Up to where everything from a time on is known. */
  knownUpTo(time: number): number {
    const known = this.known.find((it) => it.from <= time && time <= it.to);
    return known?.to ?? time;
  }

  /** Asks for what is recorded from a time on; the first piece then starts at the keyframe before it. */
  learn(time: number, span = WINDOW): Promise<void> {
    const from = Math.floor(time);
    const to = (Math.floor(from / WINDOW) + 1) * WINDOW + Math.max(0, span - WINDOW);
    const key = `${to}`;
    const under = this.learning.get(key);
    if (under) {
      return under;
    }
    const promise = this.fetchWindow(from, to).finally(() => {
      this.learning.delete(key);
    });
    this.learning.set(key, promise);
    return promise;
  }

  private async fetchWindow(from: number, to: number): Promise<void> {
    const asOf = this.now();
    const path = `/cameras/${this.camera}/playback/index.m3u8${query({ from: new Date(from), to: new Date(to) })}`;
    let pieces: Piece[] = [];
    try {
      const answer = await this.read(path, new AbortController().signal);
      pieces = parsePlaylist(await answer.text(), BASE + path);
    } catch (problem) {
      if (!(problem instanceof ApiProblem && problem.status === 404)) {
        throw problem;
      }
    }
    this.add(pieces);
    const end = pieces.at(-1)?.to ?? from;
    this.addKnown({ from, to: Math.min(to, Math.max(end, asOf - LAG)) });
  }

  /** Forgets what was known of a piece, because it is gone from the server. */
  forget(piece: Piece): void {
    this.pieces = this.pieces.filter((it) => it.uri !== piece.uri);
    this.known = this.known.flatMap((it) =>
      it.from < piece.to && it.to > piece.from
        ? [
            { from: it.from, to: piece.from },
            { from: piece.to, to: it.to },
          ].filter((part) => part.to > part.from)
        : [it],
    );
  }

  init(piece: Piece): Promise<Init> {
    const key = keyOf(piece.init);
    let found = this.inits.get(key);
    if (!found) {
      found = this.fetchInit(piece.init);
      this.inits.set(key, found);
      found.catch(() => this.inits.delete(key));
    }
    return found;
  }

  private async fetchInit(extent: Extent): Promise<Init> {
    const answer = await this.bytes(extent, new AbortController().signal);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (this.last && same(this.last.bytes, bytes)) {
      return this.last;
    }
    const tracks = readInit(bytes);
    this.last = { bytes, tracks, mime: mimeOf(tracks) };
    return this.last;
  }

  bytes(extent: Extent, signal: AbortSignal): Promise<Response> {
    const path = extent.uri.startsWith(BASE) ? extent.uri.slice(BASE.length) : extent.uri;
    return this.read(path, signal, extent);
  }

  /** The piece with that time in it; of several, the one whose keyframe is nearest before. */
  private around(time: number): Piece | undefined {
    const after = this.indexAfter(time);
    for (let index = after - 1; index >= Math.max(0, after - OVERLAPPING); index--) {
      const piece = this.pieces[index] as Piece;
      if (piece.to > time) {
        return piece;
      }
    }
    const next = this.pieces[after];
    return next && next.from - time <= TOLERANCE ? next : undefined;
  }

  private firstAfter(time: number): Piece | undefined {
    return this.pieces[this.indexAfter(time)];
  }

  /** The index of the first piece that starts after a time. */
  private indexAfter(time: number): number {
    let low = 0;
    let high = this.pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.pieces[middle] as Piece).from > time) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private add(fresh: readonly Piece[]): void {
    if (fresh.length === 0) {
      return;
    }
    // The end of what is being recorded grows: the same bytes, and more. The newer answer counts.
    const starts = new Set(fresh.map((it) => `${it.uri}#${it.offset}`));
    this.pieces = [...this.pieces.filter((it) => !starts.has(`${it.uri}#${it.offset}`)), ...fresh].sort(
      (a, b) => a.from - b.from,
    );
  }

  private addKnown(range: Known): void {
    if (range.to <= range.from) {
      return;
    }
    const all = [...this.known, range].sort((a, b) => a.from - b.from);
    this.known = [];
    for (const one of all) {
      const last = this.known.at(-1);
      if (last && one.from <= last.to) {
        last.to = Math.max(last.to, one.to);
      } else {
        this.known.push({ ...one });
      }
    }
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
