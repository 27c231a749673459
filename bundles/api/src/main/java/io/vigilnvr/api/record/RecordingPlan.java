package io.vigilnvr.api.record;

import io.vigilnvr.api.camera.StreamRole;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What is to be recorded of a camera, and how long it is kept.
 *
 * @param mode id of a {@link Recorder}, e.g. {@code continuous}, or {@code off}
 * @param stream which of the camera's streams
 */
public record RecordingPlan(
    String mode, StreamRole stream, Duration preRoll, Duration postRoll, Retention retention) {
  /** Nothing is recorded. */
  public static final String OFF = "off";

  /** Everything of the main stream, for a week. */
  public static final RecordingPlan DEFAULT =
      new RecordingPlan(
          "continuous",
          StreamRole.MAIN,
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          new Retention(7, 30, OptionalLong.empty(), 0));

  /**
   * How long recordings are kept. Days are fractions of 24 hours.
   *
   * @param continuousDays greatest age of footage without events
   * @param eventDays greatest age of footage of events
   * @param maxBytes the most that the camera may use, if limited
   * @param minDays younger footage is never removed, even if the disk is full
   * @param labelDays greatest age of footage of events with a label, where that is more
   * @param zoneDays greatest age of footage of events in a zone, where that is more
   */
  public record Retention(
      double continuousDays,
      double eventDays,
      OptionalLong maxBytes,
      double minDays,
      Map<String, Double> labelDays,
      Map<String, Double> zoneDays) {
    public Retention {
      labelDays = Map.copyOf(labelDays);
      zoneDays = Map.copyOf(zoneDays);
    }

    /** All events alike. */
    public Retention(
        double continuousDays, double eventDays, OptionalLong maxBytes, double minDays) {
      this(continuousDays, eventDays, maxBytes, minDays, Map.of(), Map.of());
    }
  }
}
