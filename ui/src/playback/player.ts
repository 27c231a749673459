import { ApiProblem } from '../api';
import { TOLERANCE, WINDOW } from './footage';
import type { Footage, Init } from './footage';
import { firstDecodeTime } from './mp4';
import { keyOf } from './playlist';
import type { Piece } from './playlist';

/** Media time is wall time since then, so that no mapping is needed, over gaps or anything else. */
export const EPOCH = Date.UTC(2020, 0, 1);
const A_CENTURY_S = 3_155_760_000;

export function toMedia(time: number): number {
  return (time - EPOCH) / 1000;
}

export function toWall(media: number): number {
  return media * 1000 + EPOCH;
}

/** Why there is no picture. */
export type Trouble =
  | { readonly kind: 'unsupported'; readonly codec: string }
  | { readonly kind: 'connection' }
  | { readonly kind: 'broken' };

/**
 * What a tile shows at a time: a `ready` picture, one that is `loading`, a `gap` in the recording, what
 * is not recorded yet (`edge`), or trouble.
 */
export type TileState = 'loading' | 'ready' | 'gap' | 'edge' | 'trouble';

const SECOND = 1000;
const AHEAD = 16 * SECOND;
const BEHIND = 45 * SECOND;
/** How much is asked of the decoder before others are let in. */
const ENOUGH_BYTES = 64 * 1024;
/** Stamps of neighbouring recordings differ by some milliseconds; jumping by that would drop pictures. */
const STICKY_S = 0.06;
/** Holes up to this are no gaps: a picture is shown somewhat after it is decoded. */
const SLACK_S = 0.2;
/** A recording's first picture is shown at most so long after it is decoded, if others come before it in the file. */
const REORDERED_S = 1;
/** How near to now recordings are, at best. */
const EDGE = 20 * SECOND;

type Source = MediaSource & EventTarget;

/**
 * Plays the recording of one camera in a video element by Media Source Extensions. It fetches the
 * pieces around a time as the playlist names them and puts each at its wall-clock time; what was not
 * recorded stays empty. It follows, and never decides by itself what time it is.
 */
export class CameraPlayer {
  private source: Source | undefined;
  private buffer: SourceBuffer | undefined;
  private init: Init | undefined;
  private url = '';
  private wanted: number;
  private ahead = AHEAD;
  private filling: AbortController | undefined;
  private lastFill: Promise<void> = Promise.resolve();
  private early: { key: string; abort: AbortController; answer: Promise<Response> } | undefined;
  private readonly failures = new Map<string, number>();
  private retryAt = 0;
  private retries = 0;
  private resets = 0;
  private closed = false;
  private offset: number | undefined;
  private pendingSeek = false;
  /** What is being fetched. */
  private coming: Piece | undefined;
  private backwards = false;
  private breadth = 1;
  trouble: Trouble | undefined;

  constructor(
    readonly video: HTMLVideoElement,
    readonly footage: Footage,
    time: number,
  ) {
    this.wanted = time;
    this.open();
    video.addEventListener('error', this.onError);
    video.addEventListener('seeked', this.onSeeked);
  }

  close(): void {
    this.closed = true;
    this.filling?.abort();
    this.early?.abort.abort();
    this.video.removeEventListener('error', this.onError);
    this.video.removeEventListener('seeked', this.onSeeked);
    this.detach();
  }

  /** Where the picture is that one sees, as wall-clock time. */
  get time(): number {
    return toWall(this.video.currentTime);
  }

  get seeking(): boolean {
    return this.pendingSeek || this.video.seeking;
  }

  /** Whether there is something to hear, as far as it was read. */
  get sounds(): boolean {
    return this.init?.tracks.some((it) => it.kind === 'audio') ?? false;
  }

  /** Fast playing needs more in hand. */
  setRate(rate: number): void {
    const next = Math.max(1, Math.min(4, Math.abs(rate)));
    this.backwards = rate < 0;
    this.breadth = next;
    this.ahead = AHEAD * next;
  }

  /** Whether the pictures of a time are here, decoded or not. */
  holds(time: number): boolean {
    const answer = this.footage.at(time);
    return answer.kind === 'piece' && this.buffered(this.pictureAt(time, answer.piece));
  }

  stateAt(time: number): TileState {
    if (this.trouble) {
      return 'trouble';
    }
    const answer = this.footage.at(time);
    if (answer.kind === 'gap') {
      return 'gap';
    }
    if (answer.kind === 'unknown') {
      return time > Date.now() - EDGE ? 'edge' : 'loading';
    }
    if (!this.buffered(this.pictureAt(time, answer.piece))) {
      return 'loading';
    }
    return this.seeking || this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA ? 'loading' : 'ready';
  }

  /** Begins to fetch what a seek would need. */
  prepare(time: number): void {
    const answer = this.footage.at(time);
    if (answer.kind === 'unknown') {
      this.footage
        .learn(time)
        .then(() => {
          if (this.footage.at(time).kind === 'piece') {
            this.prepare(time);
          }
        })
        // The seek that follows will meet the same problem, and say so.
        .catch(() => undefined);
      return;
    }
    if (answer.kind === 'piece' && !this.has(answer.piece)) {
      void this.footage.init(answer.piece).catch(() => undefined);
      this.fetchEarly(answer.piece);
    }
  }

  private fetchEarly(piece: Piece): void {
    const key = keyOf(piece);
    if (this.early?.key === key) {
      return;
    }
    this.early?.abort.abort();
    const abort = new AbortController();
    const answer = this.footage.bytes(piece, abort.signal);
    answer.catch(() => undefined);
    this.early = { key, abort, answer };
  }

  /** Where a seek to a time leads: onto a picture. */
  aim(time: number): number {
    const answer = this.footage.at(time);
    return answer.kind === 'piece' ? this.pictureAt(time, answer.piece) : time;
  }

  /** Shows a time as soon as it can. */
  seek(time: number): void {
    this.wanted = time;
    this.retryAt = 0;
    if (this.trouble && this.trouble.kind !== 'unsupported') {
      this.trouble = undefined;
      this.resets = 0;
    }
    const target = this.aim(time);
    const coming = this.coming !== undefined && this.coming.from <= target && target < this.coming.to;
    if (!coming && !this.buffered(target)) {
      this.filling?.abort();
      this.filling = undefined;
    }
    this.place(target);
    this.keepFilling();
  }

  private place(time: number): void {
    if (this.source?.readyState === 'open' || this.video.readyState > 0) {
      this.video.currentTime = toMedia(time);
      this.pendingSeek = false;
    } else {
      this.pendingSeek = true;
    }
  }

  /** Says where the clock is; call it often. */
  follow(time: number): void {
    this.wanted = time;
    this.ontoPicture();
    this.keepFilling();
  }

  private keepFilling(): void {
    if (this.filling || this.closed || this.source?.readyState !== 'open' || performance.now() < this.retryAt) {
      return;
    }
    const abort = new AbortController();
    this.filling = abort;
    // The one that was broken off lets go of the buffer first.
    const filled = this.lastFill.then(() => this.fill(abort.signal));
    this.lastFill = filled.catch(() => undefined);
    filled
      .then(() => {
        this.retries = 0;
        if (this.trouble?.kind === 'connection') {
          this.trouble = undefined;
        }
      })
      .catch((problem: unknown) => {
        if (!abort.signal.aborted && !this.closed) {
          this.failed(problem);
        }
      })
      .finally(() => {
        if (this.filling === abort) {
          this.filling = undefined;
        }
      });
  }

  private failed(problem: unknown): void {
    this.retries++;
    this.retryAt = performance.now() + Math.min(10_000, 500 * 2 ** this.retries);
    if (problem instanceof Unplayable) {
      this.trouble = { kind: 'unsupported', codec: problem.codec };
      this.retryAt = Infinity;
    } else if (problem instanceof ApiProblem && this.retries > 1) {
      this.trouble = { kind: 'connection' };
    }
  }

  /** Fetches what is missing ahead of the clock, one piece after the other, the nearest first. */
  private async fill(signal: AbortSignal): Promise<void> {
    let at = this.wanted;
    if (this.backwards && this.holds(at)) {
      await this.fetchBefore(at, signal);
    }
    while (!signal.aborted && at < this.wanted + this.ahead) {
      const answer = this.footage.at(at);
      if (answer.kind === 'unknown') {
        if (at > Date.now() - 2 * SECOND) {
          return;
        }
        await this.footage.learn(at, WINDOW * this.breadth);
        if (this.footage.at(at).kind === 'unknown') {
          this.retryAt = performance.now() + SECOND;
          return;
        }
        continue;
      }
      const piece = answer.kind === 'piece' ? answer.piece : answer.next;
      if (!piece) {
        at = Math.max(at + 1, this.footage.knownUpTo(at));
        continue;
      }
      if (piece.from > this.wanted + this.ahead) {
        return;
      }
      await this.have(piece, signal);
      at = piece.to + 1;
      if (this.backwards) {
        return;
      }
    }
  }

  /** For playing backwards: what lies before that time, and is not here yet. */
  private async fetchBefore(time: number, signal: AbortSignal): Promise<void> {
    for (let at = time; !signal.aborted && at > time - this.ahead; ) {
      const answer = this.footage.at(at);
      if (answer.kind === 'unknown') {
        await this.footage.learn(at - WINDOW / 2);
        if (this.footage.at(at).kind === 'unknown') {
          return;
        }
        continue;
      }
      if (answer.kind === 'gap') {
        return;
      }
      await this.have(answer.piece, signal);
      at = answer.piece.from - TOLERANCE - 1;
    }
  }

  private async have(piece: Piece, signal: AbortSignal): Promise<void> {
    if (this.has(piece) || (this.failures.get(keyOf(piece)) ?? 0) >= 2) {
      return;
    }
    this.coming = piece;
    try {
      await this.append(piece, signal);
    } finally {
      this.coming = undefined;
    }
  }

  private async append(piece: Piece, signal: AbortSignal): Promise<void> {
    const key = keyOf(piece);
    const early = this.early?.key === key ? this.early : undefined;
    this.early = undefined;
    const answer = early?.answer ?? this.footage.bytes(piece, signal);
    answer.catch(() => undefined);
    if (early) {
      signal.addEventListener('abort', () => {
        early.abort.abort();
      });
    }
    try {
      const init = await this.footage.init(piece);
      const body = (await answer).body;
      if (!body || signal.aborted) {
        return;
      }
      const buffer = await this.bufferFor(init, piece);
      if (!buffer || signal.aborted) {
        return;
      }
      await this.pour(body.getReader(), buffer, init, piece, signal);
      this.failures.set(key, this.has(piece) ? 0 : (this.failures.get(key) ?? 0) + 1);
    } catch (problem) {
      if (problem instanceof ApiProblem && (problem.status === 404 || problem.status === 416)) {
        this.footage.forget(piece);
      }
      throw problem;
    }
  }

  private async pour(
    reader: ReadableStreamDefaultReader<Uint8Array>,
    buffer: SourceBuffer,
    init: Init,
    piece: Piece,
    signal: AbortSignal,
  ): Promise<void> {
    let pending: Uint8Array[] = [];
    let size = 0;
    let placed = false;
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) {
        await reader.cancel();
        return;
      }
      if (value) {
        pending.push(value);
        size += value.length;
      }
      if (size > 0 && (done || size >= ENOUGH_BYTES || !placed)) {
        const bytes = concatenated(pending, size);
        if (!placed) {
          const decodeTime = firstDecodeTime(bytes, init.tracks);
          if (decodeTime === undefined) {
            if (done) {
              return;
            }
            continue;
          }
          this.placeAt(buffer, piece, decodeTime);
          placed = true;
        }
        await this.push(buffer, bytes);
        if (signal.aborted) {
          await reader.cancel();
          return;
        }
        pending = [];
        size = 0;
      }
      if (done) {
        return;
      }
    }
  }

  /** Media times of the file become wall-clock times. */
  private placeAt(buffer: SourceBuffer, piece: Piece, decodeTime: number): void {
    // Forgets what is left of a piece that was broken off.
    buffer.abort();
    const exact = toMedia(piece.from) - decodeTime;
    if (this.offset === undefined || Math.abs(exact - this.offset) > STICKY_S) {
      this.offset = exact;
    }
    buffer.timestampOffset = this.offset;
  }

  private async push(buffer: SourceBuffer, bytes: Uint8Array): Promise<void> {
    try {
      await appended(buffer, bytes);
    } catch (problem) {
      if (!(problem instanceof DOMException && problem.name === 'QuotaExceededError')) {
        throw problem;
      }
      await this.discard(buffer, 5 * SECOND, 8 * SECOND);
      await appended(buffer, bytes);
    }
  }

  private async bufferFor(init: Init, piece: Piece): Promise<SourceBuffer | undefined> {
    if (this.source?.readyState !== 'open') {
      return undefined;
    }
    if (!MediaSource.isTypeSupported(init.mime)) {
      throw new Unplayable(init.tracks.find((it) => it.kind === 'video')?.codec ?? init.mime);
    }
    if (this.init && kinds(this.init) !== kinds(init)) {
      // A source cannot win or lose a track: the new one starts afresh where it is wanted.
      if (piece.from > this.wanted) {
        return undefined;
      }
      this.reopen();
      return undefined;
    }
    if (!this.buffer) {
      this.source.duration = A_CENTURY_S;
      this.buffer = this.source.addSourceBuffer(init.mime);
      this.place(this.wanted < piece.from && piece.from - this.wanted < TOLERANCE ? piece.from + 1 : this.wanted);
    } else if (this.init?.mime !== init.mime) {
      this.buffer.abort();
      this.buffer.changeType(init.mime);
    }
    if (this.init !== init) {
      this.buffer.abort();
      await appended(this.buffer, init.bytes);
      this.init = init;
    }
    await this.discard(this.buffer, BEHIND, this.ahead + 60 * SECOND);
    return this.buffer;
  }

  /** Gives back what is far from the clock. */
  private async discard(buffer: SourceBuffer, behind: number, ahead: number): Promise<void> {
    const ranges = buffer.buffered;
    const first = toMedia(this.wanted - behind);
    const last = toMedia(this.wanted + ahead);
    const doomed: [number, number][] = [];
    for (let i = 0; i < ranges.length; i++) {
      if (ranges.start(i) < first - 5) {
        doomed.push([ranges.start(i), Math.min(ranges.end(i), first)]);
      }
      if (ranges.end(i) > last + 5) {
        doomed.push([Math.max(ranges.start(i), last), ranges.end(i)]);
      }
    }
    for (const [from, to] of doomed) {
      if (to > from) {
        await updated(buffer, () => {
          buffer.remove(from, to);
        });
      }
    }
  }

  private buffered(time: number): boolean {
    const media = toMedia(time);
    const ranges = this.buffer ? this.buffer.buffered : undefined;
    for (let i = 0; ranges && i < ranges.length; i++) {
      if (ranges.start(i) - SLACK_S <= media && media < ranges.end(i)) {
        return true;
      }
    }
    return false;
  }

  /** That time, or when the piece's first picture is shown if that is later. */
  private pictureAt(time: number, piece: Piece): number {
    const from = toMedia(piece.from);
    const ranges = this.buffer?.buffered;
    let first = piece.from;
    for (let i = 0; ranges && i < ranges.length; i++) {
      const start = ranges.start(i);
      if (from <= start && start <= from + REORDERED_S && toWall(start) < piece.to) {
        first = toWall(start);
        break;
      }
    }
    return Math.max(time, first + 1);
  }

  /** A seek to just before the first picture would wait for one that never comes. */
  private ontoPicture(): void {
    const at = this.video.currentTime;
    const answer = this.footage.at(toWall(at));
    if (this.video.seeking && answer.kind === 'piece') {
      const picture = this.pictureAt(toWall(at), answer.piece);
      if (picture > toWall(at) + 1 && this.buffered(picture)) {
        this.video.currentTime = toMedia(picture);
        return;
      }
    }
    const ranges = this.buffer?.buffered;
    for (let i = 0; this.video.seeking && ranges && i < ranges.length; i++) {
      const start = ranges.start(i);
      if (at < start && start - at <= SLACK_S) {
        this.video.currentTime = start + 0.001;
      }
    }
  }

  private has(piece: Piece): boolean {
    const edge = Math.min(150, (piece.to - piece.from) / 4);
    return [piece.from + edge, (piece.from + piece.to) / 2, piece.to - edge].every((it) => this.buffered(it));
  }

  private readonly onSeeked = () => {
    this.pendingSeek = false;
  };

  /** The decoder gave up: once more from the start, but not for ever. */
  private readonly onError = () => {
    if (this.closed || this.url === '') {
      return;
    }
    this.resets++;
    const answer = this.footage.at(this.wanted);
    if (answer.kind === 'piece') {
      const key = keyOf(answer.piece);
      this.failures.set(key, (this.failures.get(key) ?? 0) + 1);
    }
    if (this.resets > 3) {
      this.trouble = { kind: 'broken' };
    } else {
      this.reopen();
    }
  };

  private reopen(): void {
    this.filling?.abort();
    this.filling = undefined;
    this.detach();
    this.open();
  }

  private open(): void {
    const Kind =
      (window as { ManagedMediaSource?: typeof MediaSource }).ManagedMediaSource ??
      (window as { MediaSource?: typeof MediaSource }).MediaSource;
    if (!Kind) {
      this.trouble = { kind: 'unsupported', codec: 'MSE' };
      return;
    }
    const source = new Kind() as Source;
    this.source = source;
    this.url = URL.createObjectURL(source);
    source.addEventListener(
      'sourceopen',
      () => {
        if (this.source === source) {
          this.keepFilling();
        }
      },
      { once: true },
    );
    // Asked for by ManagedMediaSource.
    this.video.disableRemotePlayback = true;
    this.video.src = this.url;
  }

  private detach(): void {
    const url = this.url;
    this.url = '';
    this.buffer = undefined;
    this.init = undefined;
    this.offset = undefined;
    this.source = undefined;
    this.video.removeAttribute('src');
    this.video.load();
    URL.revokeObjectURL(url);
  }
}

class Unplayable extends Error {
  constructor(readonly codec: string) {
    super(codec);
  }
}

function kinds(init: Init): string {
  return init.tracks.map((it) => `${it.kind}${it.id}`).join();
}

function concatenated(parts: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only) {
    return only;
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function appended(buffer: SourceBuffer, bytes: Uint8Array): Promise<void> {
  return updated(buffer, () => {
    buffer.appendBuffer(bytes as Uint8Array<ArrayBuffer>);
  });
}

/** Starts a change of the buffer and waits until it is done. */
async function updated(buffer: SourceBuffer, change: () => void): Promise<void> {
  if (buffer.updating) {
    await next(buffer);
  }
  const done = next(buffer);
  done.catch(() => undefined);
  change();
  await done;
}

function next(buffer: SourceBuffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = new AbortController();
    buffer.addEventListener(
      'updateend',
      () => {
        abort.abort();
        resolve();
      },
      { signal: abort.signal },
    );
    buffer.addEventListener(
      'error',
      () => {
        abort.abort();
        reject(new Error('the buffer refused it'));
      },
      { signal: abort.signal },
    );
  });
}
