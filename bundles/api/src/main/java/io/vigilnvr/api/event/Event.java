package io.vigilnvr.api.event;

import io.vigilnvr.api.camera.CameraId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Something that happened before a camera.
 *
 * @param id opaque: lower-case letters and digits
 * @param label what it was, in a word, e.g. {@code person}
 * @param score how sure its source is, 0 to 1
 * @param endedAt empty while it lasts
 * @param zones names of the camera's zones that it touched
 * @param box where it was in the picture
 * @param detector id of the detector that found it; empty if another system reported it
 * @param reviewed whether somebody has seen to it
 * @param retained whether somebody wants it kept
 * @param data what its source says of it, as JSON: String, Number, Boolean, List, Map, null
 */
public record Event(
    String id,
    CameraId camera,
    EventType type,
    String label,
    OptionalDouble score,
    Instant startedAt,
    Optional<Instant> endedAt,
    List<String> zones,
    Optional<Box> box,
    Optional<String> detector,
    boolean reviewed,
    boolean retained,
    Map<String, Object> data) {
  public Event {
    zones = List.copyOf(zones);
    data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
  }

  /** A part of the picture, in fractions of its width and height; the origin is at the top left. */
  public record Box(double x, double y, double width, double height) {}

  /** The same, ended. */
  public Event ended(Instant at) {
    return new Event(
        id,
        camera,
        type,
        label,
        score,
        startedAt,
        Optional.of(at),
        zones,
        box,
        detector,
        reviewed,
        retained,
        data);
  }

  /** The same, with other marks. */
  public Event marked(boolean isReviewed, boolean isRetained) {
    return new Event(
        id,
        camera,
        type,
        label,
        score,
        startedAt,
        endedAt,
        zones,
        box,
        detector,
        isReviewed,
        isRetained,
        data);
  }
}
