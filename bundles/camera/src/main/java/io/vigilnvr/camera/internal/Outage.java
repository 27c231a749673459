package io.vigilnvr.camera.internal;

import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.api.camera.CameraStatus;
import java.time.Instant;
import java.util.Optional;

/**
 * Since when a camera does not stream. Tries that fail as before belong to the same outage; another
 * kind of failure is news, and begins anew. Not thread-safe.
 */
final class Outage {
  private enum Kind {
    /** It is tried for the first time. */
    UNKNOWN,
    LOST,
    REFUSED,
    IMPOSSIBLE
  }

  private record Since(Kind kind, Instant at) {}

  private Optional<Since> present = Optional.empty();

  /** The status with the time that counts: of one that does not stream, when that began. */
  CameraStatus place(CameraStatus next) {
    if (next.state() == CameraState.STREAMING || next.state() == CameraState.DISABLED) {
      present = Optional.empty();
      return next;
    }
    Optional<Since> before = present;
    Kind was = before.map(Since::kind).orElse(Kind.UNKNOWN);
    Kind is = kind(next.state(), was);
    boolean same = was == is || was == Kind.UNKNOWN;
    var now = new Since(is, before.filter(any -> same).map(Since::at).orElse(next.since()));
    present = Optional.of(now);
    return new CameraStatus(next.state(), now.at(), next.cause(), next.streams());
  }

  /** What it was says nothing about what it is to be now. */
  void forget() {
    present = Optional.empty();
  }

  private static Kind kind(CameraState state, Kind was) {
    return switch (state) {
      case UNAUTHORIZED -> Kind.REFUSED;
      case ERROR -> Kind.IMPOSSIBLE;
      case STALLED, BACKOFF -> Kind.LOST;
      // Another try, of which nothing is known yet.
      default -> was;
    };
  }
}
