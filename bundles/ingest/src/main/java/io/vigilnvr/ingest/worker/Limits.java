package io.vigilnvr.ingest.worker;

import java.time.Duration;

/**
 * The times and sizes a worker goes by.
 *
 * @param connect from the start of a connection to its first unit
 * @param watchdog since the last unit of the primary track
 * @param lease how long a worker goes on without a platform
 * @param ring what a stream keeps
 */
record Limits(Duration connect, Duration watchdog, Duration lease, Ring.Bounds ring) {
  /**
   * A frozen camera is noticed by nobody else: GStreamer takes 26 s, and 20 s for one that accepts
   * but never answers.
   */
  static final Limits DEFAULT =
      new Limits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(3),
          Duration.ofMinutes(2),
          Ring.Bounds.DEFAULT);
}
