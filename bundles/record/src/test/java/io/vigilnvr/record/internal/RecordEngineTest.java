package io.vigilnvr.record.internal;

import static io.vigilnvr.record.internal.Rig.MAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.record.Recorder.Choice;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.Recordings.State;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.storage.Volume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordEngineTest {
  private final Rig rig;

  RecordEngineTest(@TempDir Path folder) {
    rig = new Rig(folder);
  }

  private static List<Long> numbers(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  @Test
  void fragmentsBecomeFilesAndRows() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(25 * 25);
    assertThat(rig.recorded()).isEqualTo(numbers(0, 624));
    assertThat(rig.rows())
        .hasSize(2)
        .allSatisfy(
            row -> {
              assertThat(row.state()).isEqualTo(Segment.State.SEALED);
              assertThat(row.accessUnits()).isEqualTo(250);
              assertThat(row.codecs()).isEqualTo("avc1.42c028");
              assertThat(row.path()).matches("door/main/2026/11/22/14/20261122T1403.*Z-[0-9]+.mp4");
            });
    assertThat(rig.segments(MAIN))
        .extracting(Segment::firstSequence)
        .containsExactly(0L, 250L, 500L);
    assertThat(stream.acknowledged).isEqualTo(624);
    assertThat(rig.engine.status(MAIN).recorded()).isEqualTo(625);
    assertThat(rig.engine.status(MAIN).lost()).isZero();
    rig.restart(true);
    rig.start().cycle();
    assertThat(rig.rows()).hasSize(3);
    rig.assertSound();
  }

  @ParameterizedTest
  @ValueSource(longs = {-500, 0, 500})
  void segmentsOfARunMeetHoweverItsClockGoes(long slewPpm) throws Exception {
    var stream = rig.start().stream(MAIN).attach().run();
    stream.slewPpm = slewPpm;
    stream.flow(125).detach();
    rig.kill();
    rig.start();
    stream.attach().flow(900);
    List<Segment> segments = rig.segments(MAIN);
    assertThat(segments).hasSize(5);
    for (int i = 1; i < segments.size(); i++) {
      Segment before = segments.get(i - 1);
      assertThat(before.endedAt()).isEqualTo(segments.get(i).startedAt());
      assertThat(before.endTicks()).isEqualTo(segments.get(i).startTicks());
    }
    // 41 s of media, and what the wall clock went faster or slower meanwhile.
    assertThat(Duration.between(rig.createdAt, segments.get(4).endedAt()))
        .isBetween(
            Duration.ofMillis(41_000 + 41 * slewPpm / 1000 - 1),
            Duration.ofMillis(41_000 + 41 * slewPpm / 1000 + 1));
    assertThat(rig.engine.status(MAIN).durableThrough()).contains(segments.get(4).endedAt());
  }

  @Test
  void nothingIsAcknowledgedBeforeItIsSynced() {
    rig.start().cycle();
    var stream = rig.stream(MAIN).attach().run().pictures(25);
    assertThat(stream.acknowledged).isEqualTo(-1);
    rig.backend.calls.clear();
    rig.cycle();
    assertThat(stream.acknowledged).isEqualTo(24);
    assertThat(rig.backend.calls.stream().map(call -> call.split(" ", 2)[0]))
        .containsExactly("journal", "syncJournal", "create", "append", "sync");
  }

  @Test
  void aRestartContinuesTheFileWithoutLosingAUnit() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(110).pictures(7);
    stream.detach();
    rig.kill();
    rig.start();
    stream.attach().flow(200);
    assertThat(rig.recorded()).isEqualTo(numbers(0, stream.next - 1));
    assertThat(rig.engine.status(MAIN).lost()).isZero();
    assertThat(rig.backend.calls).anyMatch(call -> call.startsWith("resume"));
    assertThat(rig.files()).hasSize(2);
    rig.cycle();
    rig.assertSound();
    assertThat(rig.rows())
        .singleElement()
        .satisfies(row -> assertThat(row.accessUnits()).isEqualTo(250));
    assertThat(rig.ledger().spans()).hasSize(1);
  }

  @Test
  void aHandoverLeavesTheFileOpen() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(60).pictures(3);
    rig.restart(false);
    stream.detach().attachTo(rig.start()).flow(60);
    assertThat(rig.files()).hasSize(1);
    assertThat(rig.recorded()).isEqualTo(numbers(0, stream.next - 1));
  }

  @Test
  void anEndSealsEveryFile() throws Exception {
    rig.start().stream(MAIN).attach().run().flow(60).pictures(3);
    rig.restart(true);
    assertThat(rig.recorded()).isEqualTo(numbers(0, 62));
    rig.start().cycle();
    assertThat(rig.rows())
        .singleElement()
        .satisfies(row -> assertThat(row.state()).isEqualTo(Segment.State.SEALED));
    rig.assertSound();
  }

  @Test
  void anotherRunAfterACrashEndsTheFileAsRecovered() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(60);
    rig.kill();
    rig.clock.advance(Duration.ofSeconds(30));
    rig.start();
    stream.lose().attach().run().flow(60);
    assertThat(rig.rows()).extracting(Segment::state).containsExactly(Segment.State.RECOVERED);
    assertThat(rig.recorded()).isEqualTo(numbers(0, 119));
    assertThat(rig.ledger().gaps())
        .extracting(Ledger.Gap::cause)
        .containsExactly(GapCause.PLATFORM);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    rig.assertSound();
  }

  @Test
  void aFileWhoseStreamDoesNotComeBackIsRecovered() throws Exception {
    rig.patience = Duration.ZERO;
    rig.start().stream(MAIN).attach().run().flow(60);
    rig.kill();
    rig.start().cycle();
    assertThat(rig.rows()).extracting(Segment::state).containsExactly(Segment.State.RECOVERED);
    assertThat(rig.engine.nextSequence(MAIN)).isEqualTo(60);
    rig.assertSound();
  }

  @Test
  void aHubThatIsReplacedGoesOnInTheSameFile() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(30).pictures(10);
    stream.close();
    stream.pictures(5).attach().flow(30);
    assertThat(rig.recorded()).isEqualTo(numbers(0, stream.next - 1));
    assertThat(rig.files()).hasSize(1);
    assertThat(rig.engine.status(MAIN).lost()).isZero();
  }

  @Test
  void aLossEndsTheFileAndIsNamed() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(60);
    long first = stream.next;
    stream.skip(5);
    stream.lost(first, first + 4, GapCause.STALLED);
    stream.flow(60);
    // 60 to 64 never came; 65 to 74 cannot be decoded without the keyframe 50.
    assertThat(rig.engine.status(MAIN).lost()).isEqualTo(15);
    assertThat(rig.recorded()).isEqualTo(with(numbers(0, 59), numbers(75, 124)));
    assertThat(rig.ledger().spans()).hasSize(2);
    assertThat(rig.ledger().gaps())
        .singleElement()
        .satisfies(
            gap -> {
              assertThat(gap.cause()).isEqualTo(GapCause.STALLED);
              assertThat(Duration.between(gap.from(), gap.to())).isEqualTo(Duration.ofMillis(600));
            });
    assertThat(stream.acknowledged).isEqualTo(124);
    rig.restart(true);
    rig.start().cycle();
    rig.assertSound();
  }

  @Test
  void aHoleThatNobodyNamedIsThePlatforms() {
    var stream = rig.start().stream(MAIN).attach().run().flow(50);
    stream.skip(25);
    stream.flow(25);
    assertThat(rig.engine.status(MAIN).lost()).isEqualTo(25);
    assertThat(rig.ledger().gaps())
        .extracting(Ledger.Gap::cause)
        .containsExactly(GapCause.PLATFORM);
  }

  @Test
  void anInterruptionIsAGapWithItsCause() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(50);
    stream.interrupted(GapCause.OFFLINE);
    rig.cycle();
    assertThat(rig.rows()).hasSize(1);
    rig.clock.advance(Duration.ofSeconds(20));
    rig.status(CameraState.UNAUTHORIZED);
    rig.clock.advance(Duration.ofSeconds(20));
    rig.status(CameraState.STREAMING);
    rig.clock.advance(Duration.ofMillis(300));
    stream.run().flow(50);
    assertThat(rig.ledger().gaps())
        .extracting(Ledger.Gap::cause)
        .containsExactly(GapCause.OFFLINE, GapCause.UNAUTHORIZED, GapCause.OFFLINE);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    assertThat(rig.engine.status(MAIN).lost()).isZero();
  }

  @Test
  void aPlanThatIsSwitchedOffTakesEffectAtTheNextKeyframe() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(60);
    rig.camera(off());
    stream.flow(60);
    assertThat(rig.recorded()).isEqualTo(numbers(0, 74));
    assertThat(stream.acknowledged).isEqualTo(119);
    assertThat(rig.engine.status(MAIN).state()).isEqualTo(State.IDLE);
    assertThat(rig.engine.status(MAIN).lost()).isZero();
    rig.camera(RecordingPlan.DEFAULT);
    stream.flow(60);
    assertThat(rig.recorded()).isEqualTo(with(numbers(0, 74), numbers(125, 179)));
    assertThat(rig.ledger().gaps())
        .extracting(Ledger.Gap::cause)
        .containsExactly(GapCause.NOT_SCHEDULED);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    assertThat(rig.engine.status(MAIN).lost()).isZero();
  }

  private static RecordingPlan off() {
    var plan = RecordingPlan.DEFAULT;
    return new RecordingPlan(
        RecordingPlan.OFF, plan.stream(), plan.preRoll(), plan.postRoll(), plan.retention());
  }

  @Test
  void onlyTheStreamOfThePlanIsRecorded() throws Exception {
    var stream = rig.start().stream(Rig.SUB).attach().run().flow(60);
    assertThat(rig.recorded()).isEmpty();
    assertThat(stream.acknowledged).isEqualTo(59);
    assertThat(rig.engine.status(Rig.SUB).state()).isEqualTo(State.IDLE);
  }

  @Test
  void theLedgerOfAStreamTellsOfThatAlone() throws Exception {
    rig.start().stream(MAIN).attach().run().flow(500);
    Instant now = rig.clock.instant();
    Ledger both = rig.ledger();
    assertThat(rig.engine.ledger(MAIN, rig.createdAt, now)).isEqualTo(both);
    Ledger sub = rig.engine.ledger(Rig.SUB, rig.createdAt, now);
    assertThat(sub.spans()).isEmpty();
    Rig.assertCovers(sub, rig.createdAt, now);
    assertThat(sub.gaps())
        .contains(
            new Ledger.Gap(
                both.spans().get(0).from(), both.spans().get(0).to(), GapCause.NOT_SCHEDULED));
  }

  @Test
  void aMissingRecorderIsNamed() throws Exception {
    var everything = rig.recorders.remove("continuous");
    var stream = rig.start().stream(MAIN).attach().run().flow(500);
    assertThat(rig.recorded()).isEmpty();
    assertThat(rig.engine.status(MAIN).state()).isEqualTo(State.FAILED);
    assertThat(rig.engine.status(MAIN).cause()).isEqualTo("recorder missing: continuous");
    assertThat(stream.acknowledged).isEqualTo(224);
    rig.recorders.put("continuous", everything);
    stream.flow(50);
    assertThat(rig.recorded()).isEqualTo(numbers(225, 549));
    assertThat(rig.engine.status(MAIN).state()).isEqualTo(State.RECORDING);
    assertThat(rig.ledger().gaps())
        .extracting(Ledger.Gap::cause)
        .containsExactly(GapCause.PLATFORM);
  }

  @Test
  void aHeldPreRollIsKeptOnceTheRecorderWantsIt() throws Exception {
    var keep = new boolean[1];
    rig.recorders.put(
        "continuous",
        (stream, plan) ->
            new Recorder.Session() {
              @Override
              public Choice choose(Instant gopStart) {
                return keep[0]
                    ? new Choice.Keep()
                    : new Choice.Hold(Duration.ofSeconds(3), GapCause.NO_EVENT);
              }

              @Override
              public void close() {}
            });
    var stream = rig.start().stream(MAIN).attach().run().flow(250);
    assertThat(rig.recorded()).isEmpty();
    assertThat(stream.acknowledged).isEqualTo(149);
    keep[0] = true;
    stream.flow(50);
    assertThat(rig.recorded()).isEqualTo(numbers(150, 299));
    assertThat(stream.acknowledged).isEqualTo(299);
    assertThat(rig.ledger().gaps())
        .extracting(Ledger.Gap::cause)
        .containsExactly(GapCause.NO_EVENT);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
  }

  @Test
  void aFullDiskKeepsNoFileWithoutUnits() throws Exception {
    rig.backend.message = "No space left on device";
    rig.backend.failing.add("append");
    var stream = rig.start().stream(MAIN).attach().run().flow(60);
    assertThat(rig.engine.status(MAIN).state()).isEqualTo(State.FAILED);
    assertThat(rig.segments(MAIN)).isEmpty();
    assertThat(rig.files()).isEmpty();
    rig.backend.failing.clear();
    rig.reopen();
    stream.flow(60);
    assertThat(rig.recorded()).isNotEmpty();
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    rig.assertSound();
  }

  @Test
  void aFileThatCannotBeSyncedIsNeverTouchedAgainAndNothingIsLost() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(60);
    rig.backend.failOnce("sync");
    String suspect = rig.segments(MAIN).get(0).path();
    stream.flow(10);
    int failed = rig.backend.calls.lastIndexOf("sync " + suspect);
    stream.flow(60);
    assertThat(rig.backend.calls.subList(failed + 1, rig.backend.calls.size()))
        .noneMatch(call -> call.endsWith(suspect));
    assertThat(rig.segments(MAIN))
        .extracting(Segment::state)
        .containsExactly(Segment.State.SUSPECT, Segment.State.OPEN);
    // 60 to 69 were not synced; they need the keyframe 50.
    assertThat(rig.segments(MAIN)).extracting(Segment::accessUnits).containsExactly(50L, 80L);
    assertThat(rig.engine.status(MAIN).lost()).isZero();
    assertThat(rig.engine.status(MAIN).recorded()).isEqualTo(130);
    assertThat(rig.ledger().gaps()).isEmpty();
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    rig.restart(true);
    rig.start().cycle();
    rig.assertSound();
  }

  @Test
  void twoErrorsGiveTheVolumeUpUntilItIsWellAgain() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(60);
    rig.backend.failing.add("append");
    stream.flow(25);
    stream.flow(25);
    stream.flow(25);
    assertThat(rig.engine.problem())
        .hasValueSatisfying(text -> assertThat(text).contains("Input/output error"));
    assertThat(rig.engine.status(MAIN).state()).isEqualTo(State.FAILED);
    assertThat(rig.engine.volumes().get(0).state()).isEqualTo("failed");
    rig.backend.failing.add("probe");
    assertThat(stream.acknowledged).isEqualTo(134);
    rig.reopen();
    assertThat(rig.engine.problem()).isPresent();
    rig.backend.failing.clear();
    rig.reopen();
    assertThat(rig.engine.problem()).isEmpty();
    stream.flow(50);
    assertThat(rig.engine.status(MAIN).state()).isEqualTo(State.RECORDING);
    assertThat(rig.ledger().gaps()).extracting(Ledger.Gap::cause).containsOnly(GapCause.STORAGE);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    rig.restart(true);
    rig.start().cycle();
    rig.assertSound();
  }

  @Test
  void aJournalThatFailsIsMadeAgain() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(200);
    rig.backend.failing.add("journal");
    stream.flow(100);
    rig.backend.failing.clear();
    stream.flow(100);
    assertThat(rig.engine.status(MAIN).lost()).isZero();
    rig.indexThere = false;
    stream.detach();
    rig.kill();
    rig.indexThere = true;
    stream.attachTo(rig.start()).flow(50);
    assertThat(rig.recorded()).isEqualTo(numbers(0, stream.next - 1));
    rig.assertSound();
  }

  /** Where there are no inodes left, bytes may be free; only what is created fails. */
  @ParameterizedTest
  @ValueSource(strings = {"append", "create"})
  void aFullDiskIsRelievedByTheOldestAndNothingIsLost(String call) throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(1000);
    rig.backend.message = "No space left on device";
    rig.backend.failing.add(call);
    rig.backend.capacity = new Volume.Capacity(10_000_000, 0);
    rig.backend.onDelete =
        () -> {
          rig.backend.failing.clear();
          rig.backend.capacity = new Volume.Capacity(10_000_000, 5_000_000);
        };
    stream.flow(300);
    assertThat(rig.engine.status(MAIN).lost()).isZero();
    List<Long> left = rig.recorded();
    assertThat(left.get(0)).isBetween(250L, 1000L);
    assertThat(left).isEqualTo(numbers(left.get(0), 1299));
    assertThat(rig.ledger().gaps())
        .extracting(Ledger.Gap::cause)
        .containsExactly(GapCause.DELETED_BY_RETENTION);
    rig.assertSound();
  }

  @Test
  void aFullDiskWithNothingToDeleteStopsRecordingUntilThereIsRoom() throws Exception {
    rig.start();
    rig.camera(kept(1));
    var stream = rig.stream(MAIN).attach().run().flow(510);
    rig.backend.message = "No space left on device";
    rig.backend.failing.addAll(List.of("append", "create"));
    rig.backend.capacity = new Volume.Capacity(10_000_000, 0);
    stream.flow(300);
    assertThat(rig.engine.status(MAIN).state()).isEqualTo(State.FAILED);
    assertThat(rig.engine.status(MAIN).cause()).isEqualTo("the volume is full");
    assertThat(rig.recorded()).isEqualTo(numbers(0, 509));
    assertThat(rig.index.log).isEmpty();
    assertThat(rig.engine.status(MAIN).lost()).isEqualTo(300);
    rig.backend.failing.clear();
    rig.backend.capacity = new Volume.Capacity(10_000_000, 5_000_000);
    rig.look();
    stream.flow(40);
    assertThat(rig.engine.status(MAIN).state()).isEqualTo(State.RECORDING);
    assertThat(rig.ledger().gaps()).extracting(Ledger.Gap::cause).containsExactly(GapCause.STORAGE);
    rig.restart(true);
    rig.start().cycle();
    rig.assertSound();
  }

  private static RecordingPlan kept(double minDays) {
    var plan = RecordingPlan.DEFAULT;
    return new RecordingPlan(
        plan.mode(),
        plan.stream(),
        plan.preRoll(),
        plan.postRoll(),
        new RecordingPlan.Retention(7, 30, OptionalLong.empty(), minDays));
  }

  @Test
  void aSlowDiskCostsNothingUpToTheLimitAndWholeGopsBeyond() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(25);
    // About 6.7 kB each second: the limit of 1 MiB is reached after some 95 s of a disk that hangs.
    stream.pictures(200 * 25);
    rig.cycle();
    long lost = rig.engine.status(MAIN).lost();
    assertThat(lost).isPositive();
    stream.flow(50);
    assertThat(rig.recorded()).hasSize((int) (stream.next - rig.engine.status(MAIN).lost()));
    assertThat(rig.ledger().gaps()).extracting(Ledger.Gap::cause).containsOnly(GapCause.STORAGE);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
  }

  @Test
  void recordingNeedsNoIndex() throws Exception {
    rig.start();
    rig.index.away = true;
    var stream = rig.stream(MAIN).attach().run().flow(600);
    assertThat(stream.acknowledged).isEqualTo(599);
    assertThat(rig.ledger().spans()).hasSize(1);
    assertThat(rig.segmentsSince()).hasSize(3);
    stream.detach();
    rig.kill();
    stream.attachTo(rig.start()).flow(300);
    assertThat(rig.rows()).isEmpty();
    assertThatThrownBy(() -> rig.ledger()).isInstanceOf(StoreUnavailableException.class);
    rig.index.away = false;
    rig.cycle();
    assertThat(rig.rows()).hasSize(3);
    assertThat(rig.recorded()).isEqualTo(numbers(0, 899));
    assertThat(rig.ledger().spans()).hasSize(1);
    rig.assertSound();
  }

  @Test
  void whatThisLifeRecordedIsToldWithoutTheIndex() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(300).detach();
    rig.kill(Duration.ofSeconds(5));
    Instant begun = rig.clock.instant();
    rig.start();
    stream.lose().attach().run().flow(300);
    stream.interrupted(GapCause.OFFLINE);
    rig.status(CameraState.BACKOFF);
    rig.clock.advance(Duration.ofSeconds(20));
    rig.status(CameraState.STREAMING);
    stream.run().flow(300);
    List<Segment> before = rig.engine.segments(MAIN, begun, rig.clock.instant());
    Ledger ledger = rig.engine.ledger(Rig.DOOR, begun, rig.clock.instant());
    assertThat(before).hasSize(4);
    assertThat(ledger.gaps()).extracting(Ledger.Gap::cause).containsExactly(GapCause.OFFLINE);
    for (boolean there : new boolean[] {true, false}) {
      rig.index.away = true;
      rig.indexThere = there;
      assertThat(rig.engine.segments(MAIN, begun, rig.clock.instant())).isEqualTo(before);
      assertThat(rig.engine.ledger(Rig.DOOR, begun, rig.clock.instant())).isEqualTo(ledger);
      assertThat(before)
          .allSatisfy(segment -> assertThat(rig.engine.segment(segment.id())).contains(segment));
      assertThatThrownBy(() -> rig.engine.segments(MAIN, begun.minusMillis(1), rig.clock.instant()))
          .isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void aRowThatTheIndexRefusesHoldsNobodyUp() throws Exception {
    rig.start();
    rig.index.refused.add("door-main-250");
    rig.stream(MAIN).attach().run().flow(900);
    assertThat(rig.rows()).extracting(Segment::id).containsExactly("door-main-0", "door-main-500");
    assertThat(rig.engine.check(false).problems()).isNotEmpty();
  }

  @Test
  void aRefusedVolumeIsNotWrittenToAndIsUsedOnceItIsThere() throws Exception {
    rig.start().stream(MAIN).attach().run().flow(300);
    rig.restart(true);
    rig.backend.refused = true;
    rig.start();
    var stream = rig.stream(MAIN).attach().run().flow(50);
    assertThat(rig.engine.volumes().get(0).state()).isEqualTo("refused");
    assertThat(rig.engine.status(MAIN).cause()).isEqualTo("not mounted");
    assertThat(stream.acknowledged).isEqualTo(349);
    rig.backend.refused = false;
    rig.reopen();
    assertThat(rig.engine.knowsPositions()).isTrue();
    stream.lose().attach().run().flow(50);
    assertThat(rig.engine.status(MAIN).state()).isEqualTo(State.RECORDING);
    assertThat(rig.ledger().gaps()).extracting(Ledger.Gap::cause).containsExactly(GapCause.STORAGE);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
  }

  @Test
  void anOldCopyOfTheVolumeIsRefused() throws Exception {
    rig.start();
    rig.restart(true);
    Path marker = rig.volume.resolve("vigil-volume.json");
    String old = Files.readString(marker);
    rig.start();
    rig.restart(true);
    Files.writeString(marker, old.replace("\"openSequence\": 1", "\"openSequence\": 0"));
    rig.start();
    assertThat(rig.engine.volumes().get(0).state()).isEqualTo("refused");
    assertThat(rig.engine.volumes().get(0).cause()).contains("old copy");
  }

  @Test
  void aLostIndexIsMadeAgainFromTheFiles() throws Exception {
    rig.start().stream(MAIN).attach().run().flow(900);
    rig.restart(true);
    rig.start().cycle();
    var before = rig.rows().stream().map(Segment::id).toList();
    rig.index.rows.clear();
    assertThat(rig.engine.reconcile()).isTrue();
    rig.cycle();
    assertThat(rig.rows()).extracting(Segment::id).isEqualTo(before);
    assertThat(rig.rows()).extracting(Segment::state).containsOnly(Segment.State.RECOVERED);
    rig.assertSound();
  }

  @ParameterizedTest
  @ValueSource(longs = {30, 0, -30})
  void anEmptyDiskGoesOnWithTheNumbersThatTheIndexKnows(long daysLater) throws Exception {
    rig.start().stream(MAIN).attach().run().flow(300);
    rig.restart(true, Duration.ofDays(daysLater));
    Files.delete(rig.volume.resolve("vigil-volume.journal"));
    rig.start();
    assertThat(rig.engine.nextSequence(MAIN)).isEqualTo(300);
    assertThat(rig.engine.nextSequence(Rig.SUB)).isZero();
  }

  @Test
  void filesThatNobodyCanReadAreMovedAside() throws Exception {
    rig.start().stream(MAIN).attach().run().flow(300);
    Path junk = rig.volume.resolve("door/main/2026/11/22/14/junk.mp4");
    Files.writeString(junk, "not a movie");
    Path empty = rig.volume.resolve("door/main/2026/11/22/14/empty.mp4");
    Files.createFile(empty);
    assertThat(rig.engine.reconcile()).isTrue();
    assertThat(junk).doesNotExist();
    assertThat(empty).doesNotExist();
    try (var kept = Files.list(rig.volume.resolve(".quarantine"))) {
      assertThat(kept).hasSize(1);
    }
    rig.assertSound();
  }

  @Test
  void aFewMissingFilesAreMarked() throws Exception {
    rig.start().stream(MAIN).attach().run().flow(2500);
    Files.delete(rig.volume.resolve(rig.rows().get(2).path()));
    assertThat(rig.engine.check(false).problems()).hasSize(1);
    assertThat(rig.engine.reconcile()).isTrue();
    assertThat(rig.rows().get(2).state()).isEqualTo(Segment.State.MISSING);
    assertThat(rig.engine.problem()).isEmpty();
    assertThat(rig.ledger().gaps()).hasSize(1);
  }

  @Test
  void manyMissingFilesAreReportedAndNothingIsMarkedOrDeleted() throws Exception {
    rig.start().stream(MAIN).attach().run().flow(2600);
    for (Segment row : rig.rows().subList(0, 7)) {
      Files.delete(rig.volume.resolve(row.path()));
    }
    rig.engine.reconcile();
    assertThat(rig.rows()).extracting(Segment::state).containsOnly(Segment.State.SEALED);
    assertThat(rig.engine.problem())
        .hasValueSatisfying(text -> assertThat(text).contains("7 of 10"));
    rig.clock.advance(Duration.ofDays(30));
    rig.retention().round();
    assertThat(rig.index.log).isEmpty();
  }

  @Test
  void whatADiskForgotIsFoundAtNight() throws Exception {
    rig.rehashed = 3;
    rig.engine = rig.newEngine();
    rig.start().stream(MAIN).attach().run().flow(2500);
    Path broken = rig.volume.resolve(rig.rows().get(4).path());
    byte[] bytes = Files.readAllBytes(broken);
    bytes[bytes.length / 2] ^= 1;
    Files.write(broken, bytes);
    ZonedDateTime noon = rig.clock.instant().atZone(ZoneId.systemDefault()).with(LocalTime.NOON);

    rig.clock.set(noon.plusDays(1).toInstant());
    rig.engine.rehash();
    assertThat(rig.engine.problem()).isEmpty();
    rig.clock.set(noon.plusDays(2).with(LocalTime.of(3, 0)).toInstant());
    rig.engine.rehash();
    rig.engine.rehash();
    assertThat(rig.engine.problem()).as("the first three are well").isEmpty();
    rig.clock.set(noon.plusDays(3).with(LocalTime.of(3, 0)).toInstant());
    rig.engine.rehash();

    assertThat(rig.engine.problem())
        .hasValueSatisfying(text -> assertThat(text).contains("damaged", rig.rows().get(4).id()));
    assertThat(rig.rows())
        .filteredOn(row -> row.state() == Segment.State.SUSPECT)
        .extracting(Segment::path)
        .containsExactly(rig.rows().get(4).path());
  }

  @Test
  void theCheckFindsWhatIsWrong() throws Exception {
    rig.start().stream(MAIN).attach().run().flow(1000);
    rig.assertSound();
    Path first = rig.volume.resolve(rig.rows().get(0).path());
    byte[] bytes = Files.readAllBytes(first);
    bytes[bytes.length / 2] ^= 1;
    Files.write(first, bytes);
    assertThat(rig.engine.check(false).problems()).isEmpty();
    assertThat(rig.engine.check(true).problems())
        .singleElement()
        .asString()
        .contains("not what was recorded");
    Files.write(first, new byte[] {1}, StandardOpenOption.APPEND);
    assertThat(rig.engine.check(false).problems()).singleElement().asString().contains("bytes");
    Files.copy(first, first.resolveSibling("another.mp4"));
    assertThat(rig.engine.check(false).problems()).anyMatch(text -> text.contains("nobody knows"));
  }

  @Test
  void theLedgerCoversACamerasLifeUpToNow() {
    rig.start();
    rig.status(CameraState.CONNECTING);
    rig.clock.advance(Duration.ofSeconds(3));
    rig.status(CameraState.STREAMING);
    rig.clock.advance(Duration.ofMillis(40));
    var stream = rig.stream(MAIN).attach().run().flow(40).pictures(10);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    assertThat(rig.ledger().gaps()).extracting(Ledger.Gap::cause).containsExactly(GapCause.OFFLINE);
    assertThat(rig.ledger().spans()).hasSize(1);
    assertThat(stream.acknowledged).isEqualTo(39);
  }

  private Ledger.Gap gap(int from, int to, GapCause cause) {
    return new Ledger.Gap(
        LedgerBook.millis(rig.createdAt.plusSeconds(from)),
        LedgerBook.millis(rig.createdAt.plusSeconds(to)),
        cause);
  }

  @Test
  void aConditionThatLastsOverARestartLeavesOutTheTimeWithoutAPlatform() {
    rig.start();
    rig.status(CameraState.DISABLED);
    rig.clock.advance(Duration.ofMinutes(5));
    rig.cycle();
    rig.kill(Duration.ofMinutes(5));
    rig.start();
    rig.status(CameraState.DISABLED);
    rig.clock.advance(Duration.ofMinutes(5));
    rig.cycle();
    assertThat(rig.ledger().gaps())
        .containsExactly(
            gap(0, 300, GapCause.DISABLED),
            gap(300, 600, GapCause.PLATFORM),
            gap(600, 900, GapCause.DISABLED));
  }

  @Test
  void whatIsSaidWhileThePlatformEndsIsItsOwnDoing() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(250);
    rig.status(CameraState.STREAMING);
    rig.ending = true;
    stream.interrupted(GapCause.OFFLINE);
    rig.clock.advance(Duration.ofSeconds(2));
    rig.status(CameraState.BACKOFF);
    rig.restart(true, Duration.ofSeconds(8));
    rig.start();
    rig.status(CameraState.CONNECTING);
    rig.clock.advance(Duration.ofSeconds(2));
    rig.status(CameraState.STREAMING);
    rig.clock.advance(Duration.ofSeconds(1));
    stream.lose().attach().run().flow(50);
    assertThat(rig.ledger().gaps()).containsExactly(gap(10, 23, GapCause.PLATFORM));
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
  }

  @Test
  void aCameraThatIsLostWhenAllIsKilledIsOfflineUpToThenAndAfterItWasAsked() {
    var stream = rig.start().stream(MAIN).attach().run().flow(250);
    stream.interrupted(GapCause.OFFLINE);
    rig.status(CameraState.BACKOFF);
    for (int i = 0; i < 6; i++) {
      rig.clock.advance(Duration.ofSeconds(10));
      rig.cycle();
    }
    rig.kill(Duration.ofSeconds(60));
    rig.start();
    rig.status(CameraState.CONNECTING);
    rig.clock.advance(Duration.ofSeconds(10));
    rig.status(CameraState.BACKOFF);
    rig.clock.advance(Duration.ofSeconds(10));
    rig.status(CameraState.CONNECTING);
    rig.clock.advance(Duration.ofSeconds(10));
    rig.cycle();
    assertThat(rig.ledger().gaps())
        .containsExactly(
            gap(10, 70, GapCause.OFFLINE),
            gap(70, 140, GapCause.PLATFORM),
            gap(140, 160, GapCause.OFFLINE));
  }

  @Test
  void anOpenFileCanBeRead() throws Exception {
    rig.start().stream(MAIN).attach().run().flow(50);
    Segment open = rig.segments(MAIN).get(0);
    assertThat(open.state()).isEqualTo(Segment.State.OPEN);
    try (var channel = rig.engine.read(open)) {
      assertThat(channel.size()).isEqualTo(open.bytes());
    }
    assertThat(rig.engine.segment(open.id())).contains(open);
  }

  private static List<Long> with(List<Long> one, List<Long> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }
}
