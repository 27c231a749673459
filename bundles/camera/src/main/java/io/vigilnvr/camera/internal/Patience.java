package io.vigilnvr.camera.internal;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long the supervisor waits for what.
 *
 * @param least before the first new try
 * @param most between tries that keep failing
 * @param unauthorized between tries with a login that was refused: cameras lock accounts
 * @param replacement for which the streams of a driver that went are kept: a newer version of it
 *     comes within that time, and then not one unit is missing
 * @param healthy a session that lasted that long starts the back-off anew
 */
record Patience(
    Duration least, Duration most, Duration unauthorized, Duration replacement, Duration healthy) {
  static final Patience DEFAULT =
      new Patience(
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofSeconds(3),
          Duration.ofSeconds(30));

  /** Doubles with each failure; the upper half is random, so that cameras do not come in step. */
  Duration backOff(int failures) {
    long ceiling = least.toMillis() << Math.min(failures, 16);
    long capped = Math.min(ceiling, most.toMillis());
    long jittered = capped / 2 + ThreadLocalRandom.current().nextLong(capped / 2 + 1);
    return Duration.ofMillis(Math.max(least.toMillis(), jittered));
  }
}
