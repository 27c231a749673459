import { codecsOf } from './messages';
import type { Range } from './pacing';
import { readFragment, readTracks, type Tracks } from './fragment';

/** What the sink needs of a browser; a test brings its own. */
export interface MediaSourceClass {
  new (): MediaSource;
  isTypeSupported(mime: string): boolean;
}

export interface SinkListener {
  /** A fragment goes in: where it will be shown. */
  arrived(startSeconds: number, endSeconds: number): void;
  appended(): void;
  /** More waits than may wait: what comes next must start with a keyframe. */
  overflowed(): void;
  /** The sink is of no use any more. */
  failed(reason: string): void;
}

type Piece =
  | { readonly kind: 'init'; readonly mime: string; readonly bytes: ArrayBuffer }
  | { readonly kind: 'media'; readonly bytes: ArrayBuffer };

const MOST_QUEUED_BYTES = 6 * 1024 * 1024;
const MOST_JOINED_BYTES = 512 * 1024;
/** Removing costs more than a second of video: not for every fragment. */
const TRIM_STEP_SECONDS = 3;

/**
 * Puts init segments and fragments into a video element, on one time line that starts at 0 and goes on
 * over changes of codec and reconnections: whatever comes next is placed where the last thing ended.
 * Memory is bounded twice: by what waits, and by what is kept behind.
 */
export class MediaSink {
  private readonly source: MediaSource;
  private readonly url: string;
  private buffer: SourceBuffer | undefined;
  private mime = '';
  private queue: Piece[] = [];
  private queuedBytes = 0;
  private tracks: Tracks | undefined;
  private offset: number | undefined;
  private edge = 0;
  private run = 0;
  private closed = false;

  constructor(
    private readonly video: HTMLVideoElement,
    mediaSource: MediaSourceClass,
    private readonly listener: SinkListener,
  ) {
    this.source = new mediaSource();
    this.source.addEventListener('sourceopen', this.pump);
    this.source.addEventListener('startstreaming', this.pump);
    // ManagedMediaSource opens only where the picture cannot go elsewhere.
    video.disableRemotePlayback = true;
    this.url = URL.createObjectURL(this.source);
    video.src = this.url;
  }

  /** Where the newest fragment ends. */
  get edgeSeconds(): number {
    return this.edge;
  }

  /** Where the media that came without interruption starts. */
  get runStartSeconds(): number {
    return this.run;
  }

  /** Can this go on in the same element, or does it take another sink? */
  takes(mime: string): boolean {
    return (
      this.mime === '' ||
      mime === this.mime ||
      (codecsOf(mime).length === codecsOf(this.mime).length &&
        typeof this.buffer?.changeType === 'function')
    );
  }

  init(mime: string, bytes: ArrayBuffer): void {
    this.queue = [{ kind: 'init', mime, bytes }];
    this.queuedBytes = bytes.byteLength;
    this.tracks = readTracks(bytes);
    this.offset = undefined;
    this.mime = mime;
    this.pump();
  }

  media(bytes: ArrayBuffer): void {
    if (this.queuedBytes + bytes.byteLength > MOST_QUEUED_BYTES) {
      this.queue = this.queue.filter((piece) => piece.kind === 'init');
      this.queuedBytes = 0;
      this.listener.overflowed();
      return;
    }
    if (!this.place(bytes)) {
      return;
    }
    this.queue.push({ kind: 'media', bytes });
    this.queuedBytes += bytes.byteLength;
    this.pump();
  }

  /** Forgets what lies before, a few seconds at a time. */
  trim(beforeSeconds: number): void {
    const buffer = this.buffer;
    const start = buffer && !buffer.updating ? this.ranges()[0]?.[0] : undefined;
    if (buffer && start !== undefined && beforeSeconds - start > TRIM_STEP_SECONDS) {
      try {
        buffer.remove(start, beforeSeconds);
      } catch (reason) {
        this.fail(reason);
      }
    }
  }

  ranges(): Range[] {
    const buffered = this.video.buffered;
    return Array.from({ length: buffered.length }, (_, i) => [buffered.start(i), buffered.end(i)]);
  }

  close(): void {
    if (this.closed) {
      return;
    }
    this.closed = true;
    this.queue = [];
    this.source.removeEventListener('sourceopen', this.pump);
    this.source.removeEventListener('startstreaming', this.pump);
    this.buffer?.removeEventListener('updateend', this.updated);
    this.buffer?.removeEventListener('error', this.broke);
    URL.revokeObjectURL(this.url);
    if (this.video.src === this.url) {
      this.video.removeAttribute('src');
      this.video.load();
    }
  }

  /** Tells where a fragment will be shown, once it is known where its run starts; false if it is of no track that is shown. */
  private place(bytes: ArrayBuffer): boolean {
    if (!this.tracks) {
      return true;
    }
    const fragment = readFragment(bytes, this.tracks);
    if (!fragment) {
      return false;
    }
    if (this.offset === undefined) {
      this.offset = this.edge - fragment.startSeconds;
      this.run = this.edge;
    }
    if (fragment.track !== this.tracks.primary) {
      return true;
    }
    const start = fragment.startSeconds + this.offset;
    const end = start + fragment.durationSeconds;
    this.edge = Math.max(this.edge, end);
    this.listener.arrived(start, end);
    return true;
  }

  private readonly pump = (): void => {
    if (this.closed || this.source.readyState !== 'open' || this.buffer?.updating) {
      return;
    }
    try {
      this.append();
    } catch (reason) {
      if (reason instanceof DOMException && reason.name === 'QuotaExceededError') {
        this.makeRoom();
      } else {
        this.fail(reason);
      }
    }
  };

  private append(): void {
    const piece = this.queue[0];
    if (piece === undefined) {
      return;
    }
    if (piece.kind === 'init') {
      this.open(piece.mime);
      this.buffer?.appendBuffer(piece.bytes);
      this.taken(1);
      return;
    }
    if (this.offset !== undefined && this.buffer) {
      if (this.buffer.timestampOffset !== this.offset) {
        this.buffer.timestampOffset = this.offset;
      }
    }
    const { bytes, count } = this.joined();
    this.buffer?.appendBuffer(bytes);
    this.taken(count);
  }

  private open(mime: string): void {
    if (!this.buffer) {
      this.buffer = this.source.addSourceBuffer(mime);
      this.buffer.addEventListener('updateend', this.updated);
      this.buffer.addEventListener('error', this.broke);
    } else {
      // Also ends a fragment of which only half came.
      this.buffer.abort();
      this.buffer.changeType(mime);
    }
    this.buffer.mode = 'segments';
  }

  /** Several fragments at once where they wait: each append has its price. */
  private joined(): { bytes: ArrayBuffer; count: number } {
    let count = 0;
    let size = 0;
    for (const piece of this.queue) {
      if (piece.kind !== 'media' || (count > 0 && size + piece.bytes.byteLength > MOST_JOINED_BYTES)) {
        break;
      }
      count++;
      size += piece.bytes.byteLength;
    }
    const first = this.queue[0];
    if (count === 1 && first) {
      return { bytes: first.bytes, count };
    }
    const whole = new Uint8Array(size);
    let at = 0;
    for (const piece of this.queue.slice(0, count)) {
      whole.set(new Uint8Array(piece.bytes), at);
      at += piece.bytes.byteLength;
    }
    return { bytes: whole.buffer, count };
  }

  private taken(count: number): void {
    for (const piece of this.queue.splice(0, count)) {
      this.queuedBytes -= piece.bytes.byteLength;
    }
  }

  private readonly updated = (): void => {
    this.listener.appended();
    this.pump();
  };

  private readonly broke = (): void => {
    this.fail('append');
  };

  /** The browser keeps less than we would like: give it all that is behind. */
  private makeRoom(): void {
    const start = this.ranges()[0]?.[0];
    const before = this.video.currentTime - 1;
    if (start !== undefined && before > start) {
      this.buffer?.remove(start, before);
    } else {
      this.fail('quota');
    }
  }

  private fail(reason: unknown): void {
    if (!this.closed) {
      this.listener.failed(reason instanceof Error ? reason.message : String(reason));
    }
  }
}
