package io.vigilnvr.rest.internal;

import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.Segment.Keyframe;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A stretch of a segment's file, from a keyframe up to another, or to the end.
 *
 * @param startTicks of its first keyframe
 * @param endTicks where the next stretch starts
 */
record Cut(Segment segment, long offset, long endOffset, long startTicks, long endTicks) {
  private static final long NANOS = 1_000_000_000;

  long bytes() {
    return endOffset - offset;
  }

  Duration duration() {
    return duration(endTicks - startTicks, segment.timescale());
  }

  Instant startedAt() {
    return at(segment, startTicks);
  }

  /** The least stretch that covers what of the time is in the segment; empty if nothing is. */
  static Optional<Cut> of(Segment segment, Instant from, Instant to) {
    if (!segment.endedAt().isAfter(from) || !segment.startedAt().isBefore(to)) {
      return Optional.empty();
    }
    List<Keyframe> keyframes = segment.keyframes();
    int first = 0;
    while (first + 1 < keyframes.size()
        && !at(segment, keyframes.get(first + 1).ticks()).isAfter(from)) {
      first++;
    }
    int last = first + 1;
    while (last < keyframes.size() && at(segment, keyframes.get(last).ticks()).isBefore(to)) {
      last++;
    }
    Cut cut = between(segment, first, last);
    return cut.bytes() > 0 && cut.endTicks() > cut.startTicks()
        ? Optional.of(cut)
        : Optional.empty();
  }

  /** The same in pieces of about the given length, each from a keyframe to another. */
  List<Cut> inPieces(Duration about) {
    List<Keyframe> keyframes = segment.keyframes();
    var pieces = new ArrayList<Cut>();
    int start = -1;
    for (int i = 0; i < keyframes.size() && keyframes.get(i).offset() < endOffset; i++) {
      if (keyframes.get(i).offset() < offset) {
        continue;
      }
      if (start < 0) {
        start = i;
      }
      int next = i + 1;
      boolean isLast = next >= keyframes.size() || keyframes.get(next).offset() >= endOffset;
      Cut piece = between(segment, start, next);
      if (isLast || piece.duration().compareTo(about) >= 0) {
        if (piece.endTicks() > piece.startTicks() && piece.bytes() > 0) {
          pieces.add(piece);
        }
        start = -1;
      }
    }
    return pieces;
  }

  private static Cut between(Segment segment, int first, int next) {
    List<Keyframe> keyframes = segment.keyframes();
    boolean toEnd = next >= keyframes.size();
    return new Cut(
        segment,
        keyframes.get(first).offset(),
        toEnd ? segment.bytes() : keyframes.get(next).offset(),
        keyframes.get(first).ticks(),
        toEnd ? segment.endTicks() : keyframes.get(next).ticks());
  }

  private static Instant at(Segment segment, long ticks) {
    return segment.startedAt().plus(duration(ticks - segment.startTicks(), segment.timescale()));
  }

  private static Duration duration(long ticks, int timescale) {
    return Duration.ofSeconds(
        Math.floorDiv(ticks, timescale),
        Math.floorMod(ticks, (long) timescale) * NANOS / timescale);
  }
}
