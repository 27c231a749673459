package io.vigilnvr.ingest.worker;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The time of one run. Durations come from the camera's timestamps, the anchor from the recorder's
 * wall clock, and the difference of both clocks' speeds is slewed away by at most 500 ppm, so that
 * time within a run neither jumps nor goes back. What cannot be slewed ends the run. Not
 * thread-safe.
 */
final class RunClock {
  /** What a unit's times mean for the run. */
  enum Verdict {
    GOOD,
    /** The camera's timestamps went back, or jumped. */
    JUMP,
    /** The wall clock was set, or the camera's runs far too fast or slow. */
    STEP
  }

  /** Fastest correction; not visible, and more than quartz clocks differ. */
  private static final double MAX_SLEW = 500e-6;

  private static final long STEP_MICROS = TimeUnit.SECONDS.toMicros(2);
  private static final long JUMP_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** The least delayed unit of so much time tells how late the stream is. */
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Steps back of less than a part in so many of a second are repaired. */
  private static final int REPAIRED_PART = 20;

  private final int[] timescales;
  private final long[] zeroTicks;
  private final long[] lastDtsTicks;
  private final long[] lastNanos;
  private final int primary;
  private final long anchorMicros;

  private long wallOffsetMicros;
  private double slewedMicros;
  private double slew;
  private long windowStartNanos;
  private long leastDelayMicros = Long.MAX_VALUE;

  /** Whether the last window was later, or earlier, than can be slewed away. */
  private boolean far;

  /**
   * Starts a run.
   *
   * @param timescales by track number less one
   * @param primary number of the primary track
   * @param dtsTicks decoding time of its first unit, which becomes zero
   * @param wallMicros the wall clock, since 1970
   * @param nanos the monotonic clock
   */
  RunClock(int[] timescales, int primary, long dtsTicks, long wallMicros, long nanos) {
    this.timescales = timescales.clone();
    this.primary = primary;
    anchorMicros = wallMicros;
    wallOffsetMicros = wallMicros - nanos / 1000;
    windowStartNanos = nanos;
    zeroTicks = new long[timescales.length];
    lastDtsTicks = new long[timescales.length];
    lastNanos = new long[timescales.length];
    Arrays.fill(lastDtsTicks, Long.MIN_VALUE);
    for (int i = 0; i < timescales.length; i++) {
      zeroTicks[i] = scale(dtsTicks, timescales[i], timescales[primary - 1]);
    }
  }

  /**
   * Judges the next unit of a track, and slews. After anything but GOOD the run is over. A step
   * waits for a unit that the next run may begin with: those in between would belong to none.
   *
   * @param begins whether a run may begin with the unit
   */
  Verdict next(int track, boolean begins, long dtsTicks, long wallMicros, long nanos) {
    long offsetMicros = wallMicros - nanos / 1000;
    boolean set = Math.abs(offsetMicros - wallOffsetMicros) > STEP_MICROS;
    if (begins && (set || far)) {
      return Verdict.STEP;
    }
    if (!set) {
      wallOffsetMicros = offsetMicros;
    }
    int timescale = timescales[track - 1];
    long last = lastDtsTicks[track - 1];
    if (last != Long.MIN_VALUE) {
      long delta = dtsTicks - zeroTicks[track - 1] - last;
      long mediaNanos = nanos(delta, timescale);
      if (delta < -timescale / REPAIRED_PART
          || mediaNanos - (nanos - lastNanos[track - 1]) > JUMP_NANOS) {
        return Verdict.JUMP;
      }
      if (track == primary && delta > 0) {
        slewedMicros += slew * (mediaNanos / 1000.0);
      }
    }
    lastDtsTicks[track - 1] = Math.max(last + 1, dtsTicks - zeroTicks[track - 1]);
    lastNanos[track - 1] = nanos;
    if (track == primary) {
      slew(nanos / 1000 + wallOffsetMicros, nanos);
    }
    return Verdict.GOOD;
  }

  private void slew(long wallMicros, long nanos) {
    leastDelayMicros =
        Math.min(leastDelayMicros, wallMicros - capturedMicros(primary, dtsTicks(primary)));
    if (nanos - windowStartNanos < WINDOW_NANOS) {
      return;
    }
    far = Math.abs(leastDelayMicros) > STEP_MICROS;
    slew = Math.max(-MAX_SLEW, Math.min(MAX_SLEW, leastDelayMicros * 1000.0 / (2 * WINDOW_NANOS)));
    windowStartNanos = nanos;
    leastDelayMicros = Long.MAX_VALUE;
  }

  /** Decoding time of the unit that was judged last, in the run's ticks; always rises. */
  long dtsTicks(int track) {
    return lastDtsTicks[track - 1];
  }

  /** A time of the camera's in the run's ticks. */
  long ticks(int track, long ticks) {
    return ticks - zeroTicks[track - 1];
  }

  /** When a time of the run was, in microseconds since 1970. */
  long capturedMicros(int track, long runTicks) {
    return anchorMicros + nanos(runTicks, timescales[track - 1]) / 1000 + Math.round(slewedMicros);
  }

  private static long nanos(long ticks, int timescale) {
    return scale(ticks, 1_000_000_000, timescale);
  }

  /** {@code ticks * to / from}, rounded down, without overflow for centuries of ticks. */
  private static long scale(long ticks, int to, int from) {
    long seconds = Math.floorDiv(ticks, (long) from);
    return seconds * to + Math.floorMod(ticks, (long) from) * to / from;
  }
}
