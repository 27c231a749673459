package io.vigilnvr.record.internal;

import static io.vigilnvr.record.internal.Rig.MAIN;
import static io.vigilnvr.record.internal.Rig.VOLUME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.List;
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
}
