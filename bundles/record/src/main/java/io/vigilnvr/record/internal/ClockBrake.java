package io.vigilnvr.record.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * Tells whether ages can be believed: not while the wall clock is an hour or more away from where
 * it was, by the monotonic clock, and not in the first minutes after a start, when it may not have
 * been set yet. A jump is believed after a day. One thread.
 */
final class ClockBrake {
  static final Duration LARGEST_STEP = Duration.ofHours(1);
  static final Duration GRACE = Duration.ofMinutes(10);
  static final Duration BELIEVED_AFTER = Duration.ofDays(1);

  private final Clock clock;
  private final LongSupplier nanoTime;
  private final long startedAt;
  private Instant wall;
  private long mono;
  private Duration offset = Duration.ZERO;
  private long steppedAt;

  ClockBrake(Clock clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.wall = clock.instant();
    this.mono = nanoTime.getAsLong();
    this.startedAt = mono;
  }

  /** Whether nothing may be deleted for its age now. Is to be asked again and again. */
  boolean holds() {
    Instant nowWall = clock.instant();
    long nowMono = nanoTime.getAsLong();
    Duration step = Duration.between(wall, nowWall).minus(Duration.ofNanos(nowMono - mono));
    wall = nowWall;
    mono = nowMono;
    if (step.abs().compareTo(LARGEST_STEP) > 0) {
      offset = offset.plus(step);
      steppedAt = nowMono;
    }
    if (offset.abs().compareTo(LARGEST_STEP) > 0) {
      if (nowMono - steppedAt < BELIEVED_AFTER.toNanos()) {
        return true;
      }
      offset = Duration.ZERO;
    }
    return nowMono - startedAt < GRACE.toNanos();
  }
}
