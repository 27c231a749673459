package io.vigilnvr.api.event;

import io.vigilnvr.api.camera.CameraId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Which events are asked for: those that fit all that is given.
 *
 * @param cameras the only ones that count; empty for all
 * @param zone name of a zone that it touched
 * @param from those that started then or later
 * @param to those that started before
 * @param detector id of the detector that found it
 * @param minScore those whose source is at least that sure; not those whose source does not say
 */
public record EventFilter(
    Optional<Set<CameraId>> cameras,
    Optional<EventType> type,
    Optional<String> label,
    Optional<String> zone,
    Optional<Instant> from,
    Optional<Instant> to,
    Optional<Boolean> reviewed,
    Optional<Boolean> retained,
    Optional<String> detector,
    OptionalDouble minScore) {
  /** Everything. */
  public static final EventFilter ALL =
      new EventFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public EventFilter {
    cameras = cameras.map(Set::copyOf);
  }

  /** With any mark of being retained, any detector, and any score. */
  public EventFilter(
      Optional<Set<CameraId>> cameras,
      Optional<EventType> type,
      Optional<String> label,
      Optional<String> zone,
      Optional<Instant> from,
      Optional<Instant> to,
      Optional<Boolean> reviewed) {
    this(
        cameras,
        type,
        label,
        zone,
        from,
        to,
        reviewed,
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty());
  }
}
