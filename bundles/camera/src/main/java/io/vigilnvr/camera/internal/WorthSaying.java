package io.vigilnvr.camera.internal;

import io.vigilnvr.api.camera.CameraState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which states of a camera go into the log. One that fails at once is tried each second at first,
 * and would fill it: another try for the same reason is not worth a line, the same state for the
 * same reason one in a minute, and all together not more than a few. Not thread-safe.
 */
final class WorthSaying {
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final int MOST_IN_PAUSE = 10;

  private record Said(CameraState state, Optional<String> cause) {}

  private final Clock clock;

  /** What was said within the pause, and when. */
  private final Map<Said, Instant> lately = new LinkedHashMap<>();

  private Optional<Said> last = Optional.empty();

  WorthSaying(Clock clock) {
    this.clock = clock;
  }

  /** Takes it as said, if it is to be said. */
  boolean isNews(CameraState state, Optional<String> cause) {
    Instant now = clock.instant();
    lately.values().removeIf(at -> Duration.between(at, now).abs().compareTo(PAUSE) >= 0);
    var said = new Said(state, cause);
    boolean again = state == CameraState.CONNECTING && cause.isPresent() && last.isPresent();
    // That it is well again is said if the last line was another one.
    boolean wellAgain = state == CameraState.STREAMING && !last.equals(Optional.of(said));
    if (again || lately.size() >= MOST_IN_PAUSE || (lately.containsKey(said) && !wellAgain)) {
      return false;
    }
    lately.put(said, now);
    last = Optional.of(said);
    return true;
  }
}
