package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex.Condition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes a ledger of segments and conditions: a pure function of both.
 *
 * <p>Segments that adjoin become one span: those of one run whose numbers or ticks meet, and those
 * less than {@link #TOLERANCE} apart. What the main stream leaves open is filled by the sub stream.
 * The rest is gaps. A piece of a gap has the cause that began last among those that cover it; that
 * recordings were deleted counts most. Faults are noticed some seconds after they began, and a
 * picture comes some time after a camera answered: so a short piece that nothing covers takes the
 * cause that begins at its end, or else the one that ended at its start; only what is left is the
 * platform's. Moments are whole milliseconds, so that neighbours meet exactly.
 */
final class LedgerBook {
  static final Duration TOLERANCE = Duration.ofMillis(50);

  /** Longer than it takes to notice any fault: the connect deadline is 10 s. */
  static final Duration NOTICED_LATE = Duration.ofSeconds(15);

  private LedgerBook() {}

  private static final class Piece {
    private final StreamRole role;
    private final Instant from;
    private Instant to;
    private double bytes;
    private Segment last;

    Piece(Segment segment) {
      this.role = segment.stream().role();
      this.from = millis(segment.startedAt());
      this.to = millis(segment.endedAt());
      this.bytes = segment.bytes();
      this.last = segment;
    }

    Piece(StreamRole role, Instant from, Instant to, double bytes, Segment last) {
      this.role = role;
      this.from = from;
      this.to = to;
      this.bytes = bytes;
      this.last = last;
    }

    /** The part between two moments, with its share of the bytes. */
    Piece clip(Instant start, Instant end) {
      Instant first = later(from, start);
      Instant until = earlier(to, end);
      double share =
          (double) Duration.between(first, until).toMillis()
              / Math.max(1, Duration.between(from, to).toMillis());
      return new Piece(role, first, until, bytes * share, last);
    }
  }

  private record Stretch(Instant from, Instant to) {}

  /**
   * @param segments of all streams of the camera, in any order; at least those that overlap
   * @param conditions in the order they were noted
   */
  static Ledger of(Instant from, Instant to, List<Segment> segments, List<Condition> conditions) {
    Instant start = millis(from);
    Instant end = millis(to);
    if (!start.isBefore(end)) {
      return new Ledger(List.of(), List.of());
    }
    var spans = new ArrayList<Piece>();
    for (StreamRole role : StreamRole.values()) {
      List<Stretch> open = holes(spans, start, end);
      for (Piece piece : pieces(segments, role)) {
        for (Stretch hole : open) {
          if (piece.from.isBefore(hole.to) && piece.to.isAfter(hole.from)) {
            spans.add(piece.clip(hole.from, hole.to));
          }
        }
      }
      spans.sort(Comparator.comparing(piece -> piece.from));
    }
    var gaps = new ArrayList<Ledger.Gap>();
    for (Stretch hole : holes(spans, start, end)) {
      explain(hole, conditions, gaps);
    }
    return new Ledger(
        spans.stream()
            .map(
                piece -> new Ledger.Span(piece.from, piece.to, Math.round(piece.bytes), piece.role))
            .toList(),
        gaps);
  }

  /** A role's segments as stretches that do not overlap, in order. */
  private static List<Piece> pieces(List<Segment> segments, StreamRole role) {
    List<Segment> sorted =
        segments.stream()
            .filter(segment -> segment.stream().role() == role)
            .filter(segment -> segment.startedAt().isBefore(segment.endedAt()))
            .sorted(Comparator.comparing(Segment::startedAt).thenComparing(Segment::firstSequence))
            .toList();
    var pieces = new ArrayList<Piece>();
    for (Segment segment : sorted) {
      Piece next = new Piece(segment);
      Piece before = pieces.isEmpty() ? null : pieces.get(pieces.size() - 1);
      if (before == null || !(adjoin(before.last, segment) || !next.from.isAfter(soon(before)))) {
        if (next.from.isBefore(next.to)) {
          pieces.add(next);
        }
        continue;
      }
      before.to = later(before.to, next.to);
      before.bytes += next.bytes;
      before.last = segment;
    }
    return pieces;
  }

  private static Instant soon(Piece before) {
    return before.to.plus(TOLERANCE);
  }

  static boolean adjoin(Segment first, Segment second) {
    if (first.run() != second.run()) {
      return false;
    }
    long apart = Math.abs(second.startTicks() - first.endTicks());
    return second.firstSequence() == first.lastSequence() + 1
        || apart * 1000 <= TOLERANCE.toMillis() * first.timescale();
  }

  private static List<Stretch> holes(List<Piece> spans, Instant start, Instant end) {
    var holes = new ArrayList<Stretch>();
    Instant at = start;
    for (Piece span : spans) {
      if (at.isBefore(earlier(span.from, end))) {
        holes.add(new Stretch(at, earlier(span.from, end)));
      }
      at = later(at, span.to);
    }
    if (at.isBefore(end)) {
      holes.add(new Stretch(at, end));
    }
    return holes;
  }

  private static void explain(Stretch hole, List<Condition> conditions, List<Ledger.Gap> gaps) {
    var edges = new TreeSet<Instant>();
    edges.add(hole.from);
    edges.add(hole.to);
    for (Condition condition : conditions) {
      addWithin(edges, hole, millis(condition.from()));
      condition.to().ifPresent(to -> addWithin(edges, hole, millis(to)));
    }
    Instant from = edges.first();
    for (Instant to : edges.tailSet(from, false)) {
      var piece = new Stretch(from, to);
      GapCause cause =
          covering(conditions, piece).or(() -> nearby(conditions, piece)).orElse(GapCause.PLATFORM);
      Ledger.Gap last = gaps.isEmpty() ? null : gaps.get(gaps.size() - 1);
      if (last != null && last.to().equals(from) && last.cause() == cause) {
        gaps.set(gaps.size() - 1, new Ledger.Gap(last.from(), to, cause));
      } else {
        gaps.add(new Ledger.Gap(from, to, cause));
      }
      from = to;
    }
  }

  private static void addWithin(Set<Instant> edges, Stretch hole, Instant edge) {
    if (edge.isAfter(hole.from) && edge.isBefore(hole.to)) {
      edges.add(edge);
    }
  }

  private static Optional<GapCause> covering(List<Condition> conditions, Stretch piece) {
    Condition best = null;
    for (Condition condition : conditions) {
      boolean begun = !millis(condition.from()).isAfter(piece.from);
      boolean lasts = condition.to().map(end -> !millis(end).isBefore(piece.to)).orElse(true);
      if (begun && lasts && (best == null || counts(condition, best))) {
        best = condition;
      }
    }
    return Optional.ofNullable(best).map(Condition::cause);
  }

  /** Whether a condition counts more than another that was noted before. */
  private static boolean counts(Condition condition, Condition before) {
    boolean deleted = condition.cause() == GapCause.DELETED_BY_RETENTION;
    boolean deletedBefore = before.cause() == GapCause.DELETED_BY_RETENTION;
    return deleted == deletedBefore ? !condition.from().isBefore(before.from()) : deleted;
  }

  private static Optional<GapCause> nearby(List<Condition> conditions, Stretch piece) {
    if (Duration.between(piece.from, piece.to).compareTo(NOTICED_LATE) > 0) {
      return Optional.empty();
    }
    for (int i = conditions.size() - 1; i >= 0; i--) {
      if (millis(conditions.get(i).from()).equals(piece.to)) {
        return Optional.of(conditions.get(i).cause());
      }
    }
    for (int i = conditions.size() - 1; i >= 0; i--) {
      Optional<Instant> end = conditions.get(i).to().map(LedgerBook::millis);
      if (end.isPresent() && end.get().equals(piece.from)) {
        return Optional.of(conditions.get(i).cause());
      }
    }
    return Optional.empty();
  }

  static Instant millis(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
