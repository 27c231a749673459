package io.vigilnvr.record.internal;

import io.vigilnvr.api.plugin.Configured;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the engine goes by.
 *
 * @param segmentLength a segment ends at the first keyframe after it
 * @param patience how long an open file waits for its stream to go on
 * @param reserveBytes never used on a volume; less on one smaller than twenty times as much
 * @param queueBytes the most that waits for a slow disk, for each stream
 * @param rehashed how many segments of each volume are read again each night
 */
record RecordSettings(
    Duration segmentLength, Duration patience, long reserveBytes, long queueBytes, int rehashed) {
  static final String PID = "vigil.record";

  /** Slack above the reserve, so that a purge is rare and has time. */
  private static final long SLACK = 1L << 30;

  static RecordSettings of(Map<String, ?> properties, Consumer<String> refusals) {
    var given = new Configured(PID, RecordConfig.class, properties, refusals);
    return new RecordSettings(
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        (long) given.whole("reserveMebibytes", 16, 1 << 20) << 20,
        64L << 20,
        given.whole("rehashedEachNight", 0, 100_000));
  }

  /** The reserve on a volume of this size: a twentieth of a small one. */
  long reserve(long totalBytes) {
    return Math.min(reserveBytes, totalBytes / 20);
  }

  /**
   * What is kept free beyond the reserve for what comes: a fixed slack or an hour of it, whichever
   * is more, but never more than a tenth of the volume.
   */
  long kept(long totalBytes, double bytesPerSecond) {
    long slack = Math.min(SLACK, totalBytes / 20);
    long hour = Math.round(Math.min(bytesPerSecond * 3600, totalBytes / 10.0));
    return reserve(totalBytes) + Math.max(slack, hour);
  }
}
