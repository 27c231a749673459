package io.vigilnvr.live.internal;

import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.api.camera.CameraStatus;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says who may watch what, at the beginning and all the time afterwards. */
final class Gate {
  /** Streams of a camera do not start all at the same moment. */
  private static final Duration STREAMS_START = Duration.ofSeconds(5);

  private final Services services;
  private final Clock clock;

  Gate(Services services, Clock clock) {
    this.services = services;
    this.clock = clock;
  }

  Identity identify(Credential credential) throws RefusedException {
    try {
      return credential
          .identity(present(services.accounts()))
          .orElseThrow(() -> new RefusedException(Problem.NOT_SIGNED_IN));
    } catch (StoreUnavailableException e) {
      throw new RefusedException(Problem.UNAVAILABLE);
    }
  }

  /** A foreign camera is as one that is not there. */
  void check(Identity identity, CameraId camera) throws RefusedException {
    if (!present(services.access()).allows(identity, Action.VIEW_LIVE, camera)
        || present(services.cameras()).camera(camera).isEmpty()) {
      throw new RefusedException(Problem.NOT_FOUND);
    }
  }

  /**
   * The stream that a request names, if they may watch it.
   *
   * @param role the main one if it is not said
   */
  StreamId stream(Identity identity, String camera, @Nullable String role) throws RefusedException {
    CameraId id;
    try {
      id = new CameraId(camera);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Problem.NOT_FOUND);
    }
    check(identity, id);
    try {
      return new StreamId(id, role == null ? StreamRole.MAIN : StreamRole.of(role));
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Problem.BAD_STREAM);
    }
  }

  /** Whether a camera that is well does not have this stream: then waiting for it is of no use. */
  boolean isMissing(StreamId stream) {
    var hub = services.hub();
    var cameras = services.cameras();
    if (hub.isEmpty() || cameras.isEmpty() || hub.get().status(stream).isPresent()) {
      return false;
    }
    try {
      CameraStatus status = cameras.get().status(stream.camera());
      return status.state() == CameraState.STREAMING
          && status.since().plus(STREAMS_START).isBefore(clock.instant());
    } catch (NoSuchElementException e) {
      return false;
    }
  }

  private static <T> T present(Optional<T> service) throws RefusedException {
    return service.orElseThrow(() -> new RefusedException(Problem.UNAVAILABLE));
  }
}
