package io.vigilnvr.record.internal;

import static io.vigilnvr.record.internal.Rig.MAIN;
import static io.vigilnvr.record.internal.Rig.VOLUME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.RecordingPlan.Retention;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex;
import io.vigilnvr.api.storage.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RetentionTest {
  private static final CameraId YARD = new CameraId("yard");

  private final Rig rig;
  private final AtomicLong nanos = new AtomicLong();

  RetentionTest(@TempDir Path folder) {
    rig = new Rig(folder);
    rig.nanoTime = nanos::get;
    rig.engine = rig.newEngine();
  }

  private void plan(double days, OptionalLong bytes, double minDays) {
    rig.camera(with(days, bytes, minDays));
  }

  private static RecordingPlan with(double days, OptionalLong bytes, double minDays) {
    var plan = RecordingPlan.DEFAULT;
    return new RecordingPlan(
        plan.mode(),
        plan.stream(),
        plan.preRoll(),
        plan.postRoll(),
        new Retention(days, days, bytes, minDays));
  }

  /** Time goes by for both clocks. */
  private void pass(Duration time) {
    rig.clock.advance(time);
    nanos.addAndGet(time.toNanos());
  }

  private List<Long> left() {
    return rig.rows().stream()
        .filter(row -> row.state() == Segment.State.SEALED)
        .map(Segment::firstSequence)
        .sorted()
        .toList();
  }

  /** Four segments of ten seconds are finished, and a fifth is open. */
  private void record() {
    rig.start().stream(MAIN).attach().run().flow(1010);
    nanos.addAndGet(Duration.ofMinutes(15).toNanos());
    rig.clock.advance(Duration.ofMinutes(15));
  }

  @Test
  void whatIsTooOldGoes() throws Exception {
    record();
    plan(1, OptionalLong.empty(), 0);
    pass(Duration.ofHours(20));
    rig.retention().round();
    assertThat(left()).containsExactly(0L, 250L, 500L, 750L);
    pass(Duration.ofHours(5));
    rig.retention().round();
    assertThat(left()).isEmpty();
    assertThat(rig.files()).hasSize(1);
    assertThat(rig.ledger().gaps())
        .extracting(Ledger.Gap::cause)
        .contains(GapCause.DELETED_BY_RETENTION);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    rig.assertSound();
  }

  @Test
  void rowsAreMarkedBeforeFilesGoAndRemovedAfter() throws Exception {
    record();
    plan(0.01, OptionalLong.empty(), 0);
    rig.backend.calls.clear();
    rig.index.log.clear();
    rig.backend.onDelete = () -> rig.index.log.add("delete");
    rig.retention().round();
    assertThat(rig.index.log.stream().map(entry -> entry.split(" ", 2)[0]))
        .containsExactly("garbage", "delete", "delete", "delete", "delete", "remove");
  }

  @Test
  void aDeletionThatWasInterruptedIsEnded() throws Exception {
    record();
    plan(0.01, OptionalLong.empty(), 0);
    rig.backend.failing.add("delete");
    assertThatThrownBy(() -> rig.retention().round()).isInstanceOf(IOException.class);
    assertThat(rig.index.garbage(VOLUME, 10)).hasSize(4);
    rig.assertSound();
    rig.restart(true);
    rig.backend.failing.clear();
    rig.start();
    rig.retention().round();
    assertThat(rig.index.garbage(VOLUME, 10)).isEmpty();
    rig.cycle();
    rig.assertSound();
  }

  @Test
  void beyondItsBytesACameraLosesItsOldest() throws Exception {
    record();
    long two = rig.rows().stream().skip(1).limit(2).mapToLong(Segment::bytes).sum() + 20_000;
    plan(7, OptionalLong.of(two), 0);
    rig.retention().round();
    assertThat(left()).containsExactly(500L, 750L);
  }

  @Test
  void whatIsYoungerThanTheLeastDaysStaysWhateverElseIsWanted() throws Exception {
    record();
    plan(0.001, OptionalLong.of(1), 1);
    rig.backend.capacity = new Volume.Capacity(100_000_000, 0);
    rig.retention().round();
    assertThat(left()).hasSize(4);
    assertThat(rig.retention().emergency()).isFalse();
    assertThat(left()).hasSize(4);
  }

  @Test
  void forSpaceWhoeverHasMostLosesItsOldest() throws Exception {
    record();
    rig.engine.cameras().changed(Rig.camera(YARD, RecordingPlan.DEFAULT, rig.createdAt));
    rig.stream(new StreamId(YARD, StreamRole.MAIN)).attach().run().flow(510);
    rig.backend.capacity = new Volume.Capacity(2_000_000, 0);
    rig.backend.onDelete =
        () ->
            rig.backend.capacity =
                new Volume.Capacity(2_000_000, rig.backend.capacity.freeBytes() + 111_000);
    assertThat(rig.retention().emergency()).isTrue();
    assertThat(left()).containsExactly(0L, 250L, 250L, 500L, 750L);
    assertThat(rig.index.oldest(VOLUME, Optional.of(Rig.DOOR), 10)).hasSize(3);
  }

  @Test
  void aClockThatJumpsDeletesNothing() throws Exception {
    record();
    plan(1, OptionalLong.empty(), 0);
    rig.retention().round();
    rig.clock.advance(Duration.ofDays(30));
    rig.retention().round();
    assertThat(left()).hasSize(4);
    pass(Duration.ofHours(2));
    rig.retention().round();
    assertThat(left()).hasSize(4);
    rig.clock.advance(Duration.ofDays(-30));
    rig.retention().round();
    assertThat(left()).hasSize(4);
    pass(Duration.ofHours(25));
    rig.retention().round();
    assertThat(left()).isEmpty();
  }

  @Test
  void aJumpIsBelievedAfterADay() throws Exception {
    record();
    plan(7, OptionalLong.empty(), 0);
    rig.retention().round();
    rig.clock.advance(Duration.ofDays(30));
    rig.retention().round();
    for (int hour = 0; hour < 24; hour++) {
      assertThat(left()).hasSize(4);
      pass(Duration.ofHours(1));
      rig.retention().round();
    }
    assertThat(left()).isEmpty();
  }

  @Test
  void nothingIsDeletedByAgeInTheFirstMinutes() throws Exception {
    record();
    rig.restart(true);
    rig.start();
    plan(0.001, OptionalLong.empty(), 0);
    pass(Duration.ofMinutes(9));
    rig.retention().round();
    assertThat(left()).hasSize(5);
    pass(Duration.ofMinutes(2));
    rig.retention().round();
    assertThat(left()).isEmpty();
  }

  @Test
  void aDeletedCameraKeepsNothingBeyondTheUsualDays() throws Exception {
    record();
    rig.engine.cameras().removed(Rig.DOOR);
    pass(Duration.ofDays(6));
    rig.retention().round();
    assertThat(left()).hasSize(4);
    pass(Duration.ofDays(2));
    rig.retention().round();
    assertThat(left()).isEmpty();
  }

  @Test
  void whyNothingWasRecordedIsForgottenWithTheTimeItself() throws Exception {
    rig.start();
    rig.status(CameraState.BACKOFF);
    pass(Duration.ofHours(1));
    rig.status(CameraState.STREAMING);
    var stream = rig.stream(MAIN).attach().run().flow(500);
    RecordingPlan day = with(1, OptionalLong.empty(), 0);
    rig.camera(
        new RecordingPlan(
            RecordingPlan.OFF, day.stream(), day.preRoll(), day.postRoll(), day.retention()));
    stream.flow(25);
    pass(Duration.ofHours(30));
    rig.camera(day);
    rig.status(CameraState.DISABLED);
    rig.cycle();
    rig.retention().round();
    assertThat(rig.index.notes.values())
        .extracting(SegmentIndex.Condition::cause)
        .containsExactlyInAnyOrder(
            GapCause.NOT_SCHEDULED, GapCause.DISABLED, GapCause.DELETED_BY_RETENTION);
    assertThat(rig.ledger().gaps())
        .extracting(Ledger.Gap::cause)
        .containsExactly(GapCause.DELETED_BY_RETENTION, GapCause.NOT_SCHEDULED);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    pass(Duration.ofHours(30));
    rig.retention().round();
    assertThat(rig.index.notes.values())
        .extracting(SegmentIndex.Condition::cause)
        .containsExactlyInAnyOrder(GapCause.DISABLED, GapCause.DELETED_BY_RETENTION);
    assertThat(rig.ledger().gaps())
        .extracting(Ledger.Gap::cause)
        .containsExactly(GapCause.DELETED_BY_RETENTION, GapCause.DISABLED);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
  }

  @Test
  void aDeletedCamerasRecordingsGoEvenIfOnlyTheIndexRemembersIt() throws Exception {
    record();
    rig.restart(true);
    Files.delete(rig.volume.resolve("vigil-volume.journal"));
    rig.look();
    rig.engine.cameras().changed(Rig.camera(YARD, RecordingPlan.DEFAULT, rig.createdAt));
    rig.cycle();
    pass(Duration.ofDays(8));
    rig.retention().round();
    assertThat(rig.rows()).isEmpty();
    assertThat(rig.files()).isEmpty();
  }

  @Test
  void aCameraThatWasNotToldOfYetIsNotTakenToBeDeleted() throws Exception {
    record();
    rig.restart(true);
    rig.registryThere = false;
    rig.look();
    rig.backend.capacity = new Volume.Capacity(100_000_000, 0);
    pass(Duration.ofDays(20));
    rig.retention().round();
    assertThat(rig.retention().emergency()).isFalse();
    plan(30, OptionalLong.empty(), 30);
    rig.registryThere = true;
    rig.retention().round();
    assertThat(rig.index.log).isEmpty();
  }

  // Events. Segments are 0 to 10, 10 to 20, 20 to 30 and 30 to 40 seconds; before is 5, after 10.

  private void plan(Retention retention) {
    var plan = RecordingPlan.DEFAULT;
    rig.camera(
        new RecordingPlan(plan.mode(), plan.stream(), plan.preRoll(), plan.postRoll(), retention));
  }

  private static Retention days(double continuous, double events) {
    return new Retention(continuous, events, OptionalLong.empty(), 0);
  }

  @Test
  void whatEventsAreSeenInIsKeptForAsLongAsTheyAre() throws Exception {
    record();
    plan(days(1, 3));
    rig.event("walk", 12, 13, false, "person");
    pass(Duration.ofHours(30));
    rig.retention().round();
    // Before: from 7 s; after: up to 23 s.
    assertThat(left()).containsExactly(0L, 250L, 500L);
    assertThat(rig.index.events).containsKey("walk");
    pass(Duration.ofDays(2));
    rig.retention().round();
    assertThat(left()).isEmpty();
    assertThat(rig.index.events).isEmpty();
    assertThat(rig.ledger().gaps())
        .extracting(Ledger.Gap::cause)
        .contains(GapCause.DELETED_BY_RETENTION);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    rig.assertSound();
  }

  @Test
  void labelsAndZonesKeepForLongerAndNeverForLess() throws Exception {
    record();
    plan(
        new Retention(
            1,
            3,
            OptionalLong.empty(),
            0,
            Map.of("person", 10.0, "cat", 1.0),
            Map.of("yard", 20.0)));
    rig.event("cat", 1, 2, false, "cat");
    rig.event("person", 16, 17, false, "person");
    rig.event("car", 36, 37, false, "car", "street", "yard");
    pass(Duration.ofDays(2));
    rig.retention().round();
    assertThat(left()).containsExactly(0L, 250L, 500L, 750L);
    pass(Duration.ofDays(2));
    rig.retention().round();
    assertThat(left()).containsExactly(250L, 500L, 750L);
    pass(Duration.ofDays(10));
    rig.retention().round();
    assertThat(left()).containsExactly(750L);
    assertThat(rig.index.events).containsOnlyKeys("car");
    pass(Duration.ofDays(10));
    rig.retention().round();
    assertThat(left()).isEmpty();
  }

  @Test
  void whatSomebodyRetainsStaysWhateverIsWanted() throws Exception {
    record();
    rig.event("theft", 22, 23, true, "person");
    rig.event("cat", 1, 2, false, "cat");
    plan(new Retention(0.001, 0.001, OptionalLong.of(1), 0));
    rig.backend.capacity = new Volume.Capacity(100_000_000, 0);
    pass(Duration.ofDays(400));
    pass(Duration.ofDays(1));
    for (int i = 0; i < 3; i++) {
      rig.retention().round();
      assertThat(rig.retention().emergency()).isFalse();
      pass(Duration.ofHours(25));
    }
    assertThat(left()).containsExactly(250L, 500L, 750L);
    assertThat(rig.index.events).containsOnlyKeys("theft");
    rig.event("theft", 22, 23, false, "person");
    rig.retention().round();
    assertThat(left()).isEmpty();
  }

  @Test
  void beyondItsBytesACameraLosesWhatNoEventKeepsFirst() throws Exception {
    record();
    rig.event("walk", 6, 7, false, "person");
    long one = rig.rows().stream().mapToLong(Segment::bytes).max().orElseThrow() + 60_000;
    plan(new Retention(7, 7, OptionalLong.of(one + 120_000), 0));
    rig.retention().round();
    assertThat(left()).containsExactly(0L, 250L);
    plan(new Retention(7, 7, OptionalLong.of(one), 0));
    rig.retention().round();
    assertThat(left()).containsExactly(250L);
  }

  @Test
  void forSpaceWhatNoEventKeepsGoesFirstWhoeverHasMost() throws Exception {
    record();
    rig.event("walk", 1, 39, false, "person");
    rig.engine.cameras().changed(Rig.camera(YARD, RecordingPlan.DEFAULT, rig.createdAt));
    rig.stream(new StreamId(YARD, StreamRole.MAIN)).attach().run().flow(510);
    pass(Duration.ofMinutes(11));
    rig.backend.capacity = new Volume.Capacity(2_000_000, 0);
    rig.backend.onDelete =
        () ->
            rig.backend.capacity =
                new Volume.Capacity(2_000_000, rig.backend.capacity.freeBytes() + 111_000);
    assertThat(rig.retention().emergency()).isTrue();
    assertThat(rig.index.oldest(VOLUME, Optional.of(Rig.DOOR), 10)).hasSize(4);
    assertThat(rig.index.oldest(VOLUME, Optional.of(YARD), 10)).hasSize(1);
  }

  @Test
  void whatEventsMayBeToldOfIsNotTakenToBeWithout() throws Exception {
    rig.start().stream(MAIN).attach().run().flow(1010);
    plan(days(0, 3));
    nanos.addAndGet(Duration.ofMinutes(15).toNanos());
    rig.retention().round();
    assertThat(left()).hasSize(4);
    pass(Duration.ofMinutes(5));
    rig.event("late", 16, 17, false, "person");
    pass(Duration.ofMinutes(6));
    rig.retention().round();
    assertThat(left()).containsExactly(250L, 500L);
  }

  @Test
  void eventsStayWhileNobodyIsThereToForgetThem() throws Exception {
    record();
    plan(days(1, 1));
    rig.event("walk", 12, 13, false, "person");
    rig.reviewThere = false;
    pass(Duration.ofDays(2));
    rig.retention().round();
    assertThat(left()).isEmpty();
    assertThat(rig.index.events).isNotEmpty();
    rig.reviewThere = true;
    rig.retention().round();
    assertThat(rig.index.events).isEmpty();
  }

  @Test
  void theForecastKnowsThatEventsAreKeptForLonger() throws Exception {
    record();
    rig.event("half", 1, 19, false, "person");
    plan(days(7, 30));
    rig.backend.capacity = new Volume.Capacity(1L << 40, 1L << 40);
    rig.retention().round();
    var standing = rig.engine.standings().get(0);
    assertThat(standing.fullAt()).isEmpty();
    long free = standing.reservedBytes() + 10 * standing.bytesPerDay();
    rig.backend.capacity = new Volume.Capacity(1L << 40, free);
    rig.retention().round();
    // Seven days of all, then half of it for as long as the other three days last.
    assertThat(rig.engine.standings().get(0).fullAt().orElseThrow())
        .isCloseTo(rig.clock.instant().plus(Duration.ofDays(13)), within(2, ChronoUnit.HOURS));
    plan(days(7, 12));
    assertThat(rig.engine.standings().get(0).fullAt()).isEmpty();
    plan(days(11, 12));
    assertThat(rig.engine.standings().get(0).fullAt().orElseThrow())
        .isCloseTo(rig.clock.instant().plus(Duration.ofDays(10)), within(1, ChronoUnit.HOURS));
  }
}
