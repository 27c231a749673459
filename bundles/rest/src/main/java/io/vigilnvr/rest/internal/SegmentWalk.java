package io.vigilnvr.rest.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.record.Segment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The segments of a stream in a time, in order, asked for window by window: the first comes soon,
 * and a month of them is never in memory at once.
 */
final class SegmentWalk implements Iterator<Segment> {
  private static final Duration FIRST_WINDOW = Duration.ofHours(1);
  private static final Duration WIDEST_WINDOW = Duration.ofHours(12);
  private static final Duration WIDEST_EMPTY_WINDOW = Duration.ofDays(60);

  /** What clocks of recorders say lies between these two; to search the rest takes minutes. */
  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

  private final Recordings recordings;
  private final StreamId stream;
  private final Instant to;
  private final Deque<Segment> ready = new ArrayDeque<>();
  private Instant next;
  private Duration window = FIRST_WINDOW;
  private long lastSequence = -1;

  SegmentWalk(Recordings recordings, StreamId stream, Instant from, Instant to) {
    this.recordings = recordings;
    this.stream = stream;
    this.next = from.isBefore(EARLIEST) ? EARLIEST : from;
    this.to = to.isAfter(LATEST) ? LATEST : to;
  }

  /** Whether there is something to be played in it. */
  static boolean isReadable(Segment segment) {
    return segment.state() != Segment.State.MISSING && segment.state() != Segment.State.GARBAGE;
  }

  /** Whether nothing is missing between the two. */
  static boolean adjoin(Segment before, Segment after) {
    return before.run() == after.run() && before.lastSequence() + 1 == after.firstSequence();
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && next.isBefore(to)) {
      Instant end = next.plus(window);
      if (end.isAfter(to)) {
        end = to;
      }
      for (Segment segment : recordings.segments(stream, next, end)) {
        // One that spans the edge of two windows comes with both.
        if (segment.firstSequence() > lastSequence
            && isReadable(segment)
            && !segment.keyframes().isEmpty()) {
          ready.add(segment);
          lastSequence = segment.firstSequence();
        }
      }
      next = end;
      Duration widest = ready.isEmpty() ? WIDEST_EMPTY_WINDOW : WIDEST_WINDOW;
      window = window.multipliedBy(2);
      if (window.compareTo(widest) > 0) {
        window = widest;
      }
    }
    return !ready.isEmpty();
  }

  @Override
  public Segment next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }
}
