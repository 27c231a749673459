package io.vigilnvr.detect.internal;

import java.time.Duration;

/**
 * How long is too long.
 *
 * @param blocked for a detector to look at a frame
 * @param opening for it to open
 * @param firstPause before it is opened again after it failed; doubles with each failure
 * @param longestPause the most that it doubles to
 * @param silence without frames, beside the delay after which an event is over; long enough for a
 *     busy machine to start another worker
 * @param settled a stream is taken in place of another one once it flows alone for so long
 */
record Limits(
    Duration blocked,
    Duration opening,
    Duration firstPause,
    Duration longestPause,
    Duration silence,
    Duration settled) {
  static final Limits USUAL =
      new Limits(
          Duration.ofSeconds(10),
          Duration.ofMinutes(2),
          Duration.ofSeconds(1),
          Duration.ofMinutes(1),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5));
}
