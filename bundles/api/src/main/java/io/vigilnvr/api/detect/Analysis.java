package io.vigilnvr.api.detect;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.event.Event;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/** Tells how the detectors of cameras do. Thread-safe. */
@ProviderType
public interface Analysis {
  /** How a detector of a camera does. */
  enum State {
    /** It looks at frames. */
    LOOKING,
    /** It waits for motion, or for the camera. */
    WAITING,
    /** It looks, but frames come faster than it can: some are left out. */
    BEHIND,
    /** It failed, and is tried again later. */
    FAILED,
    /** It is not installed. */
    MISSING
  }

  /**
   * A detector of a camera.
   *
   * @param cause why it does not look, or what it is late for; empty if there is nothing to say
   * @param frames looked at since it was opened
   * @param dropped frames that came while it was busy, since then
   * @param busyFraction of the last minute that it spent looking, 0 to 1
   * @param ongoing events that last
   */
  record Standing(
      String detector,
      State state,
      String cause,
      long frames,
      long dropped,
      double busyFraction,
      int ongoing) {}

  /**
   * A frame that was looked at.
   *
   * @param frame lent for the call
   * @param seen what the detector said
   * @param verdicts why each of {@code seen} counted or did not, in the same order
   * @param on whether something is on at present
   */
  record Observation(
      Frame frame,
      List<Detection> seen,
      List<Verdict> verdicts,
      Optional<Explanation> explanation,
      boolean on) {}

  /**
   * What became of a detection.
   *
   * @param reason in words a user understands
   * @param zones that it is in
   * @param event that it is part of
   */
  record Verdict(boolean counted, String reason, List<String> zones, Optional<String> event) {}

  /**
   * What of a camera's pictures was looked at.
   *
   * @param from since then nothing was left out
   * @param to of what began before this has been told; of what begins later it may be yet. {@link
   *     Instant#EPOCH} while nothing was looked at
   */
  record Sight(Instant from, Instant to) {
    public static final Sight NOTHING = new Sight(Instant.EPOCH, Instant.EPOCH);
  }

  /** Gets observations. */
  @ConsumerType
  @FunctionalInterface
  interface Watcher {
    /** Called by the detector's thread: must return at once. */
    void observed(Observation observation);
  }

  /** Ends it; no call comes after it. */
  interface Watching extends AutoCloseable {
    @Override
    void close();
  }

  /** Of each detector that the camera is bound to, in order. */
  List<Standing> standings(CameraId camera);

  /** Where motion is seen at present; empty if nobody looks for it. */
  Optional<List<Event.Box>> motion(CameraId camera);

  /**
   * What all detectors of a camera that tell of events have looked at; empty if it has none. It
   * stands still while one of them cannot look. Returns at once.
   */
  Optional<Sight> sight(CameraId camera);

  /**
   * Watches a detector at work; it looks at frames without waiting for motion then.
   *
   * @throws NoSuchElementException if the camera has no such detector
   */
  Watching watch(CameraId camera, String detector, Watcher watcher);
}
