package io.vigilnvr.api.event;

import io.vigilnvr.api.camera.CameraId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which events are asked for: those that fit all that is given.
 *
 * @param cameras the only ones that count; empty for all
 * @param zone name of a zone that it touched
 * @param from those that started then or later
 * @param to those that started before
 */
public record EventFilter(
    Optional<Set<CameraId>> cameras,
    Optional<EventType> type,
    Optional<String> label,
    Optional<String> zone,
    Optional<Instant> from,
    Optional<Instant> to,
    Optional<Boolean> reviewed) {
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
}
