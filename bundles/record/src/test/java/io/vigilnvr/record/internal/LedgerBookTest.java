package io.vigilnvr.record.internal;

import static io.vigilnvr.record.internal.Rig.DOOR;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LedgerBookTest {
  private static final List<GapCause> CAUSES = List.of(GapCause.values());
  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

  private static Instant at(double seconds) {
    return START.plusNanos(Math.round(seconds * 1e9));
  }

  private static Segment segment(StreamRole role, long run, long first, double from, double to) {
    var stream = new StreamId(DOOR, role);
    return new Segment(
        SegmentNames.id(stream, first),
        stream,
        run,
        at(from),
        at(to),
        Math.round(from * 90_000),
        Math.round(to * 90_000),
        90_000,
        100,
        1000,
        10,
        first,
        first + 9,
        "avc1",
        List.of(),
        Optional.empty(),
        Segment.State.SEALED,
        Rig.VOLUME,
        "a");
  }

  private static Segment main(long run, long first, double from, double to) {
    return segment(StreamRole.MAIN, run, first, from, to);
  }

  private static Condition condition(GapCause cause, double from, double to) {
    return new Condition(DOOR, at(from), Optional.of(at(to)), cause);
  }

  private static Ledger ledger(
      double from, double to, List<Segment> segments, Condition... conditions) {
    Ledger ledger = LedgerBook.of(at(from), at(to), segments, List.of(conditions));
    Rig.assertCovers(ledger, at(from), at(to));
    return ledger;
  }

  @Test
  void adjoiningSegmentsAreOneSpan() {
    var ledger =
        ledger(0, 30, List.of(main(1, 0, 0, 10), main(1, 10, 10.2, 20), main(2, 20, 20.04, 30)));
    assertThat(ledger.spans())
        .containsExactly(new Ledger.Span(at(0), at(30), 3000, StreamRole.MAIN));
  }

  @Test
  void segmentsOfOneRunWithTracksLeftOutAdjoinByTheirTicks() {
    var ledger = ledger(0, 20, List.of(main(1, 0, 0, 10), main(1, 14, 10, 20)));
    assertThat(ledger.spans()).hasSize(1);
  }

  @Test
  void aHoleIsAGap() {
    var ledger = ledger(0, 60, List.of(main(1, 0, 0, 20), main(2, 10, 40, 60)));
    assertThat(ledger.gaps()).containsExactly(new Ledger.Gap(at(20), at(40), GapCause.PLATFORM));
  }

  @Test
  void whatTheMainStreamLeavesOpenTheSubStreamFills() {
    var ledger = ledger(0, 30, List.of(main(1, 0, 0, 10), segment(StreamRole.SUB, 1, 0, 5, 25)));
    assertThat(ledger.spans())
        .containsExactly(
            new Ledger.Span(at(0), at(10), 1000, StreamRole.MAIN),
            new Ledger.Span(at(10), at(25), 750, StreamRole.SUB));
  }

  @Test
  void spansAreCutToTheTimeAskedForWithTheirShareOfBytes() {
    var ledger = ledger(4, 6, List.of(main(1, 0, 0, 10)));
    assertThat(ledger.spans()).containsExactly(new Ledger.Span(at(4), at(6), 200, StreamRole.MAIN));
  }

  @Test
  void theCauseThatBeganLastCounts() {
    var ledger =
        ledger(
            0,
            90,
            List.of(),
            condition(GapCause.UNAUTHORIZED, 40, 60),
            condition(GapCause.OFFLINE, 20, 90));
    assertThat(ledger.gaps())
        .extracting(Ledger.Gap::cause)
        .containsExactly(
            GapCause.PLATFORM, GapCause.OFFLINE, GapCause.UNAUTHORIZED, GapCause.OFFLINE);
  }

  @Test
  void aFaultThatIsNoticedLateIsTheCauseFromTheStart() {
    var ledger = ledger(0, 60, List.of(main(1, 0, 0, 20)), condition(GapCause.STALLED, 23.2, 60));
    assertThat(ledger.gaps()).containsExactly(new Ledger.Gap(at(20), at(60), GapCause.STALLED));
  }

  @Test
  void aLongTimeThatNobodySpeaksForIsThePlatforms() {
    var ledger = ledger(0, 60, List.of(main(1, 0, 0, 20)), condition(GapCause.STALLED, 40, 60));
    assertThat(ledger.gaps())
        .containsExactly(
            new Ledger.Gap(at(20), at(40), GapCause.PLATFORM),
            new Ledger.Gap(at(40), at(60), GapCause.STALLED));
  }

  @Test
  void whatIsDeletedIsDeletedWhateverElseWas() {
    var ledger =
        ledger(
            0,
            60,
            List.of(),
            condition(GapCause.DELETED_BY_RETENTION, 0, 60),
            condition(GapCause.OFFLINE, 30, 60));
    assertThat(ledger.gaps())
        .containsExactly(new Ledger.Gap(at(0), at(60), GapCause.DELETED_BY_RETENTION));
  }

  @Test
  void spansAndGapsCoverEveryMomentOfAnyLife() {
    var random = new Random(11);
    for (int round = 0; round < 3000; round++) {
      var segments = new ArrayList<Segment>();
      for (int i = random.nextInt(8); i > 0; i--) {
        double from = random.nextDouble() * 100 - 10;
        segments.add(
            segment(
                random.nextInt(3) == 0 ? StreamRole.SUB : StreamRole.MAIN,
                random.nextInt(3),
                random.nextInt(10) * 10L,
                from,
                from + random.nextDouble() * 30));
      }
      var conditions = new ArrayList<Condition>();
      for (int i = random.nextInt(8); i > 0; i--) {
        double from = random.nextDouble() * 100 - 10;
        GapCause cause = CAUSES.get(random.nextInt(CAUSES.size()));
        conditions.add(
            random.nextInt(4) == 0
                ? new Condition(DOOR, at(from), Optional.empty(), cause)
                : condition(cause, from, from + random.nextDouble() * 40));
      }
      double from = random.nextDouble() * 40;
      double to = from + 0.002 + random.nextDouble() * 60;
      Ledger ledger = LedgerBook.of(at(from), at(to), segments, conditions);
      Rig.assertCovers(ledger, at(from), at(to));
      for (Segment segment : segments) {
        assertRecorded(ledger, segment, at(from), at(to));
      }
    }
  }

  /** No moment of a segment is in a gap. */
  private static void assertRecorded(Ledger ledger, Segment segment, Instant from, Instant to) {
    for (Ledger.Gap gap : ledger.gaps()) {
      Instant start = LedgerBook.millis(segment.startedAt());
      Instant end = LedgerBook.millis(segment.endedAt());
      boolean outside = !gap.from().isBefore(end) || !gap.to().isAfter(start);
      assertThat(outside || Duration.between(from, to).isZero())
          .as("%s in a gap of %s", segment, ledger)
          .isTrue();
    }
  }
}
