package io.vigilnvr.api.detect;

import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.event.Event;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** Looks at one camera. One thread at a time, but for {@link #close}. */
@ConsumerType
public interface DetectorSession extends AutoCloseable {
  /** The frames that it wants: the same for its whole life. */
  FrameSpec input();

  /** What of its detections counts, and when they are an event. */
  Policy policy();

  /**
   * What it looks with, in a word, for those who ask why there is an event; empty if it is itself.
   */
  default Optional<String> model() {
    return Optional.empty();
  }

  /**
   * Looks at a frame of {@link #input}, in order of time; some may be left out. Whoever takes
   * longer than ten seconds is ended.
   *
   * @param frame lent for the call
   * @param moving where motion is seen at present; empty if nobody looks for it, or the whole
   *     picture is to be looked at
   * @return what was seen, in any order, whatever the score
   * @throws DetectorException if this and later frames cannot be looked at
   * @throws IllegalStateException if it is closed
   * @throws IllegalArgumentException if the frame is not of {@link #input}
   */
  List<Detection> detect(Frame frame, List<Event.Box> moving)
      throws DetectorException, InterruptedException;

  /**
   * Why the last frame gave what it gave; asked after {@link #detect}, by the same thread, while
   * somebody tunes.
   */
  default Optional<Explanation> explain() {
    return Optional.empty();
  }

  /**
   * Whether it can tell what moves; asked after {@link #detect}, by the same thread. False while it
   * learns what is usual, or the light changes: those who wait for motion look meanwhile.
   */
  default boolean isSettled() {
    return true;
  }

  /**
   * Takes other settings, zones or masks without losing what it has learned; {@link #policy} may be
   * another then.
   *
   * @return false if it cannot: it is closed then and another one opened
   */
  default boolean adopt(DetectorConfig config) {
    return false;
  }

  /** Frees everything. Any thread, any number of times. */
  @Override
  void close();
}
