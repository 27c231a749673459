package io.vigilnvr.detect.internal;

import static io.vigilnvr.detect.internal.Scene.FRONT;
import static io.vigilnvr.detect.internal.Scene.person;
import static io.vigilnvr.detect.internal.Scene.second;
import static io.vigilnvr.detect.internal.TestTasks.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.Camera.DetectorBinding;
import io.vigilnvr.api.camera.Camera.Zone;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.detect.Analysis.Observation;
import io.vigilnvr.api.detect.Analysis.Sight;
import io.vigilnvr.api.detect.Analysis.Standing;
import io.vigilnvr.api.detect.Analysis.State;
import io.vigilnvr.api.detect.Analysis.Watching;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.DetectorException;
import io.vigilnvr.api.detect.Policy;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventType;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.tck.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The engine with detectors that do as the tests say, on real threads. */
@Timeout(60)
final class EngineTest {
  private static final StreamId MAIN = new StreamId(FRONT, StreamRole.MAIN);
  private static final StreamId SUB = new StreamId(FRONT, StreamRole.SUB);

  private static final Limits LIMITS =
      new Limits(
          Duration.ofMillis(300),
          Duration.ofSeconds(10),
          Duration.ofMillis(20),
          Duration.ofMillis(100),
          Duration.ofMillis(300),
          Duration.ofMillis(50));

  /** Long enough for a busy machine. */
  private static final Limits PATIENT =
      new Limits(
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofMillis(20),
          Duration.ofMillis(100),
          Duration.ofSeconds(30),
          Duration.ofMillis(50));

  private final FakeFrames frames = new FakeFrames();
  private final FakeLog log = new FakeLog();
  private final FakeClock clock = new FakeClock();
  private final TestTasks tasks = new TestTasks();
  private final Set<StreamId> flowing = ConcurrentHashMap.newKeySet();
  private final List<CameraId> news = new CopyOnWriteArrayList<>();
  private final FakeDetector motion = new FakeDetector(policy(EventType.MOTION, false));
  private final FakeDetector objects = new FakeDetector(policy(EventType.OBJECT, true));

  @SuppressWarnings("NullAway.Init")
  private Engine engine;

  private static Policy policy(EventType type, boolean onMotion) {
    return new Policy(
        type, Map.of(), Policy.Least.NOTHING, 2, 3, Duration.ofMillis(400), false, onMotion, false);
  }

  @BeforeEach
  void start() {
    flowing.add(SUB);
    flowing.add(MAIN);
    engine(PATIENT);
  }

  private void engine(Limits limits) {
    engine =
        new Engine(
            new Engine.Parts(
                frames,
                new FakePictures(),
                log,
                flowing::contains,
                (id, settings) -> settings,
                tasks,
                clock,
                news::add),
            limits);
    engine.detectors().add("motion", 0, 1, motion);
    engine.detectors().add("onnx", 0, 2, objects);
    tasks.start("detect-pictures", engine::keepPictures);
  }

  @AfterEach
  void end() throws InterruptedException {
    engine.close();
    tasks.end();
  }

  private static Camera camera(List<Zone> zones, boolean enabled, String... detectors) {
    return new Camera(
        FRONT,
        1,
        "Front",
        "rtsp",
        enabled,
        Map.of(),
        List.of(),
        RecordingPlan.DEFAULT,
        Stream.of(detectors).map(id -> new DetectorBinding(id, Map.of())).toList(),
        zones,
        List.of(),
        List.of(),
        FakeClock.START);
  }

  private static Camera camera(String... detectors) {
    return camera(List.of(), true, detectors);
  }

  private Standing standing(String detector) {
    return engine.standings(FRONT).stream()
        .filter(one -> one.detector().equals(detector))
        .findFirst()
        .orElseThrow();
  }

  private void awaitState(String detector, State state) {
    await(
        () -> {
          engine.look();
          return standing(detector).state() == state;
        });
  }

  private void awaitWatched(int number) {
    await(
        () -> {
          engine.look();
          return frames.watched.size() == number;
        });
  }

  /** A frame that the detector looks at before this returns. */
  private void give(FakeDetector to) throws InterruptedException {
    int before = to.looked.get();
    frames.give();
    await(() -> to.looked.get() > before);
    engine.look();
  }

  private void give(FakeDetector to, int number) throws InterruptedException {
    for (int i = 0; i < number; i++) {
      give(to);
    }
  }

  private void giveUntil(BooleanSupplier condition) {
    await(
        () -> {
          try {
            give(motion);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return condition.getAsBoolean();
        });
  }

  private void seeMotion() {
    motion.act = (frame, moving) -> List.of(person(0.5));
  }

  /** Objects have had their first look, 0.6 s; they wait for motion. */
  private void begin() throws InterruptedException {
    engine.changed(camera("motion", "onnx"));
    awaitWatched(2);
    give(objects, 3);
    await(() -> motion.looked.get() == 3);
    awaitState("motion", State.LOOKING);
    awaitState("onnx", State.WAITING);
    assertThat(standing("onnx").cause()).isEqualTo("it waits for motion");
    awaitWatched(1);
  }

  @Test
  void opensWhatACameraIsBoundTo() throws Exception {
    engine.changed(camera("motion"));
    awaitState("motion", State.LOOKING);
    assertThat(frames.watched.get(0).stream()).isEqualTo(SUB);
    seeMotion();
    give(motion, 5);
    await(() -> log.all().size() == 1);
    assertThat(log.only().startedAt()).isEqualTo(second(0));
    assertThat(standing("motion").ongoing()).isEqualTo(1);
    assertThat(engine.motion(FRONT)).contains(List.of(person(0.5).box()));
    motion.act = (frame, moving) -> List.of();
    give(motion, 4);
    await(() -> log.lasting().isEmpty());
    assertThat(news).contains(FRONT);
  }

  @Test
  void looksAtTheMainStreamIfThereIsNoOther() {
    flowing.remove(SUB);
    engine.changed(camera("motion"));
    awaitWatched(1);
    assertThat(frames.watched.get(0).stream()).isEqualTo(MAIN);
    flowing.add(SUB);
    await(
        () -> {
          engine.look();
          return frames.watched.stream().anyMatch(one -> one.stream().equals(SUB));
        });
    assertThat(frames.watched).hasSize(1);
    await(() -> motion.closed.get() == 1);
  }

  @Test
  void waitsForACameraThatSendsNothing() {
    flowing.clear();
    engine.changed(camera("motion"));
    awaitState("motion", State.WAITING);
    assertThat(standing("motion").cause()).isEqualTo("the camera sends nothing");
    assertThat(motion.opened).hasValue(0);
    flowing.add(SUB);
    awaitState("motion", State.LOOKING);
  }

  @Test
  void endsWhatLastsWhenTheCameraIsSwitchedOff() throws Exception {
    engine.changed(camera("motion"));
    awaitWatched(1);
    seeMotion();
    give(motion, 4);
    await(() -> log.all().size() == 1);
    engine.changed(camera(List.of(), false, "motion"));
    assertThat(log.lasting()).isEmpty();
    assertThat(frames.watched).isEmpty();
    assertThat(engine.standings(FRONT)).isEmpty();
    await(() -> motion.closed.get() == 1);
  }

  @Test
  void looksForObjectsWhileThereIsMotion() throws Exception {
    begin();
    seeMotion();
    List<List<Event.Box>> moving = new CopyOnWriteArrayList<>();
    objects.act =
        (frame, boxes) -> {
          moving.add(boxes);
          return List.of(person(0.5));
        };
    give(motion, 3);
    awaitWatched(2);
    give(objects, 5);
    await(() -> log.all().size() == 2);
    assertThat(moving).contains(List.of(person(0.5).box()));
    motion.act = (frame, boxes) -> List.of();
    // Motion misses it, and it is followed all the same; then it goes.
    objects.act = (frame, boxes) -> List.of(person(0.4 + 0.2 * Math.sin(frame.sequence() / 20.0)));
    long paused = System.nanoTime() + 3 * motion.policy.offDelay().toNanos();
    giveUntil(() -> System.nanoTime() - paused > 0);
    assertThat(engine.motion(FRONT)).contains(List.of());
    assertThat(standing("onnx").state()).isEqualTo(State.LOOKING);
    assertThat(log.lasting()).hasSize(1);
    objects.act = (frame, boxes) -> List.of();
    giveUntil(() -> standing("onnx").state() == State.WAITING);
    assertThat(standing("onnx").cause()).isEqualTo("it waits for motion");
    assertThat(log.lasting()).isEmpty();
  }

  @Test
  void findsWhoStandsInViewAtTheBeginning() throws Exception {
    objects.act = (frame, boxes) -> List.of(person(0.5));
    engine.changed(camera("motion", "onnx"));
    awaitWatched(2);
    give(objects, 3);
    await(() -> log.all().size() == 1);
    assertThat(log.only().startedAt()).isEqualTo(second(0));
    objects.act = (frame, boxes) -> List.of();
    giveUntil(() -> standing("onnx").state() == State.WAITING);
    assertThat(log.lasting()).isEmpty();
  }

  @Test
  void looksForObjectsWhileNobodyCanTellWhatMoves() throws Exception {
    begin();
    motion.settled = false;
    giveUntil(() -> standing("onnx").state() == State.LOOKING);
    assertThat(engine.motion(FRONT)).isEmpty();
    motion.settled = true;
    giveUntil(() -> standing("onnx").state() == State.WAITING);
  }

  @Test
  void looksForObjectsAlwaysIfNobodyLooksForMotion() throws Exception {
    engine.changed(camera("onnx"));
    awaitState("onnx", State.LOOKING);
    give(objects, 3);
    // Nor if the one who should has failed.
    motion.refusal = "no model";
    engine.changed(camera("motion", "onnx"));
    awaitState("motion", State.FAILED);
    awaitState("onnx", State.LOOKING);
    assertThat(engine.motion(FRONT)).isEmpty();
    assertThat(standing("motion").cause()).isEqualTo("no model");
  }

  @Test
  void looksWithoutMotionWhileSomebodyWatches() throws Exception {
    begin();
    List<String> notes = new CopyOnWriteArrayList<>();
    objects.act = (frame, moving) -> List.of(Scene.seen("cat", 0.9, 0.5));
    try (Watching watching =
        engine.watch(FRONT, "onnx", observation -> notes.add(describe(observation)))) {
      assertThat(watching).isNotNull();
      awaitState("onnx", State.LOOKING);
      give(objects);
      await(() -> !notes.isEmpty());
    }
    assertThat(notes.get(0)).isEqualTo("dark cat true seen in 1 of 2 frames that are needed");
    awaitState("onnx", State.WAITING);
  }

  private static String describe(Observation observation) {
    return observation.explanation().orElseThrow().note()
        + " "
        + observation.seen().get(0).label()
        + " "
        + observation.verdicts().get(0).counted()
        + " "
        + observation.verdicts().get(0).reason();
  }

  @Test
  void knowsNoDetectorThatIsNotBound() {
    engine.changed(camera("motion"));
    engine.look();
    assertThatThrownBy(() -> engine.watch(FRONT, "onnx", observation -> {}))
        .isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void takesOtherZonesWithoutOpeningAnew() throws Exception {
    engine.changed(camera("motion"));
    awaitWatched(1);
    seeMotion();
    give(motion, 4);
    await(() -> log.all().size() == 1);
    engine.changed(camera(List.of(Scene.zone("all", 0, 1, 0)), true, "motion"));
    engine.look();
    await(() -> motion.adopted.size() == 1);
    give(motion, 8);
    await(() -> log.only().zones().equals(List.of("all")));
    assertThat(motion.opened).hasValue(1);
    assertThat(frames.subscriptions).hasValue(1);
  }

  @Test
  void opensAnewWhatCannotTakeOtherSettings() throws Exception {
    motion.adopts = false;
    engine.changed(camera("motion"));
    awaitWatched(1);
    seeMotion();
    give(motion, 4);
    engine.changed(camera(List.of(Scene.zone("all", 0, 1, 0)), true, "motion"));
    await(
        () -> {
          engine.look();
          return motion.opened.get() == 2;
        });
    awaitWatched(1);
    give(motion, 8);
    await(() -> log.only().zones().equals(List.of("all")));
    await(() -> motion.closed.get() == 1);
  }

  @Test
  void isMissingWithoutItsPluginAndGoesOnOnceItIsBack() throws Exception {
    engine.changed(camera("motion"));
    awaitWatched(1);
    seeMotion();
    give(motion, 4);
    await(() -> log.all().size() == 1);
    engine.detectors().remove(1);
    awaitState("motion", State.MISSING);
    assertThat(engine.problem().orElseThrow()).contains("not installed");
    assertThat(frames.watched).isEmpty();
    await(() -> motion.closed.get() == 1);
    FakeDetector newer = new FakeDetector(policy(EventType.MOTION, false));
    newer.act = motion.act;
    engine.detectors().add("motion", 0, 3, newer);
    awaitState("motion", State.LOOKING);
    give(newer, 4);
    // The event that lasted goes on.
    assertThat(log.all()).hasSize(1);
    assertThat(standing("motion").ongoing()).isEqualTo(1);
    assertThat(engine.problem()).isEmpty();
  }

  @Test
  void takesABetterDetectorOfTheSameName() {
    engine.changed(camera("motion"));
    awaitState("motion", State.LOOKING);
    FakeDetector better = new FakeDetector(policy(EventType.MOTION, false));
    engine.detectors().add("motion", 10, 3, better);
    await(
        () -> {
          engine.look();
          return better.opened.get() == 1 && motion.closed.get() == 1;
        });
  }

  @Test
  void bearsWhatThrowsNowAndThen() throws Exception {
    engine.changed(camera("motion"));
    awaitWatched(1);
    int[] calls = {0};
    motion.act =
        (frame, moving) -> {
          if (++calls[0] % 3 != 0) {
            throw new IllegalArgumentException("now and then");
          }
          return List.of(person(0.5));
        };
    give(motion, 30);
    assertThat(motion.opened).hasValue(1);
    assertThat(standing("motion").state()).isEqualTo(State.LOOKING);
  }

  @Test
  void closesWhatAlwaysThrowsAndTriesItAgain() throws Exception {
    engine.changed(camera("motion"));
    awaitWatched(1);
    motion.act =
        (frame, moving) -> {
          throw new IllegalArgumentException("always");
        };
    give(motion, 3);
    awaitState("motion", State.FAILED);
    assertThat(standing("motion").cause()).contains("always");
    assertThat(news).contains(FRONT);
    await(
        () -> {
          engine.look();
          return motion.opened.get() >= 2 && motion.closed.get() >= 1;
        });
    awaitWatched(1);
    // It stays failed until it has looked at a frame.
    assertThat(standing("motion").state()).isEqualTo(State.FAILED);
    motion.act = (frame, moving) -> List.of();
    give(motion, 1);
    awaitState("motion", State.LOOKING);
  }

  @Test
  void closesAtOnceWhatSaysThatItCannotGoOn() throws Exception {
    engine.changed(camera("motion"));
    awaitWatched(1);
    motion.act =
        (frame, moving) -> {
          throw new DetectorException("the model is broken");
        };
    give(motion);
    awaitState("motion", State.FAILED);
    assertThat(standing("motion").cause()).isEqualTo("the model is broken");
  }

  @Test
  void triesOtherSettingsAtOnce() {
    engine.close();
    engine(
        new Limits(
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofSeconds(30),
            Duration.ofMillis(50)));
    motion.refusal = "no such model";
    engine.changed(camera("motion"));
    awaitState("motion", State.FAILED);
    motion.refusal = "";
    for (int i = 0; i < 50; i++) {
      engine.look();
    }
    assertThat(motion.opened).hasValue(0);
    engine.changed(camera(List.of(Scene.zone("all", 0, 1, 0)), true, "motion"));
    await(
        () -> {
          engine.look();
          return motion.opened.get() == 1;
        });
  }

  @Test
  void survivesErrors() throws Exception {
    engine.changed(camera("motion"));
    awaitWatched(1);
    motion.act =
        (frame, moving) -> {
          throw new NoClassDefFoundError("gone");
        };
    give(motion, 3);
    awaitState("motion", State.FAILED);
  }

  @Test
  void leavesBehindWhatBlocks() throws Exception {
    engine.close();
    engine(LIMITS);
    engine.changed(camera("motion"));
    awaitWatched(1);
    CountDownLatch never = new CountDownLatch(1);
    motion.act =
        (frame, moving) -> {
          boolean deaf = true;
          while (deaf) {
            try {
              never.await();
              deaf = false;
            } catch (InterruptedException e) {
              // Does not listen, as bad code does.
            }
          }
          return List.of(person(0.5));
        };
    frames.give();
    awaitState("motion", State.FAILED);
    assertThat(standing("motion").cause()).startsWith("it took longer than");
    motion.act = (frame, moving) -> List.of();
    await(
        () -> {
          engine.look();
          return motion.opened.get() == 2;
        });
    awaitWatched(1);
    give(motion, 3);
    // What it says after all does not count.
    never.countDown();
    await(() -> motion.looked.get() >= 4);
    assertThat(log.all()).isEmpty();
    await(() -> motion.closed.get() >= 1);
  }

  @Test
  void givesUpWhatBlocksAgainAndAgain() throws Exception {
    engine.close();
    engine(LIMITS);
    engine.changed(camera("motion"));
    CountDownLatch end = new CountDownLatch(1);
    motion.act =
        (frame, moving) -> {
          boolean deaf = true;
          while (deaf) {
            try {
              end.await();
              deaf = false;
            } catch (InterruptedException e) {
              // Does not listen, as bad code does.
            }
          }
          return List.of();
        };
    for (int i = 1; i <= 3; i++) {
      int number = i;
      await(
          () -> {
            engine.look();
            return motion.opened.get() == number && frames.watched.size() == 1;
          });
      frames.give();
      await(
          () -> {
            engine.look();
            return frames.watched.isEmpty();
          });
    }
    clock.advance(Duration.ofMinutes(1));
    for (int i = 0; i < 100; i++) {
      engine.look();
    }
    assertThat(motion.opened).hasValue(3);
    end.countDown();
    await(
        () -> {
          engine.look();
          return motion.opened.get() == 4;
        });
  }

  @Test
  void countsNoMoreThanAHundred() throws Exception {
    engine.changed(camera("motion"));
    awaitWatched(1);
    List<Detection> flood = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      flood.add(person(i / 5000.0));
    }
    motion.act = (frame, moving) -> flood;
    List<Integer> seen = new CopyOnWriteArrayList<>();
    try (Watching watching =
        engine.watch(FRONT, "motion", observation -> seen.add(observation.seen().size()))) {
      assertThat(watching).isNotNull();
      give(motion, 3);
      await(() -> seen.size() == 3);
    }
    assertThat(seen).containsOnly(100);
    engine.look();
    assertThat(standing("motion").cause()).contains("5000 things");
  }

  @Test
  void namesAFloodOfEvents() throws Exception {
    log.allow(0);
    engine.changed(camera("motion"));
    awaitWatched(1);
    seeMotion();
    give(motion, 4);
    engine.look();
    assertThat(standing("motion").cause()).contains("tells too much");
  }

  @Test
  void endsAnEventWhenTheFramesStop() throws Exception {
    engine.close();
    engine(LIMITS);
    engine.changed(camera("motion"));
    awaitWatched(1);
    seeMotion();
    give(motion, 4);
    assertThat(log.all()).hasSize(1);
    await(
        () -> {
          engine.look();
          return log.lasting().isEmpty();
        });
    assertThat(log.only().endedAt().orElseThrow()).isBefore(second(1));
    awaitState("motion", State.WAITING);
    assertThat(standing("motion").cause()).isEqualTo("no pictures come");
    give(motion, 4);
    awaitState("motion", State.LOOKING);
    await(() -> log.all().size() == 2);
  }

  @Test
  void goesOnWithAnEventWhenTheFramesStopForAMoment() throws Exception {
    engine.changed(camera("motion"));
    awaitWatched(1);
    seeMotion();
    give(motion, 4);
    // As when a decode worker is killed, and the next one starts.
    for (int i = 0; i < 20; i++) {
      engine.look();
    }
    give(motion, 4);
    assertThat(log.all()).hasSize(1);
    assertThat(log.lasting()).hasSize(1);
  }

  @Test
  void keepsAPictureOfTheFrame() throws Exception {
    engine.changed(camera("motion"));
    awaitWatched(1);
    seeMotion();
    give(motion, 2);
    await(() -> log.picture("event1", second(0)).isPresent());
    Jpeg picture = log.picture("event1", second(0)).orElseThrow();
    assertThat(picture.captured()).isEqualTo(second(0.2));
    assertThat(picture.widthPx()).isEqualTo(32);
  }

  @Test
  void looksAtNothingTwice() throws Exception {
    engine.changed(camera("motion"));
    awaitWatched(1);
    List<Long> looked = new CopyOnWriteArrayList<>();
    motion.act =
        (frame, moving) -> {
          looked.add(frame.sequence());
          return List.of(person(0.5));
        };
    give(motion, 4);
    // Another worker begins with the newest keyframe.
    frames.goBack(2);
    frames.give();
    frames.give();
    give(motion, 2);
    assertThat(looked).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    assertThat(log.all()).hasSize(1);
  }

  @Test
  void beginsAnewWhenTheClockIsSetBack() throws Exception {
    engine.changed(camera("motion"));
    awaitWatched(1);
    seeMotion();
    frames.goBack(-3600);
    give(motion, 4);
    assertThat(log.lasting()).hasSize(1);
    frames.goBack(1800);
    frames.give();
    await(
        () -> {
          engine.look();
          return log.lasting().isEmpty() && motion.opened.get() == 2;
        });
    awaitWatched(1);
    give(motion, 4);
    await(() -> log.lasting().size() == 1);
    assertThat(standing("motion").state()).isEqualTo(State.LOOKING);
  }

  @Test
  void endsWhatAnEarlierLifeLeft() {
    Event left =
        new Event(
            "left",
            FRONT,
            EventType.MOTION,
            "motion",
            OptionalDouble.of(1),
            second(-60),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.of("motion"),
            false,
            false,
            Map.of());
    try {
      log.begin("detector motion of front", left);
    } catch (io.vigilnvr.api.event.EventLog.TooManyEventsException e) {
      throw new AssertionError(e);
    }
    engine.changed(camera("motion"));
    engine.look();
    assertThat(log.only().endedAt()).contains(clock.instant());
    assertThat(log.only().data()).containsEntry("interrupted", true);
  }

  @Test
  void saysWhenItIsLate() throws Exception {
    engine.changed(camera("motion"));
    awaitWatched(1);
    CountDownLatch ready = new CountDownLatch(1);
    motion.act =
        (frame, moving) -> {
          ready.await();
          return List.of();
        };
    for (int i = 0; i < 50; i++) {
      frames.give();
    }
    ready.countDown();
    awaitState("motion", State.BEHIND);
    assertThat(standing("motion").dropped()).isGreaterThan(40);
    assertThat(standing("motion").cause()).matches("it looks at \\d+ of \\d+ frames");
  }

  private void awaitSight(double from, double to) {
    await(
        () -> {
          engine.look();
          return engine.sight(FRONT).equals(Optional.of(new Sight(second(from), second(to))));
        });
  }

  @Test
  void saysHowFarItHasLooked() throws Exception {
    assertThat(engine.sight(FRONT)).as("not told of yet").contains(Sight.NOTHING);
    engine.changed(camera("motion"));
    assertThat(engine.sight(FRONT)).contains(Sight.NOTHING);
    awaitWatched(1);
    assertThat(engine.sight(FRONT)).contains(Sight.NOTHING);
    give(motion, 3);
    awaitSight(0, 0.4);
    // Twice of three: only then it is told.
    seeMotion();
    give(motion);
    awaitSight(0, 0.6);
    motion.act = (frame, moving) -> List.of();
    give(motion);
    awaitSight(0, 0.6);
    seeMotion();
    give(motion);
    awaitSight(0, 1);
    assertThat(log.only().startedAt()).isEqualTo(second(0.6));
    engine.changed(camera());
    assertThat(engine.sight(FRONT)).isEmpty();
  }

  @Test
  void hasNotLookedWhereADetectorFailsOrIsMissing() throws Exception {
    engine.changed(camera("motion", "absent"));
    awaitState("motion", State.LOOKING);
    give(motion, 3);
    awaitState("absent", State.MISSING);
    assertThat(engine.sight(FRONT).map(Sight::to)).contains(Instant.EPOCH);
    engine.changed(camera("motion"));
    awaitSight(0, 0.4);
    motion.act =
        (frame, moving) -> {
          throw new DetectorException("broken");
        };
    give(motion);
    awaitState("motion", State.FAILED);
    awaitSight(0, 0.4);
    engine.detectors().remove(1);
    awaitState("motion", State.MISSING);
    awaitSight(0, 0.4);
  }

  @Test
  void namesWhatItLeftOut() throws Exception {
    engine.changed(camera("motion"));
    awaitWatched(1);
    give(motion, 2);
    frames.goBack(-20);
    give(motion);
    awaitSight(0, 4.4);
    frames.goBack(-30);
    give(motion);
    awaitSight(10.6, 10.6);
    give(motion);
    awaitSight(10.6, 10.8);
  }

  @Test
  void leavesItToMotionHowFarThoseWhoWaitForItHaveLooked() throws Exception {
    begin();
    give(motion, 3);
    awaitSight(0, 1);
    // One sees motion, and the other is too late to look.
    CountDownLatch late = new CountDownLatch(1);
    objects.act =
        (frame, moving) -> {
          late.await();
          return List.of();
        };
    seeMotion();
    give(motion, 3);
    awaitWatched(2);
    give(motion);
    motion.act = (frame, moving) -> List.of();
    give(motion, 10);
    awaitSight(0, 1.2);
    late.countDown();
    awaitState("onnx", State.WAITING);
    awaitSight(0, 3.8);
  }

  @Test
  void doesNotCountWhoTellsOfNoEvents() throws Exception {
    motion.policy =
        new Policy(
            EventType.MOTION,
            Map.of(),
            Policy.Least.NOTHING,
            2,
            3,
            Duration.ofMillis(400),
            false,
            false,
            true);
    engine.changed(camera("motion"));
    awaitState("motion", State.LOOKING);
    assertThat(engine.sight(FRONT)).isEmpty();
    begin();
    give(motion, 3);
    awaitSight(0, 1);
  }

  @Test
  void looksOnUntilItHasSeenAllThatMoved() throws Exception {
    begin();
    CountDownLatch late = new CountDownLatch(1);
    objects.act =
        (frame, moving) -> {
          late.await();
          return List.of();
        };
    seeMotion();
    give(motion, 3);
    awaitWatched(2);
    give(motion, 2);
    motion.act = (frame, moving) -> List.of();
    long longOver = System.nanoTime() + 3 * motion.policy.offDelay().toNanos();
    giveUntil(() -> System.nanoTime() - longOver > 0);
    assertThat(standing("onnx").state()).isNotEqualTo(State.WAITING);
    late.countDown();
    awaitState("onnx", State.WAITING);
  }

  @Test
  void wakesNobodyWhoIsNotBound() {
    engine.changed(camera());
    engine.look();
    assertThat(engine.standings(FRONT)).isEmpty();
    assertThat(engine.problem()).isEmpty();
    assertThat(motion.opened).hasValue(0);
  }
}
