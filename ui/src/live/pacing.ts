export type Range = readonly [start: number, end: number];

export interface Pace {
  /** Where to go on, if not here. */
  readonly seek?: number;
  readonly rate: number;
}

const FAR_BEHIND_SECONDS = 2;
const SETTLING_BEHIND_SECONDS = 0.4;
/** A browser puts a picture on the screen a frame of the screen or two after it was decoded. */
const CALM_MARGIN_SECONDS = 0.05;
/** Sound is taken from the buffer well before it is heard; with less, Chromium stops for it every few seconds. */
const CALM_MARGIN_WITH_SOUND_SECONDS = 0.2;
const WIDEST_MARGIN_SECONDS = 0.6;
const FASTEST = 1.1;
const SLOWEST = 0.95;
const WINDOW_MILLIS = 1500;

/**
 * Keeps a player as near to the newest picture as the network lets it. What counts is the margin: how
 * much was still to be shown when the next fragment arrived, at the worst of the last seconds. It holds
 * for any frame rate and any jitter. Too much margin is played away a little faster, too little is
 * earned by playing a little slower, and what cannot be made good that way is skipped.
 */
export class Pacer {
  private calm = CALM_MARGIN_SECONDS;
  private wanted = CALM_MARGIN_SECONDS;
  private rate = 1;
  private windowStart = 0;
  private worst = Infinity;
  private worstBefore = Infinity;

  /** A fragment came when there were still so many seconds to show. */
  arrived(remainingSeconds: number, nowMillis: number): void {
    if (nowMillis - this.windowStart > WINDOW_MILLIS) {
      this.worstBefore = this.worst;
      this.worst = Infinity;
      this.windowStart = nowMillis;
      this.wanted = Math.max(this.calm, this.wanted * 0.98);
    }
    this.worst = Math.min(this.worst, Math.max(0, remainingSeconds));
  }

  /** Whether sound is played with the pictures. */
  sounds(audio: boolean): void {
    this.calm = audio ? CALM_MARGIN_WITH_SOUND_SECONDS : CALM_MARGIN_SECONDS;
    this.wanted = Math.max(this.calm, this.wanted);
  }

  /** The picture stood still for want of data: keep more from now on. */
  starved(): void {
    this.wanted = Math.min(this.wanted * 1.5, WIDEST_MARGIN_SECONDS);
  }

  /** Another time line or place: what was measured no longer holds. */
  moved(): void {
    this.worst = Infinity;
    this.worstBefore = Infinity;
    this.rate = 1;
  }

  /** What is known of the margin; undefined before anything arrived. */
  margin(): number | undefined {
    const worst = Math.min(this.worst, this.worstBefore);
    return Number.isFinite(worst) ? worst : undefined;
  }

  /**
   * @param settling the first moments, in which the server sends all since the keyframe at once
   */
  decide(at: number, ranges: readonly Range[], settling: boolean): Pace {
    const newest = ranges[ranges.length - 1];
    if (newest === undefined) {
      return { rate: this.rate };
    }
    const [start, end] = newest;
    const distance = end - at;
    const limit = settling ? SETTLING_BEHIND_SECONDS : FAR_BEHIND_SECONDS + this.wanted;
    if (at < start - 0.02 || distance > limit || distance < -0.5) {
      this.moved();
      return { seek: Math.max(start, end - this.wanted - 0.05), rate: 1 };
    }
    return { rate: this.adjust() };
  }

  private adjust(): number {
    const margin = this.margin();
    if (margin === undefined) {
      return this.rate;
    }
    const excess = margin - this.wanted;
    if (excess > 0.03 || (this.rate > 1 && excess > 0.005)) {
      this.rate = Math.min(FASTEST, 1.02 + Math.round(excess * 20) / 100);
    } else if (excess < -0.03 || (this.rate < 1 && excess < -0.005)) {
      this.rate = SLOWEST;
    } else {
      this.rate = 1;
    }
    return this.rate;
  }
}
