import type { StreamRole } from './messages';

/** One way to see a camera. */
export interface Attempt {
  readonly stream: StreamRole;
  /** The server decodes and encodes it again: costs it much, so it comes last. */
  readonly transcode: boolean;
}

export function firstAttempt(wanted: StreamRole): Attempt {
  return { stream: wanted, transcode: false };
}

/**
 * The ways to see a camera, best first. The other stream comes before transcoding: it is there
 * anyway. Transcoding takes the stream that was wanted, unless the camera has no such stream.
 */
export class Attempts {
  private readonly missing = new Set<StreamRole>();
  private readonly undecodable = new Set<string>();
  private readonly order: Attempt[];

  constructor(wanted: StreamRole) {
    const other = wanted === 'main' ? 'sub' : 'main';
    this.order = [
      firstAttempt(wanted),
      firstAttempt(other),
      { stream: wanted, transcode: true },
      { stream: other, transcode: true },
    ];
  }

  /** The best way that is not known to fail. */
  current(): Attempt | undefined {
    return this.order.find(
      (attempt) => !this.missing.has(attempt.stream) && !this.undecodable.has(key(attempt)),
    );
  }

  noSuchStream(attempt: Attempt): void {
    if (attempt.transcode) {
      this.undecodable.add(key(attempt));
    } else {
      this.missing.add(attempt.stream);
    }
  }

  notPlayable(attempt: Attempt): void {
    this.undecodable.add(key(attempt));
  }

  /** Why the stream that was wanted is not the one that is shown. */
  detour(): 'none' | 'codec' | 'missing' {
    const wanted = this.order[0];
    const current = this.current();
    if (wanted === undefined || current === wanted) {
      return 'none';
    }
    return this.missing.has(wanted.stream) ? 'missing' : 'codec';
  }
}

function key(attempt: Attempt): string {
  return `${attempt.stream}${attempt.transcode ? '+transcode' : ''}`;
}
