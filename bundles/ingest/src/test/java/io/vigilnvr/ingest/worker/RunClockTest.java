package io.vigilnvr.ingest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.ingest.worker.RunClock.Verdict;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RunClockTest {
  private static final long WALL = 1_700_000_000_000_000L;
  private static final long FRAME_MICROS = 40_000;
  private static final int FRAME_TICKS = 3600;
  private static final long ZERO = 5_000_000_000L;

  private final RunClock clock = new RunClock(new int[] {90_000, 48_000}, 1, ZERO, WALL, 0);
  private long nanos;
  private long ticks = ZERO;
  private long wallOffset = WALL;
  private boolean begins = true;

  private Verdict next() {
    return clock.next(1, begins, ticks, wallOffset + nanos / 1000, nanos);
  }

  private void pass(long micros) {
    nanos += TimeUnit.MICROSECONDS.toNanos(micros);
  }

  /** So many frames of a camera whose clock is off by so much; the last verdict. */
  private Verdict run(int frames, double ppm) {
    Verdict verdict = Verdict.GOOD;
    for (int i = 0; i < frames && verdict == Verdict.GOOD; i++) {
      verdict = next();
      pass(Math.round(FRAME_MICROS * (1 - ppm / 1e6)));
      ticks += FRAME_TICKS;
    }
    return verdict;
  }

  private long lead() {
    return clock.capturedMicros(1, clock.dtsTicks(1)) - (wallOffset + nanos / 1000);
  }

  @Test
  void countsFromTheStartOfTheRun() {
    assertThat(run(26, 0)).isEqualTo(Verdict.GOOD);
    assertThat(clock.dtsTicks(1)).isEqualTo(25 * FRAME_TICKS);
    assertThat(clock.ticks(1, ZERO + 7200)).isEqualTo(7200);
    assertThat(clock.capturedMicros(1, 90_000)).isEqualTo(WALL + 1_000_000);
    assertThat(clock.next(2, false, ZERO / 90_000 * 48_000 + 48_000, WALL, nanos))
        .isEqualTo(Verdict.GOOD);
    assertThat(clock.dtsTicks(2)).isBetween(21_000L, 48_000L);
  }

  @Test
  void followsACameraWhoseClockIsALittleOff() {
    assertThat(run(25 * 3600, 120)).isEqualTo(Verdict.GOOD);
    assertThat(Math.abs(lead())).isLessThan(60_000);
    assertThat(run(25 * 3600, -120)).isEqualTo(Verdict.GOOD);
    assertThat(Math.abs(lead())).isLessThan(60_000);
  }

  @Test
  void neverSlewsFasterThanFiveHundredMillionths() {
    run(250, 0);
    wallOffset += 1_500_000; // less than a step
    long before = 0;
    for (int second = 0; second < 600; second++) {
      assertThat(run(25, 0)).isEqualTo(Verdict.GOOD);
      long now = clock.capturedMicros(1, clock.dtsTicks(1));
      if (before != 0) {
        assertThat(now - before).isBetween(999_490L, 1_000_510L);
      }
      before = now;
    }
    assertThat(lead()).isGreaterThan(-1_500_000);
  }

  @Test
  void endsTheRunWhenTheWallClockIsSet() {
    run(100, 0);
    wallOffset += 3_600_000_000L;
    assertThat(next()).isEqualTo(Verdict.STEP);
  }

  @Test
  void endsTheRunWhenTheWallClockIsSetBack() {
    run(100, 0);
    wallOffset -= 2_100_000;
    assertThat(next()).isEqualTo(Verdict.STEP);
  }

  /** A GOP would be lost else, each time. */
  @Test
  void aStepWaitsForAUnitThatARunMayBeginWith() {
    run(100, 0);
    wallOffset += 3_600_000_000L;
    begins = false;
    assertThat(run(1000, 0)).isEqualTo(Verdict.GOOD);
    assertThat(lead()).isBetween(-3_600_100_000L, -3_599_900_000L);
    begins = true;
    assertThat(next()).isEqualTo(Verdict.STEP);
  }

  /** A network that is too slow for ten seconds, and then not. */
  @Test
  void aDelayThatIsOverBeforeThatIsNoStep() {
    run(100, 0);
    begins = false;
    pass(2_500_000);
    assertThat(run(250, 0)).isEqualTo(Verdict.GOOD);
    for (int i = 0; i < 62; i++) {
      assertThat(next()).isEqualTo(Verdict.GOOD);
      ticks += FRAME_TICKS;
    }
    assertThat(run(250, 0)).isEqualTo(Verdict.GOOD);
    begins = true;
    assertThat(run(250, 0)).isEqualTo(Verdict.GOOD);
  }

  @Test
  void endsTheRunOfACameraWhoseSecondsAreFarTooShort() {
    assertThat(run(25 * 600, 10_000)).isEqualTo(Verdict.STEP);
  }

  @Test
  void endsTheRunWhenTimestampsJump() {
    run(100, 0);
    ticks += 3 * 90_000;
    assertThat(next()).isEqualTo(Verdict.JUMP);
  }

  @Test
  void endsTheRunWhenTimestampsGoBack() {
    run(100, 0);
    ticks -= 90_000;
    assertThat(next()).isEqualTo(Verdict.JUMP);
  }

  @Test
  void takesAPauseForAPause() {
    run(100, 0);
    pass(2_900_000);
    ticks += 2_900 * 90;
    assertThat(next()).isEqualTo(Verdict.GOOD);
  }

  @Test
  void takesWhatComesLateAndThenAllAtOnce() {
    run(100, 0);
    pass(2_500_000);
    for (int i = 0; i < 62; i++) {
      assertThat(next()).isEqualTo(Verdict.GOOD);
      ticks += FRAME_TICKS;
    }
    assertThat(run(1000, 0)).isEqualTo(Verdict.GOOD);
    assertThat(Math.abs(lead())).isLessThan(100_000);
  }

  @Test
  void letsDecodingTimesRiseAlways() {
    run(10, 0);
    long last = clock.dtsTicks(1);
    for (int step : new int[] {0, -1000, 500, 0, 0}) {
      ticks += step;
      assertThat(next()).isEqualTo(Verdict.GOOD);
      assertThat(clock.dtsTicks(1)).isGreaterThan(last);
      last = clock.dtsTicks(1);
    }
  }
}
