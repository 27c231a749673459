package io.vigilnvr.decode.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.decode.DecodeOutput;
import io.vigilnvr.api.decode.DecodeRequest;
import io.vigilnvr.api.decode.DecodeSink;
import io.vigilnvr.api.decode.DecodeUnavailableException;
import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.decode.Frames;
import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.decode.PixelFormat;
import io.vigilnvr.api.health.WorkerSource;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamViewer.Item;
import io.vigilnvr.api.task.Tasks;
import io.vigilnvr.decode.protocol.Message;
import io.vigilnvr.media.mp4.Fragments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real worker processes, with an engine that does as its units say. */
@Timeout(60)
final class DecodingTest {
  private static final StreamId DOOR = stream("door");
  private static final StreamId YARD = stream("yard");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final FrameSpec GRAY =
      new FrameSpec(64, 36, PixelFormat.GRAY8, new FrameSpec.Rate.Every(Duration.ZERO));

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path data;

  private final FakeHub hub = new FakeHub();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private Decoding decoding;

  private static StreamId stream(String camera) {
    return new StreamId(new CameraId(camera), StreamRole.MAIN);
  }

  @BeforeEach
  void start() throws IOException {
    decoding = decoding(Duration.ofMinutes(1), Duration.ofSeconds(20), 1 << 30);
  }

  private Decoding decoding(Duration idle, Duration answer, long bytes) throws IOException {
    WorkerFolder folder = new WorkerFolder(data);
    DecodeSettings settings = DecodeSettings.of(Map.of(), refusal -> {});
    WorkerProcess process = new WorkerProcess(folder, settings);
    return new Decoding(
        new WorkerPool.Limits(2, idle, bytes, answer),
        2,
        (id, socket) -> process.start(id, socket, System.getProperty("java.class.path")),
        folder::newSocket,
        hub,
        new ThreadsOfTest(threads),
        Clock.systemUTC());
  }

  private void restart(Duration idle, Duration answer) throws IOException {
    decoding.close();
    decoding = decoding(idle, answer, 1 << 30);
  }

  /** A worker may have so much beside what its streams take; without any it has some 60 MB. */
  private void restart(long bytes) throws IOException {
    decoding.close();
    decoding = decoding(Duration.ofMinutes(1), Duration.ofSeconds(20), bytes);
  }

  @AfterEach
  void end() throws InterruptedException {
    decoding.close();
    for (Thread thread : threads) {
      thread.interrupt();
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private record ThreadsOfTest(List<Thread> threads) implements Tasks {
    @Override
    public Handle start(String name, Body body) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  body.run();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              },
              name);
      threads.add(thread);
      thread.start();
      return thread::interrupt;
    }

    @Override
    public Handle repeat(String name, Duration pause, Body body) {
      throw new UnsupportedOperationException();
    }
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  private static Jpeg get(CompletionStage<Jpeg> made) throws Exception {
    return made.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static String text(Jpeg jpeg) {
    return StandardCharsets.UTF_8.decode(jpeg.bytes().duplicate()).toString();
  }

  private CompletionStage<Jpeg> newest(StreamId stream) {
    return decoding.pictures().newest(stream, 640, PATIENCE);
  }

  private CompletionStage<Jpeg> keyframe(StreamId stream, String text) {
    return decoding
        .pictures()
        .keyframe(stream, FakeHub.track(), FakeHub.unit(0, true, text), 320, PATIENCE);
  }

  private long pid(String id) {
    return decoding.workers().stream()
        .filter(worker -> worker.id().equals(id))
        .findFirst()
        .orElseThrow()
        .pid();
  }

  /** However often workers have to be started, and pictures be fed, for it. */
  private void awaitAnother(StreamId stream, List<Frame> seen) throws Exception {
    int before = seen.size();
    await(
        () -> {
          hub.feed(stream, true, "again");
          return seen.size() > before;
        });
  }

  @Test
  void givesTheNewestPictureOfALiveStream() throws Exception {
    assertThat(decoding.workers()).isEmpty();
    hub.feed(DOOR, true, "first");
    hub.feed(DOOR, false, "second");
    hub.feed(DOOR, false, "third");
    Jpeg jpeg = get(newest(DOOR));
    assertThat(text(jpeg)).isEqualTo("1:third");
    assertThat(jpeg.captured()).isEqualTo(FakeHub.START.plusMillis(80));
    assertThat(hub.viewers(DOOR)).isZero();
  }

  @Test
  void sharesAPictureAmongThoseWhoAskAtOnce() throws Exception {
    hub.feed(DOOR, true, "picture");
    List<CompletionStage<Jpeg>> asked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      asked.add(newest(DOOR));
    }
    for (CompletionStage<Jpeg> each : asked) {
      assertThat(text(get(each))).isEqualTo("1:picture");
    }
  }

  @Test
  void saysWhatDecodesAndWhatDoesNot() throws Exception {
    hub.feed(DOOR, true, "picture");
    get(newest(DOOR));
    assertThat(decoding.workers())
        .singleElement()
        .satisfies(
            worker ->
                assertThat(worker.decoders())
                    .containsExactly(
                        new WorkerSource.Decoder(
                            DOOR,
                            "fakedec",
                            List.of(new DecodeSink.Left("hwdec", "no device for auto")))));
  }

  @Test
  void saysThatThereIsNoStream() {
    assertThatThrownBy(() -> get(newest(DOOR)))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(NoSuchElementException.class);
    assertThat(decoding.workers()).isEmpty();
  }

  @Test
  void triesAgainIfAWorkerDies() throws Exception {
    hub.feed(DOOR, true, "crash-once:" + data.resolve("crashed"));
    assertThat(text(get(newest(DOOR)))).startsWith("1:crash-once");
  }

  @Test
  void leavesAStreamAloneThatBringsWorkersDown() throws Exception {
    hub.feed(YARD, true, "fine");
    assertThatThrownBy(() -> get(keyframe(DOOR, "crash")))
        .hasCauseInstanceOf(DecodeUnavailableException.class);
    // Nothing of it is tried any more, while others are as well as ever.
    assertThatThrownBy(() -> get(keyframe(DOOR, "fine")))
        .hasCauseInstanceOf(DecodeUnavailableException.class)
        .hasMessageContaining("failed twice");
    assertThat(text(get(newest(YARD)))).endsWith("fine");
  }

  @Test
  void blamesAStreamOnceForWorkersThatAreKilledTogether() throws Exception {
    hub.feed(DOOR, true, "0");
    List<Frame> seen = new CopyOnWriteArrayList<>();
    try (Frames.Subscription frames = decoding.frames(DOOR, GRAY, seen::add)) {
      await(() -> !seen.isEmpty());
      get(keyframe(YARD, "fine"));
      Path later = data.resolve("later");
      hub.feed(DOOR, true, "wait:" + later);
      CompletionStage<Jpeg> picture = keyframe(DOOR, "wait:" + later);
      await(() -> hub.queued(DOOR) == 0);
      List<ProcessHandle> both =
          List.of(
              ProcessHandle.of(pid("streams")).orElseThrow(),
              ProcessHandle.of(pid("pictures")).orElseThrow());
      both.forEach(ProcessHandle::destroyForcibly);
      Files.createFile(later);
      assertThat(text(get(picture))).contains("wait:");
      awaitAnother(DOOR, seen);
      await(() -> frames.delivered() == seen.size());
    }
  }

  @Test
  void blamesOfSeveralStreamsOnlyTheOneThatBringsWorkersDown() throws Exception {
    StreamId shed = stream("shed");
    hub.feed(YARD, true, "0");
    hub.feed(shed, true, "0");
    List<Frame> yard = new CopyOnWriteArrayList<>();
    List<Frame> poison = new CopyOnWriteArrayList<>();
    Path later = data.resolve("later");
    try (Frames.Subscription innocent = decoding.frames(YARD, GRAY, yard::add);
        Frames.Subscription guilty = decoding.frames(shed, GRAY, poison::add)) {
      await(() -> !yard.isEmpty() && !poison.isEmpty());
      ProcessHandle first = ProcessHandle.of(pid("streams")).orElseThrow();
      hub.feed(YARD, true, "wait:" + later);
      await(() -> hub.queued(YARD) == 0);
      hub.feed(shed, true, "crash");
      first.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      // From now on both have units in each worker that dies.
      Files.createFile(later);
      await(
          () -> {
            hub.feed(YARD, true, "wait:" + later);
            hub.feed(shed, true, "crash");
            return isLeftAlone(shed);
          });
      assertThat(isLeftAlone(YARD)).isFalse();
      awaitAnother(YARD, yard);
      assertThat(poison).hasSize(1);
      assertThat(guilty.delivered()).isEqualTo(1);
      await(() -> innocent.delivered() == yard.size());
    }
  }

  @Test
  void leavesAStreamAloneThatTakesTooMuchMemory() throws Exception {
    restart((100 << 20) - job(DOOR).mostBytes());
    hub.feed(YARD, true, "fine");
    assertThatThrownBy(() -> get(keyframe(DOOR, "eat")))
        .hasCauseInstanceOf(DecodeUnavailableException.class);
    assertThat(isLeftAlone(DOOR)).isTrue();
    assertThat(text(get(newest(YARD)))).endsWith("fine");
  }

  @Test
  void blamesNobodyForMemoryThatAnyOfSeveralMayHaveTaken() throws Exception {
    restart((100 << 20) - 2 * job(DOOR).mostBytes());
    StreamId shed = stream("shed");
    hub.feed(YARD, true, "0");
    hub.feed(shed, true, "0");
    List<Frame> yard = new CopyOnWriteArrayList<>();
    List<Frame> other = new CopyOnWriteArrayList<>();
    try (Frames.Subscription one = decoding.frames(YARD, GRAY, yard::add);
        Frames.Subscription two = decoding.frames(shed, GRAY, other::add)) {
      for (int i = 0; i < 2; i++) {
        await(() -> !yard.isEmpty() && !other.isEmpty());
        ProcessHandle worker = ProcessHandle.of(pid("streams")).orElseThrow();
        hub.feed(YARD, true, "eat");
        worker.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        hub.feed(YARD, true, "0");
        awaitAnother(YARD, yard);
        awaitAnother(shed, other);
      }
      assertThat(isLeftAlone(YARD)).isFalse();
      assertThat(isLeftAlone(shed)).isFalse();
      await(() -> one.delivered() == yard.size() && two.delivered() == other.size());
    }
  }

  @Test
  void endsAWorkerThatKeepsWhatItsStreamsTookOnceItHasNone() throws Exception {
    restart(100 << 20);
    List<StreamId> four = Stream.of("a", "b", "c", "d").map(DecodingTest::stream).toList();
    List<Frames.Subscription> all = new ArrayList<>();
    for (StreamId one : four) {
      hub.feed(one, true, "0");
      List<Frame> seen = new CopyOnWriteArrayList<>();
      all.add(decoding.frames(one, GRAY, seen::add));
      await(() -> !seen.isEmpty());
    }
    ProcessHandle worker = ProcessHandle.of(pid("streams")).orElseThrow();
    hub.feed(four.get(0), true, "keep");
    await(() -> ProcessMemory.residentBytes(worker.pid()) > (100 << 20) + job(DOOR).mostBytes());
    all.subList(1, 4).forEach(Frames.Subscription::close);
    // One is left, which may not have taken so much by itself.
    get(keyframe(YARD, "fine"));
    assertThat(pid("streams")).isEqualTo(worker.pid());
    all.get(0).close();
    worker.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(isLeftAlone(four.get(0))).isFalse();
  }

  @Test
  void hasNoMoreFilesThanTheSystemAllows() {
    String limits = "Max open files            %s              %s              files     ";
    assertThat(WorkerProcess.files(List.of("Limit", limits.formatted("256", "1000"))))
        .isEqualTo(1000);
    assertThat(WorkerProcess.files(List.of(limits.formatted("1024", "524288")))).isEqualTo(4096);
    assertThat(WorkerProcess.files(List.of(limits.formatted("1024", "unlimited")))).isEqualTo(4096);
  }

  @Test
  void allowsAStreamWhatPicturesOfItsSizeTake() {
    assertThat(job(DOOR).mostBytes()).isEqualTo((8 << 20) + 24 * 640 * 360 * 3 / 2);
  }

  private static DecodeJob job(StreamId stream) {
    return new DecodeJob(
        stream,
        new DecodeRequest(FakeHub.track(), new DecodeOutput.Jpeg(64, 80), 0, Duration.ZERO),
        new DecodeJob.Listener() {
          @Override
          public void picture(Message.Picture picture) {}

          @Override
          public void drained() {}

          @Override
          public void failed(String cause) {}

          @Override
          public void died() {}
        });
  }

  private boolean isLeftAlone(StreamId stream) throws Exception {
    try {
      get(keyframe(stream, "fine"));
      return false;
    } catch (ExecutionException e) {
      assertThat(e).hasMessageContaining("failed twice");
      return true;
    }
  }

  @Test
  void killsAWorkerThatDoesNotAnswer() throws Exception {
    restart(Duration.ofMinutes(1), Duration.ofSeconds(1));
    hub.feed(YARD, true, "fine");
    assertThatThrownBy(() -> get(keyframe(DOOR, "hang")))
        .hasCauseInstanceOf(DecodeUnavailableException.class);
    assertThat(text(get(newest(YARD)))).endsWith("fine");
  }

  @Test
  void servesTheLastToComeFirst() throws Exception {
    CompletionStage<Jpeg> first = keyframe(DOOR, "wait:" + data.resolve("first"));
    CompletionStage<Jpeg> second = keyframe(DOOR, "wait:" + data.resolve("second"));
    List<CompletionStage<Jpeg>> quick =
        List.of(keyframe(DOOR, "a"), keyframe(DOOR, "b"), keyframe(DOOR, "c"));
    // One place of the two becomes free: they take it one after the other.
    Files.createFile(data.resolve("first"));
    get(first);
    List<String> served = new ArrayList<>();
    for (CompletionStage<Jpeg> each : quick) {
      served.add(text(get(each)));
    }
    // Their numbers are of one digit.
    assertThat(served.stream().sorted().map(text -> text.substring(2)))
        .containsExactly("c", "b", "a");
    Files.createFile(data.resolve("second"));
    get(second);
  }

  @Test
  void endsWorkersThatHaveNothingToDo() throws Exception {
    restart(Duration.ofMillis(500), Duration.ofSeconds(20));
    hub.feed(DOOR, true, "picture");
    get(newest(DOOR));
    ProcessHandle process = ProcessHandle.of(pid("pictures")).orElseThrow();
    await(() -> decoding.workers().isEmpty());
    process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void leavesNoProcessBehind() throws Exception {
    hub.feed(DOOR, true, "picture");
    get(newest(DOOR));
    ProcessHandle process = ProcessHandle.of(pid("pictures")).orElseThrow();
    decoding.close();
    process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void handsFramesOverAndCountsThoseThatNobodyHadTimeFor() throws Exception {
    hub.feed(DOOR, true, "0");
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    List<Long> seen = new CopyOnWriteArrayList<>();
    try (Frames.Subscription frames =
        decoding.frames(
            DOOR,
            GRAY,
            frame -> {
              seen.add(frame.sequence());
              entered.countDown();
              go.await();
            })) {
      entered.await();
      for (int i = 1; i < 5; i++) {
        hub.feed(DOOR, false, String.valueOf(i));
      }
      await(() -> frames.dropped() == 3);
      go.countDown();
      await(() -> seen.size() == 2);
      assertThat(seen).containsExactly(0L, 4L);
      assertThat(frames.delivered()).isEqualTo(2);
    }
    await(() -> hub.viewers(DOOR) == 0);
  }

  @Test
  void goesOnWithFramesAfterAWorkerWasKilled() throws Exception {
    hub.feed(DOOR, true, "0");
    List<Frame> seen = new CopyOnWriteArrayList<>();
    try (Frames.Subscription frames = decoding.frames(DOOR, GRAY, seen::add)) {
      await(() -> !seen.isEmpty());
      ProcessHandle.of(pid("streams")).orElseThrow().destroyForcibly();
      await(() -> decoding.workers().isEmpty());
      awaitAnother(DOOR, seen);
      // Those that were fed while the worker started may be still on their way.
      await(() -> frames.delivered() == seen.size());
    }
  }

  @Test
  void leavesInItsQueueWhatNobodyCanLookAtNow() throws Exception {
    hub.feed(DOOR, true, "0");
    List<Frame> seen = new CopyOnWriteArrayList<>();
    try (Frames.Subscription blocked = decoding.frames(DOOR, GRAY, seen::add)) {
      await(() -> !seen.isEmpty());
      for (String name : List.of("one", "two")) {
        Path crashed = data.resolve(name);
        hub.feed(DOOR, true, "crash-once:" + crashed);
        await(() -> Files.exists(crashed) && decoding.workers().isEmpty());
      }
      // The next one is refused, and tells until when.
      hub.feed(DOOR, true, "refused");
      hub.feed(DOOR, true, "later");
      hub.feed(DOOR, false, "and later");
      hub.feed(YARD, true, "0");
      List<Frame> others = new CopyOnWriteArrayList<>();
      try (Frames.Subscription well = decoding.frames(YARD, GRAY, others::add)) {
        await(() -> !others.isEmpty());
        assertThat(well.delivered()).isEqualTo(1);
      }
      assertThat(hub.queued(DOOR)).isEqualTo(2);
      assertThat(blocked.delivered()).isEqualTo(1);
    }
  }

  @Test
  void givesABusyWorkerFewLargeUnitsAtATime() throws Exception {
    hub.feed(DOOR, true, "0");
    List<Frame> seen = new CopyOnWriteArrayList<>();
    try (Frames.Subscription frames = decoding.frames(DOOR, GRAY, seen::add)) {
      await(() -> !seen.isEmpty());
      Path later = data.resolve("later");
      hub.feed(DOOR, true, "wait:" + later);
      String large = "x".repeat(300_000);
      for (int i = 0; i < 5; i++) {
        hub.feed(DOOR, true, large);
      }
      await(() -> hub.queued(DOOR) <= 4);
      // Whatever else the loop had to do is done once it has given another picture.
      get(keyframe(YARD, "fine"));
      assertThat(hub.queued(DOOR)).isEqualTo(4);
      Files.createFile(later);
      await(() -> frames.delivered() + frames.dropped() == 7);
      assertThat(hub.queued(DOOR)).isZero();
    }
  }

  @Test
  void transcodesAsManyStreamsAsMayBe() throws Exception {
    List<StreamHub.Subscription> open = new ArrayList<>();
    for (StreamId each : List.of(DOOR, YARD, stream("shed"))) {
      hub.feed(each, true, "0");
    }
    open.add(decoding.transcode(DOOR, 1 << 20, queue -> {}));
    open.add(decoding.transcode(YARD, 1 << 20, queue -> {}));
    open.add(decoding.transcode(YARD, 1 << 20, queue -> {}));
    assertThatThrownBy(() -> decoding.transcode(stream("shed"), 1 << 20, queue -> {}))
        .isInstanceOf(DecodeUnavailableException.class);
    assertThatThrownBy(() -> decoding.transcode(stream("none"), 1 << 20, queue -> {}))
        .isInstanceOf(NoSuchElementException.class);
    open.get(0).close();
    open.get(0).close();
    open.set(0, decoding.transcode(stream("shed"), 1 << 20, queue -> {}));
    open.forEach(StreamHub.Subscription::close);
    await(() -> hub.viewers(DOOR) + hub.viewers(YARD) + hub.viewers(stream("shed")) == 0);
  }

  @Test
  void movesAViewerOnThatIsTooSlow() {
    List<Integer> told = new ArrayList<>();
    var queue = new TranscodedStream.ViewerQueue(ready -> told.add(1), 400);
    queue.init(FakeHub.init());
    for (int i = 0; i < 6; i++) {
      queue.media(fragment(i, i % 3 == 0));
    }
    assertThat(told).hasSize(1);
    List<Item> items = new ArrayList<>();
    for (var next = queue.poll(); next.isPresent(); next = queue.poll()) {
      items.add(next.get());
    }
    assertThat(items.get(0)).isInstanceOf(Item.Init.class);
    assertThat(items.get(1)).isEqualTo(new Item.Dropped(3));
    assertThat(items.get(2))
        .isInstanceOfSatisfying(
            Item.Media.class, media -> assertThat(media.fragment().firstSequence()).isEqualTo(3));
  }

  private static Fragment fragment(long number, boolean keyframe) {
    return Fragments.wrap(FakeHub.unit(number, keyframe, "x"), FakeHub.track(), true, 3600);
  }
}
