package io.vigilnvr.ingest.worker;

import io.vigilnvr.api.camera.CameraException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a camera is tried again: a fifteenth of the time that it has been away,
 * so the waits grow by a fixed factor, from 1 s to 30 s. A camera that restarted is found at once,
 * and one that is gone costs little. Jitter keeps cameras that were lost together from coming back
 * together.
 */
final class Backoff {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration WRONG_PASSWORD = Duration.ofSeconds(60);
  private static final int PART = 15;
  private static final double JITTER = 0.25;

  private final RandomGenerator random;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /**
   * @param outage since the camera was last seen, or first looked for
   */
  Duration pause(CameraException.Kind kind, Duration outage) {
    if (kind == CameraException.Kind.UNAUTHORIZED) {
      // Never sooner: more tries would lock the account of many cameras.
      return jittered(WRONG_PASSWORD, 0, JITTER);
    }
    Duration pause = clamped(outage.dividedBy(PART));
    return clamped(jittered(pause, -JITTER, JITTER));
  }

  private static Duration clamped(Duration pause) {
    if (pause.compareTo(SHORTEST) < 0) {
      return SHORTEST;
    }
    return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
  }

  private Duration jittered(Duration pause, double least, double most) {
    return Duration.ofMillis(Math.round(pause.toMillis() * (1 + random.nextDouble(least, most))));
  }
}
