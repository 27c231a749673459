package io.vigilnvr.rest.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventStore.Kept;
import io.vigilnvr.api.event.EventType;
import io.vigilnvr.api.record.RecordingPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An event as the API shows it.
 *
 * @param type motion, object, external or system
 * @param score how sure its source is, 0 to 1
 * @param endedAt null while it lasts
 * @param box where it was in the picture
 * @param detector null if another system reported it
 * @param clip the time that its clip covers
 * @param hasSnapshot whether there is a picture of it, or of its start in the recording
 * @param data what its source says of it
 */
record EventView(
    String id,
    String cameraId,
    @Means(EventType.class) String type,
    String label,
    @Nullable Double score,
    Instant startedAt,
    @Nullable Instant endedAt,
    List<String> zones,
    @Nullable BoxView box,
    @Nullable String detector,
    boolean reviewed,
    boolean retained,
    ClipView clip,
    boolean hasSnapshot,
    @Means(EventData.class) Map<String, Object> data) {
  /** Longer than any segment is open, and its row on the way. */
  private static final Duration UNSEALED = Duration.ofMinutes(3);

  /** In fractions of the picture's width and height, from the top left. */
  record BoxView(double x, double y, double width, double height) {}

  record ClipView(Instant from, Instant to) {}

  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  static EventView of(Backend backend, Kept kept) {
    return of(
        kept,
        id -> backend.cameras().camera(id),
        hasBest(backend, kept.event()) || hasPicture(backend, kept),
        backend.clock().instant());
  }

  /** Whether its best picture is kept. */
  static boolean hasBest(Backend backend, Event event) {
    try {
      return backend.eventReview().hasPicture(event.id(), event.startedAt());
    } catch (ProblemException e) {
      return false; // the log is away just now
    }
  }

  /** Whether its start is recorded. A segment has its row in the index once it is sealed. */
  static boolean hasPicture(Backend backend, Kept kept) {
    Instant start = kept.event().startedAt();
    if (kept.hasFootage() || start.isBefore(backend.clock().instant().minus(UNSEALED))) {
      return kept.hasFootage();
    }
    try {
      return Stream.of(StreamRole.values())
          .map(role -> new StreamId(kept.event().camera(), role))
          .anyMatch(
              stream ->
                  !backend.recordings().segments(stream, start, start.plusMillis(1)).isEmpty());
    } catch (ProblemException e) {
      return false; // the recorder is away just now
    }
  }

  private static EventView of(
      Kept kept, Function<CameraId, Optional<Camera>> cameras, boolean hasPicture, Instant now) {
    Event event = kept.event();
    return new EventView(
        event.id(),
        event.camera().value(),
        event.type().word(),
        event.label(),
        event.score().isPresent() ? event.score().getAsDouble() : null,
        event.startedAt(),
        event.endedAt().orElse(null),
        event.zones(),
        event
            .box()
            .map(box -> new BoxView(box.x(), box.y(), box.width(), box.height()))
            .orElse(null),
        event.detector().orElse(null),
        event.reviewed(),
        event.retained(),
        clip(event, plan(cameras.apply(event.camera())), now),
        hasPicture,
        event.data());
  }

  private static RecordingPlan plan(Optional<Camera> camera) {
    return camera.map(Camera::recording).orElse(RecordingPlan.DEFAULT);
  }

  /** From before it up to after it, or up to now while it lasts. */
  private static ClipView clip(Event event, RecordingPlan plan, Instant now) {
    Instant last = event.endedAt().map(end -> end.plus(plan.postRoll())).orElse(now);
    Instant from = event.startedAt().minus(plan.preRoll());
    // What has no length is a moment yet.
    return new ClipView(from, last.isAfter(from) ? last : from.plusSeconds(1));
  }

  Map<String, Object> json() {
    return Json.MAPPER.convertValue(this, OBJECT);
  }
}
