package io.vigilnvr.detect.internal;

import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.detect.Analysis.Verdict;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.event.Event.Box;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Makes events of what a detector says of one camera's frames. It outlives the detector's sessions:
 * one that is opened anew goes on with what lasts. Not thread-safe.
 */
interface Chronicle {
  /** An event that lasts longer goes on as another one. */
  Duration LONGEST = Duration.ofHours(1);

  /**
   * Takes what was seen in a frame.
   *
   * @param seen the surest first
   * @return what became of each, in the same order
   */
  List<Verdict> take(Frame frame, List<Detection> seen);

  /** Other rules from now on, for the same type of events. */
  void adopt(Rules rules);

  /** No frames come for a while: what lasts is over. */
  void pause();

  /** What lasts is over, and what is known is forgotten. */
  void end();

  /** Events that last. */
  int ongoing();

  /** Whether something is there at present. */
  boolean isOn();

  /** Where; of the last frame that showed it. */
  List<Box> boxes();

  /** When something began that may be told of yet; empty if all has been that was seen. */
  Optional<Instant> undecided();

  /** Why something was not told; empty if all was. */
  String complaint();
}
