package io.vigilnvr.media.codec;

/**
 * Finds decoding times for pictures that come in decoding order with presentation times only, as
 * RTP carries them. With pictures out of order by at most n, the decoding time of each is the
 * smallest presentation time of the last n + 1: never later than its own presentation, and never
 * before the last one's. If more turn out to be out of order than the stream promised, n grows to
 * as many as were decoded before a picture and are shown after it; the few times that would go back
 * then are moved on instead. Not thread-safe.
 */
public final class DecodingTimes {
  private static final int MOST = 16; // H.264, A.3.1; H.265, A.4.2

  /** Longer than any reordering: the camera set its clock. */
  private static final long JUMP_TICKS = 2 * 90_000;

  /**
   * Presentation times of the last pictures, in order; from {@code depth} to MOST between calls.
   */
  private final long[] window = new long[MOST + 1];

  private int depth;
  private int count;
  private long lastPts;
  private long lastDts = Long.MIN_VALUE;

  /**
   * @param depth how many pictures may be out of order, as far as the stream says
   */
  public DecodingTimes(int depth) {
    this.depth = Math.min(depth, MOST);
  }

  /**
   * The next picture's, in ticks of 1/90000 s.
   *
   * @param frameTicks how long a picture is shown, roughly: before the first ones
   */
  public long next(long pts, long frameTicks) {
    if (lastDts == Long.MIN_VALUE || Math.abs(pts - lastPts) > JUMP_TICKS) {
      for (count = 0; count < depth; count++) {
        window[count] = pts - (depth - count) * frameTicks;
      }
      lastDts = Long.MIN_VALUE;
    }
    lastPts = pts;
    int at = count;
    while (at > 0 && window[at - 1] >= pts) {
      window[at] = window[at - 1];
      at--;
    }
    window[at] = pts;
    depth = Math.max(depth, count - at);
    count++;
    long dts = window[count - 1 - depth];
    if (count > MOST) {
      count--;
      System.arraycopy(window, 1, window, 0, count);
    }
    lastDts = Math.max(dts, lastDts + 1);
    return lastDts;
  }
}
