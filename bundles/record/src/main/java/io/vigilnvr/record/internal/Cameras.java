package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraObserver;
import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.api.camera.CameraStatus;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.RecordingPlan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is known of cameras: their plans, and what their states say about gaps. Thread-safe. */
final class Cameras implements CameraObserver {
  /** A camera as young as this was never without its plan. */
  private static final Duration NEW = Duration.ofMinutes(1);

  private final Map<CameraId, Camera> cameras = new ConcurrentHashMap<>();
  private final Conditions conditions;
  private final Clock clock;
  private final Instant startedAt;

  /** Cameras that said how they are, or were added, in this life. */
  private final Set<CameraId> asked = ConcurrentHashMap.newKeySet();

  Cameras(Conditions conditions, Clock clock) {
    this.conditions = conditions;
    this.clock = clock;
    this.startedAt = LedgerBook.millis(clock.instant());
  }

  @Override
  public void changed(Camera camera) {
    cameras.put(camera.id(), camera);
    if (camera.recording().mode().equals(RecordingPlan.OFF)) {
      conditions.begin(camera.id(), Conditions.Source.PLAN, GapCause.NOT_SCHEDULED, since(camera));
    } else {
      conditions.end(camera.id(), Conditions.Source.PLAN, clock.instant());
    }
  }

  private Instant since(Camera camera) {
    Instant now = clock.instant();
    boolean young = camera.createdAt().plus(NEW).isAfter(now);
    return young && camera.createdAt().isBefore(now) ? camera.createdAt() : now;
  }

  @Override
  public void removed(CameraId camera) {
    cameras.remove(camera);
    asked.remove(camera);
    conditions.endAll(camera, clock.instant());
  }

  @Override
  public void status(CameraId camera, CameraStatus status) {
    Instant now = clock.instant();
    Instant since = status.since().isAfter(now) ? now : status.since();
    Optional<GapCause> cause = causeOf(status.state());
    if (status.state() != CameraState.CONNECTING || isNew(camera)) {
      asked.add(camera);
    } else if (!asked.contains(camera)) {
      // It may have been well all the time: that nothing is recorded is due to the start.
      cause = Optional.of(GapCause.PLATFORM);
    }
    if (cause.isPresent()) {
      conditions.begin(camera, Conditions.Source.STATUS, cause.get(), since);
    } else {
      conditions.end(camera, Conditions.Source.STATUS, since);
    }
  }

  /** Whether it was added in this life. */
  private boolean isNew(CameraId id) {
    return camera(id).map(camera -> !camera.createdAt().isBefore(startedAt)).orElse(false);
  }

  private static Optional<GapCause> causeOf(CameraState state) {
    return switch (state) {
      case STREAMING -> Optional.empty();
      case DISABLED -> Optional.of(GapCause.DISABLED);
      case UNAUTHORIZED -> Optional.of(GapCause.UNAUTHORIZED);
      case STALLED -> Optional.of(GapCause.STALLED);
      case CONNECTING, BACKOFF, ERROR -> Optional.of(GapCause.OFFLINE);
    };
  }

  Optional<Camera> camera(CameraId id) {
    return Optional.ofNullable(cameras.get(id));
  }

  List<Camera> all() {
    return List.copyOf(cameras.values());
  }

  /** The plan that a stream is to be recorded by, if it is. */
  Optional<RecordingPlan> plan(StreamId stream) {
    return camera(stream.camera())
        .map(Camera::recording)
        .filter(plan -> !plan.mode().equals(RecordingPlan.OFF))
        .filter(plan -> plan.stream() == stream.role());
  }
}
