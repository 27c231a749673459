package io.vigilnvr.detect.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether something is there, of frames that show it or not. Not thread-safe. */
final class Presence {
  private record Look(Instant at, boolean seen) {}

  private final Deque<Look> last = new ArrayDeque<>();
  private int hits;
  private int outOf;
  private Duration offDelay;
  private @Nullable Instant since;
  private Instant lastSeen = Instant.MIN;

  /**
   * On once it is seen in so many of so many frames; off once it is not seen for that long, and in
   * as many frames: where few are looked at, one that misses it says little.
   */
  Presence(int hits, int outOf, Duration offDelay) {
    this.hits = hits;
    this.outOf = outOf;
    this.offDelay = offDelay;
  }

  /** The same, by other rules from now on. */
  void adopt(int newHits, int newOutOf, Duration newOffDelay) {
    hits = newHits;
    outOf = newOutOf;
    offDelay = newOffDelay;
  }

  /** Says whether it is on after this frame. */
  boolean look(Instant at, boolean seen) {
    last.addLast(new Look(at, seen));
    while (last.size() > outOf) {
      last.removeFirst();
    }
    if (seen) {
      lastSeen = at;
    }
    if (since == null && seenOfLast() >= hits) {
      since = last.stream().filter(Look::seen).findFirst().orElseThrow().at;
    } else if (since != null && missed() >= hits && !at.isBefore(lastSeen.plus(offDelay))) {
      off();
    }
    return since != null;
  }

  /** In how many of the last frames it was not seen any more. */
  private int missed() {
    int missed = 0;
    for (Look look : last) {
      missed = look.seen ? 0 : missed + 1;
    }
    return missed;
  }

  /** In how many of the last frames it was seen. */
  int seenOfLast() {
    return (int) last.stream().filter(Look::seen).count();
  }

  /** Since when it is seen in too few frames yet; empty if it is on, or is not seen. */
  Optional<Instant> suspected() {
    return since == null
        ? last.stream().filter(Look::seen).findFirst().map(Look::at)
        : Optional.empty();
  }

  /** Nothing was seen before. */
  void off() {
    since = null;
    last.clear();
  }

  boolean isOn() {
    return since != null;
  }

  /** The first of the frames that it is on for. */
  Instant since() {
    if (since == null) {
      throw new IllegalStateException("it is not there");
    }
    return since;
  }

  /** The last frame that it was seen in; never if there is none. */
  Instant lastSeen() {
    return lastSeen;
  }
}
