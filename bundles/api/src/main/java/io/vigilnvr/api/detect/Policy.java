package io.vigilnvr.api.detect;

import io.vigilnvr.api.event.EventType;
import java.time.Duration;
import java.util.Map;

/**
 * What of a session's detections counts, and when they become an event. The engine enforces it.
 *
 * @param type {@link EventType#MOTION}: all that is seen at a time is one event, whatever its
 *     place. {@link EventType#OBJECT}: each thing is followed from frame to frame, and is one event
 * @param labels what counts; empty for everything that reaches {@code otherwise}
 * @param otherwise for labels that are not named, if no label is
 * @param hits seen in so many of the last {@code outOf} frames, it is an event
 * @param offDelay not seen for so long, the event is over
 * @param onlyInZones whether it only counts in a zone of the camera, if the camera has zones
 * @param onMotion whether frames are wanted only while a detector of motion sees some, if the
 *     camera has one
 * @param silent whether it makes no events, and only says when others are to look
 */
public record Policy(
    EventType type,
    Map<String, Least> labels,
    Least otherwise,
    int hits,
    int outOf,
    Duration offDelay,
    boolean onlyInZones,
    boolean onMotion,
    boolean silent) {
  /**
   * What a detection must reach.
   *
   * @param score 0 to 1
   * @param area of its box, as a fraction of the picture
   */
  public record Least(double score, double area) {
    /** Everything. */
    public static final Least NOTHING = new Least(0, 0);
  }

  public Policy {
    labels = Map.copyOf(labels);
    if (type != EventType.MOTION && type != EventType.OBJECT) {
      throw new IllegalArgumentException("a detector makes no events of type " + type.word());
    }
    if (hits < 1 || outOf < hits || outOf > 100) {
      throw new IllegalArgumentException("not so many of so many: " + hits + " of " + outOf);
    }
  }
}
