/** A picture of a moment, or that there is none. */
export type Thumbnail = { readonly url: string; readonly at: number | undefined } | 'none';

export type Fetch = (url: string, init: { signal: AbortSignal }) => Promise<Response>;

const KEPT = 80;
/** After this long without moving, the hand means this place. */
const PAUSE_MS = 70;
const TIRED_MS = 15_000;
const RECENT_MS = 60_000;
/** So late after its beginning a recording has a picture for certain. */
const FIRST_MS = 2_000;

/**
 * Pictures for under the pointer: asked for when it rests, only the newest at a time, and kept for
 * when it comes back. What the server cannot do now is not asked for again for a while.
 */
export class Thumbnails {
  private readonly kept = new Map<string, Thumbnail>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: AbortController | undefined;
  private tiredUntil = 0;
  private wanted = '';

  constructor(
    private readonly base: string,
    private readonly width: number,
    private readonly load: Fetch = (url, init) => fetch(url, init),
    private readonly now: () => number = Date.now,
  ) {}

  /** Neighbouring pixels share a picture; coarse views share more, but none from before a recording has a picture. */
  static rounded(time: number, millisecondsPerPixel: number, began = -Infinity): number {
    const grain = Math.max(1000, 2 ** Math.ceil(Math.log2(millisecondsPerPixel * 4)));
    return Math.max(Math.min(time, began + FIRST_MS), Math.floor(time / grain) * grain);
  }

  peek(camera: string, at: number): Thumbnail | undefined {
    return this.kept.get(`${camera}@${at}`);
  }

  /** Calls back when there is an answer, unless another was asked for first. */
  ask(camera: string, at: number, done: (thumbnail: Thumbnail) => void): void {
    const key = `${camera}@${at}`;
    if (key === this.wanted && (this.timer !== undefined || this.running)) {
      return;
    }
    this.cancel();
    const known = this.kept.get(key);
    if (known) {
      done(known);
      return;
    }
    if (this.now() < this.tiredUntil) {
      return;
    }
    this.wanted = key;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.fetchOne(camera, at, key, done);
    }, PAUSE_MS);
  }

  cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.running?.abort();
    this.running = undefined;
    this.wanted = '';
  }

  close(): void {
    this.cancel();
    for (const one of this.kept.values()) {
      release(one);
    }
    this.kept.clear();
  }

  private async fetchOne(
    camera: string,
    at: number,
    key: string,
    done: (thumbnail: Thumbnail) => void,
  ): Promise<void> {
    const abort = new AbortController();
    this.running = abort;
    const query = `at=${new Date(at).toISOString()}&width=${this.width}`;
    try {
      const answer = await this.load(`${this.base}/cameras/${camera}/preview.jpg?${query}`, {
        signal: abort.signal,
      });
      if (answer.ok) {
        const picture = await answer.blob();
        if (!abort.signal.aborted) {
          const time = Date.parse(answer.headers.get('X-Vigil-Time') ?? '');
          const thumbnail = {
            url: URL.createObjectURL(picture),
            at: Number.isNaN(time) ? undefined : time,
          };
          this.keep(key, thumbnail);
          done(thumbnail);
        }
      } else if (answer.status === 404) {
        // What was recorded just now may have a picture in a moment.
        if (at < this.now() - RECENT_MS) {
          this.keep(key, 'none');
        }
        done('none');
      } else {
        this.tiredUntil = this.now() + TIRED_MS;
      }
    } catch {
      if (!abort.signal.aborted) {
        this.tiredUntil = this.now() + TIRED_MS;
      }
    } finally {
      if (this.running === abort) {
        this.running = undefined;
      }
    }
  }

  private keep(key: string, thumbnail: Thumbnail): void {
    this.kept.set(key, thumbnail);
    if (this.kept.size > KEPT) {
      const [oldest, value] = this.kept.entries().next().value as [string, Thumbnail];
      this.kept.delete(oldest);
      release(value);
    }
  }
}

function release(thumbnail: Thumbnail): void {
  if (thumbnail !== 'none') {
    URL.revokeObjectURL(thumbnail.url);
  }
}
