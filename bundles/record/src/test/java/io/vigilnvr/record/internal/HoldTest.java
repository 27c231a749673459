package io.vigilnvr.record.internal;

import static io.vigilnvr.record.internal.Rig.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.RecordingPlan.Retention;
import io.vigilnvr.api.record.Segment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is held until something happens. */
final class HoldTest {
  private static final RecordingPlan PLAN =
      new RecordingPlan(
          "event",
          RecordingPlan.DEFAULT.stream(),
          RecordingPlan.DEFAULT.preRoll(),
          RecordingPlan.DEFAULT.postRoll(),
          RecordingPlan.DEFAULT.retention());

  private final Rig rig;
  private Duration hold = Duration.ofSeconds(3);
  private boolean isKept;
  private boolean isLastKept;
  private Instant since = Instant.MIN;
  private int closed;

  HoldTest(@TempDir Path folder) {
    rig = new Rig(folder);
    rig.recorders.put("event", (stream, plan) -> new Session());
  }

  private final class Session implements Recorder.Session {
    @Override
    public Recorder.Choice choose(Instant gopStart) {
      return isKept
          ? new Recorder.Choice.Keep(since)
          : new Recorder.Choice.Hold(hold, GapCause.NO_EVENT);
    }

    @Override
    public Recorder.Choice chooseLast(Instant end) {
      return isLastKept ? new Recorder.Choice.Keep(since) : choose(end);
    }

    @Override
    public void close() {
      closed++;
    }
  }

  private FakeStream start() {
    rig.look();
    rig.camera(PLAN);
    rig.status(CameraState.STREAMING);
    return rig.stream(MAIN);
  }

  private void startAgain() {
    rig.look();
    rig.camera(PLAN);
    rig.status(CameraState.STREAMING);
  }

  private static List<Long> numbers(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  private void assertNothingIsLost() {
    assertThat(rig.engine.status(MAIN).lost()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsHeldSurvivesThePlatform(boolean killed) throws Exception {
    FakeStream stream = start().attach().run().flow(1000);
    assertThat(stream.acknowledged).isEqualTo(899);
    if (killed) {
      rig.kill(Duration.ofSeconds(2));
    } else {
      rig.restart(true, Duration.ofSeconds(2));
    }
    startAgain();
    isKept = true;
    stream.pictures(10).attach().flow(65);
    assertThat(rig.recorded()).isEqualTo(numbers(900, 1074));
    // After a kill up to ten seconds of what was left out are taken for lost, but no more.
    assertThat(rig.engine.status(MAIN).lost()).isLessThanOrEqualTo(killed ? 250 : 0);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    rig.assertSound();
  }

  @Test
  void thatNothingHappensIsNotTakenForAFaultAfterARestart() {
    FakeStream stream = start().attach().run().flow(1000);
    rig.restart(true, Duration.ofSeconds(2));
    startAgain();
    stream.attach().flow(500);
    assertNothingIsLost();
    assertThat(rig.ledger().gaps())
        .extracting(Ledger.Gap::cause)
        .containsExactly(GapCause.NO_EVENT, GapCause.PLATFORM, GapCause.NO_EVENT);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
  }

  @Test
  void whatIsHeldForNothingIsNotKept() throws Exception {
    hold = Duration.ofSeconds(10);
    FakeStream stream = start().attach().run().flow(500);
    since = rig.clock.instant().minusSeconds(2);
    isKept = true;
    stream.flow(100);
    assertThat(rig.recorded().get(0)).isBetween(425L, 450L);
    assertThat(rig.recorded()).endsWith(598L, 599L);
    assertNothingIsLost();
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
  }

  @Test
  void aBreakInTheLineIsOverOnceTheStreamIsThereAgain() {
    FakeStream stream = start().attach().run().flow(250);
    stream.skip(25).lost(250, 274, GapCause.OFFLINE);
    stream.pictures(25);
    stream.flow(500);
    assertThat(rig.ledger().gaps())
        .last()
        .extracting(Ledger.Gap::cause)
        .isEqualTo(GapCause.NO_EVENT);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
  }

  @Test
  void theBeginningIsHeldInGroupsThatAreLongerThanTheHold() throws Exception {
    FakeStream stream = start();
    stream.gop = 250;
    stream.attach().run().flow(600);
    // Something begins at picture 510, and is told at once; the next keyframe is at 750.
    stream.flow(100);
    isKept = true;
    stream.flow(100);
    assertThat(rig.recorded()).startsWith(250L, 251L).endsWith(798L, 799L).hasSize(550);
    assertNothingIsLost();
  }

  @Test
  void whatIsHeldIsKeptIfTheStreamEndsWithAnEvent() throws Exception {
    FakeStream stream = start().attach().run().flow(250);
    isKept = true;
    stream.pictures(10);
    stream.interrupted(GapCause.OFFLINE);
    rig.cycle();
    assertThat(rig.recorded()).isEqualTo(numbers(150, 259));
    isKept = false;
    rig.clock.advance(Duration.ofSeconds(5));
    stream.run().flow(250);
    isKept = true;
    // It ends without a word.
    rig.clock.advance(Duration.ofSeconds(5));
    stream.run().flow(50);
    assertThat(rig.recorded()).contains(410L, 509L, 510L);
    assertThat(rig.segments(MAIN)).hasSize(3);
    rig.assertSound();
  }

  @Test
  void whatIsHeldIsKeptIfNothingFollowsOnIt() throws Exception {
    FakeStream stream = start().attach().run().flow(250);
    isLastKept = true;
    stream.flow(50);
    assertThat(rig.recorded()).isEmpty();
    stream.pictures(10);
    stream.interrupted(GapCause.OFFLINE);
    rig.cycle();
    assertThat(rig.recorded()).isEqualTo(numbers(225, 309));
  }

  @Test
  void holdsItsPlaceInTheWindowOfTheStream() {
    hold = Duration.ofMinutes(1);
    FakeStream stream = start();
    stream.bytes = 500_000;
    stream.gop = 5;
    stream.attach().run();
    for (int i = 0; i < 40; i++) {
      stream.pictures(5);
      rig.cycle();
    }
    // Sixteen groups of half a megabyte.
    assertThat(stream.acknowledged).isEqualTo(119);
  }

  @Test
  void whatDoesNotComeAgainIsKeptBeforeAnEnd() throws Exception {
    hold = Duration.ofMinutes(1);
    FakeStream stream = start();
    stream.bytes = 500_000;
    stream.gop = 5;
    stream.attach().run();
    for (int i = 0; i < 40; i++) {
      stream.pictures(5);
      rig.cycle();
    }
    assertThat(stream.acknowledged).isEqualTo(119);
    isLastKept = true;
    // The record bundle is replaced, or the platform is handed over: the stream goes on.
    rig.restart(false);
    startAgain();
    stream.bytes = 200;
    stream.detach().attachTo(rig).flow(50);
    isKept = true;
    stream.flow(5);
    assertThat(rig.recorded()).startsWith(0L, 1L, 2L).contains(119L, 120L, 199L);
    assertNothingIsLost();
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    rig.assertSound();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatNobodyLookedAtIsKeptBeforeTheStreamEndsToo(boolean isRecorderGone) throws Exception {
    start().attach().run().flow(250);
    isLastKept = true;
    if (isRecorderGone) {
      rig.recorders.clear();
    }
    rig.restart(true);
    startAgain();
    assertThat(rig.recorded()).isEqualTo(numbers(150, 249));
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    rig.assertSound();
  }

  @Test
  void whatMemoryIsTooShortForIsKept() throws Exception {
    hold = Duration.ofMinutes(1);
    rig.memory = new HeldMemory(20_000);
    rig.engine = rig.newEngine();
    FakeStream stream = start().attach().run().flow(1000);
    List<Long> recorded = rig.recorded();
    assertThat(recorded).isEqualTo(numbers(0, recorded.size() - 1)).hasSizeGreaterThan(900);
    assertNothingIsLost();
    // Of a segment's length each, not of what memory holds.
    assertThat(rig.segments(MAIN)).hasSizeLessThanOrEqualTo(4);
    assertThat(rig.ledger().spans()).hasSize(1);
    assertThat(rig.ledger().gaps()).isEmpty();

    // A hold that there is room for.
    hold = Duration.ofSeconds(1);
    stream.flow(1000);
    assertThat(rig.recorded()).hasSizeLessThan(1300);
    assertThat(rig.ledger().gaps()).extracting(Ledger.Gap::cause).containsOnly(GapCause.NO_EVENT);
    assertNothingIsLost();
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    rig.assertSound();
  }

  @Test
  void aGroupThatMemoryIsTooShortForIsKept() throws Exception {
    hold = Duration.ofSeconds(1);
    rig.memory = new HeldMemory(5_000);
    rig.engine = rig.newEngine();
    start().attach().run().flow(100);
    assertThat(rig.recorded()).startsWith(0L, 1L).endsWith(98L, 99L).hasSize(100);
  }

  @Test
  void goesOnWithTheFileWhenOtherThingsOfTheCameraChange() throws Exception {
    isKept = true;
    FakeStream stream = start().attach().run().flow(60);
    var before = rig.engine.segments(MAIN, Instant.EPOCH, rig.clock.instant().plusSeconds(9));
    Camera camera = Rig.camera(Rig.DOOR, PLAN, rig.createdAt);
    var plan =
        new RecordingPlan(
            PLAN.mode(),
            PLAN.stream(),
            PLAN.preRoll(),
            PLAN.postRoll(),
            new Retention(1, 2, OptionalLong.of(9_000_000), 0, Map.of("person", 9.0), Map.of()));
    rig.engine
        .cameras()
        .changed(
            new Camera(
                camera.id(),
                2,
                camera.name(),
                camera.driver(),
                true,
                Map.of(),
                List.of(),
                plan,
                List.of(new Camera.DetectorBinding("motion", Map.of("sensitivity", 0.7))),
                List.of(
                    new Camera.Zone(
                        "line",
                        List.of(new Camera.Point(0, 0), new Camera.Point(1, 1)),
                        List.of(),
                        0)),
                List.of(),
                List.of(),
                rig.createdAt));
    stream.flow(60);
    assertThat(rig.recorded()).isEqualTo(numbers(0, 119));
    assertThat(rig.segments(MAIN))
        .extracting(Segment::id)
        .containsExactlyElementsOf(before.stream().map(Segment::id).toList());
    assertThat(rig.ledger().gaps()).isEmpty();
    assertThat(closed).isEqualTo(1);
  }

  @Test
  void allTogetherHoldNoMoreThanThereIsRoomFor() {
    var memory = new HeldMemory(1000);
    memory.holds("one", 600);
    assertThat(memory.isTooMuch(600)).isFalse();
    memory.holds("other", 500);
    assertThat(memory.isTooMuch(600)).isTrue();
    assertThat(memory.isTooMuch(500)).isFalse();
    memory.holds("other", 0);
    assertThat(memory.isTooMuch(600)).isFalse();
    assertThat(memory.isTooMuch(HeldMemory.MOST_BYTES + 1)).isTrue();
  }
}
