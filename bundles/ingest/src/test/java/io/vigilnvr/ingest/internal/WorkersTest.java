package io.vigilnvr.ingest.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.Credentials;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamProbe;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.Ingest;
import io.vigilnvr.api.ingest.IngestStatus;
import io.vigilnvr.api.ingest.IngestStatus.Phase;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.task.Tasks;
import io.vigilnvr.ingest.protocol.Message;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real worker processes, with an engine that makes its units up. */
final class WorkersTest {
  private static final StreamId DOOR = stream("door", StreamRole.MAIN);
  private static final StreamSource FIFTY = source("made/50.1000");
  private static final Ingest.Listener NOBODY = (stream, status) -> {};

  private final Path data;

  private final List<Life> lives = new ArrayList<>();

  /** How much later it is than it is. */
  private final AtomicLong laterNanos = new AtomicLong();

  WorkersTest(@TempDir Path data) {
    this.data = data;
  }

  private static StreamId stream(String camera, StreamRole role) {
    return new StreamId(new CameraId(camera), role);
  }

  private static StreamSource source(String address) {
    return new StreamSource.Rtsp(
        URI.create("fake://" + address),
        Optional.of(new Credentials("admin", "correct-horse")),
        StreamSource.Transport.TCP,
        false);
  }

  /** One life of the platform. */
  private final class Life {
    final FakeHub hub;
    final List<Thread> threads = new ArrayList<>();
    final Workers workers;

    Life(boolean acknowledging, String digest, Duration lease) throws IOException {
      hub = new FakeHub(acknowledging);
      RunFolder folder = new RunFolder(data);
      List<Path> classPath =
          Pattern.compile(File.pathSeparator, Pattern.LITERAL)
              .splitAsStream(System.getProperty("java.class.path"))
              .map(Path::of)
              .toList();
      workers =
          new Workers(
              folder,
              () -> Optional.of(new Code(digest, classPath)),
              new WorkerProcess(folder),
              hub,
              new ThreadsOfTest(threads),
              Clock.systemUTC(),
              2,
              lease,
              () -> System.nanoTime() + laterNanos.get());
      lives.add(this);
      workers.start();
    }

    void end(boolean withWorkers) throws InterruptedException {
      lives.remove(this);
      workers.close(withWorkers);
      workers.look(); // as if something had happened in the last moment
      Thread.sleep(50);
      for (Thread thread : threads) {
        thread.interrupt();
        thread.join();
      }
    }

    long pid() {
      return workers.workers().get(0).pid();
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
      synchronized (threads) {
        threads.add(thread);
      }
      thread.start();
      return thread::interrupt;
    }

    @Override
    public Handle repeat(String name, Duration pause, Body body) {
      throw new UnsupportedOperationException();
    }
  }

  private Life life() throws IOException {
    return new Life(true, "code", Duration.ofSeconds(30));
  }

  @AfterEach
  void endAll() throws InterruptedException {
    for (Life life : List.copyOf(lives)) {
      life.end(true);
    }
  }

  private void await(BooleanSupplier condition) throws InterruptedException, IOException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        StringBuilder logs = new StringBuilder("patience; the workers said:\n");
        try (Stream<Path> all = Files.list(data.resolve("log"))) {
          for (Path each : all.toList()) {
            logs.append(Files.readString(each));
          }
        }
        fail(logs.toString());
      }
      Thread.sleep(10);
    }
  }

  private static void assertContiguous(List<Long> numbers, long first) {
    for (int i = 0; i < numbers.size(); i++) {
      assertThat(numbers.get(i)).isEqualTo(first + i);
    }
  }

  @Test
  void feedsTheHubFromTheNumberThatItAskedFor() throws Exception {
    Life life = life();
    life.hub.startAt(DOOR, 1234);
    List<Phase> phases = new ArrayList<>();
    Ingest.Line line =
        life.workers.open(
            DOOR,
            FIFTY,
            (stream, status) -> {
              synchronized (phases) {
                phases.add(status.phase());
              }
            });
    await(() -> life.hub.of(DOOR).units() > 60);
    assertContiguous(life.hub.of(DOOR).numbers(), 1234);
    assertContiguous(life.hub.of(DOOR).counts(), 0);
    assertThat(line.status().phase()).isEqualTo(Phase.STREAMING);
    assertThat(line.status().engine()).isEqualTo("fake");
    synchronized (phases) {
      assertThat(phases).containsExactly(Phase.STREAMING);
    }
    line.close();
    assertThat(life.hub.of(DOOR).events().get(1)).isEqualTo("closed");
  }

  /** The worker does not look for units of such an engine by the clock. */
  @Test
  void feedsTheHubWithWhatAnEngineHandsOver() throws Exception {
    Life life = life();
    life.hub.startAt(DOOR, 1);
    life.workers.open(DOOR, source("handing/50.1000"), (stream, status) -> {});
    await(() -> life.hub.of(DOOR).units() > 60);
    assertContiguous(life.hub.of(DOOR).numbers(), 1);
    assertContiguous(life.hub.of(DOOR).counts(), 0);
  }

  @Test
  void goesOnThoughAnotherNumberWasAskedForLast() throws Exception {
    Life life = life();
    life.workers.open(DOOR, FIFTY, NOBODY);
    await(() -> life.hub.of(DOOR).units() > 20);
    StreamLine line = (StreamLine) life.hub.of(DOOR).upstream;
    StreamLine.Place place = line.place().orElseThrow();

    place.link().send(new Message.Resume(place.handle(), 5000, WorkerLink.WINDOW_BYTES));

    await(() -> life.hub.of(DOOR).numbers().contains(5020L));
    assertThat(life.hub.of(DOOR).events().toString()).contains("lost ").contains(" 4999 ");
  }

  private static StreamSource chosen(String engine, String certificate) {
    return new StreamSource.Rtsp(
        URI.create("fake://made/50.1000"),
        Optional.empty(),
        StreamSource.Transport.TCP,
        false,
        engine,
        certificate);
  }

  @Test
  void receivesWithTheEngineThatIsChosen() throws Exception {
    Life life = life();
    Ingest.Line line = life.workers.open(DOOR, chosen("other", ""), NOBODY);
    await(() -> line.status().phase() == Phase.STREAMING);
    assertThat(line.status().engine()).isEqualTo("other");
    assertThat(line.status().cause()).isEmpty();
  }

  /** G.711: pictures are recorded without it, and no number is spent on it. */
  @Test
  void leavesOutSoundThatMp4DoesNotCarry() throws Exception {
    Life life = life();
    life.workers.open(DOOR, source("telephone/50.1000"), NOBODY);
    await(() -> life.hub.of(DOOR).units() > 50);
    assertThat(life.hub.of(DOOR).formats()).hasSize(1);
    assertThat(life.hub.of(DOOR).formats().get(0).tracks())
        .extracting(Track::codec)
        .containsExactly(Codec.H264);
    assertThat(life.hub.of(DOOR).counts()).doesNotContain(-1L);
    assertContiguous(life.hub.of(DOOR).numbers(), 0);
  }

  @Test
  void givesASourceOnlyToAnEngineThatCanDoWhatItAsksFor() throws Exception {
    Life life = life();
    Ingest.Line none = life.workers.open(DOOR, chosen("nobodys", ""), NOBODY);
    await(() -> none.status().phase() == Phase.ERROR);
    assertThat(none.status().cause()).hasValue("the engine nobodys is not installed");
    Ingest.Line pinned = life.workers.open(DOOR, chosen("", "ab".repeat(32)), NOBODY);
    // What is known of the stream from before may be told first.
    await(() -> pinned.status().cause().filter(cause -> cause.contains("can verify")).isPresent());
    assertThat(pinned.status().phase()).isEqualTo(Phase.ERROR);
  }

  @Test
  void tellsTheEngineThatSomebodyWatches() throws Exception {
    Life life = life();
    Ingest.Line line = life.workers.open(DOOR, source("watched/50.1000"), NOBODY);
    await(() -> life.hub.of(DOOR).units() > 0);
    // The engine counts from a million on while it is watched.
    life.hub.of(DOOR).upstream.watched(true);
    await(() -> life.hub.of(DOOR).counts().stream().anyMatch(count -> count >= 1_000_000));
    line.release();
    life.end(false);
    // Another platform's viewers are its own.
    Life next = life();
    next.workers.open(DOOR, source("watched/50.1000"), NOBODY);
    await(
        () -> {
          var counts = next.hub.of(DOOR).counts();
          return !counts.isEmpty() && counts.get(counts.size() - 1) < 1_000_000;
        });
  }

  @Test
  void triesAnotherEngineWithACameraThatIsNotUnderstood() throws Exception {
    Life life = life();
    Ingest.Line line = life.workers.open(DOOR, source("strange/50.1000"), NOBODY);
    await(() -> line.status().engine().equals("fake"));
    await(() -> line.status().phase() == Phase.STREAMING);
    assertThat(line.status().engine()).isEqualTo("other");
    assertThat(line.status().cause())
        .hasValue("received by another engine, as fake could not: not understood");
    assertThat(life.workers.status(DOOR)).map(IngestStatus::engine).hasValue("other");
    line.close();
  }

  @Test
  void replacesAWorkerThatDies() throws Exception {
    Life life = life();
    life.workers.open(DOOR, FIFTY, NOBODY);
    await(() -> life.hub.of(DOOR).units() > 20);
    long killed = life.pid();
    ProcessHandle.of(killed).orElseThrow().destroyForcibly();
    await(() -> life.hub.of(DOOR).events().size() >= 3);
    int before = life.hub.of(DOOR).units();
    await(() -> life.hub.of(DOOR).units() > before + 20);
    assertContiguous(life.hub.of(DOOR).numbers(), 0);
    List<Object> events = life.hub.of(DOOR).events();
    assertThat(events.get(1)).isEqualTo(GapCause.PLATFORM);
    assertThat((long) events.get(2)).isGreaterThan((long) events.get(0));
    assertThat(life.pid()).isNotEqualTo(killed);
  }

  @Test
  void missesNothingWhenAnotherLifeAdoptsTheWorkers() throws Exception {
    Life first = life();
    first.workers.open(DOOR, FIFTY, NOBODY);
    await(() -> first.hub.of(DOOR).units() > 30);
    long pid = first.pid();
    first.end(false);
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isPresent();
    long next = first.hub.of(DOOR).units();

    Life second = new Life(true, "code", Duration.ofSeconds(30));
    second.hub.startAt(DOOR, next);
    Ingest.Line line = second.workers.open(DOOR, FIFTY, NOBODY);
    await(() -> second.hub.of(DOOR).units() > 50);
    assertContiguous(second.hub.of(DOOR).numbers(), next);
    assertContiguous(second.hub.of(DOOR).counts(), next);
    assertThat(second.hub.of(DOOR).events()).isEqualTo(first.hub.of(DOOR).events().subList(0, 1));
    assertThat(second.pid()).isEqualTo(pid);
    assertThat(second.workers.workers().get(0).adopted()).isTrue();
    assertThat(line.status().phase()).isEqualTo(Phase.STREAMING);
  }

  @Test
  void goesOnWithWorkersOfReplacedCode() throws Exception {
    Life first = life();
    first.workers.open(DOOR, FIFTY, NOBODY);
    await(() -> first.hub.of(DOOR).units() > 10);
    long pid = first.pid();
    first.end(false);
    Life second = new Life(true, "newer", Duration.ofSeconds(30));
    StreamId yard = stream("yard", StreamRole.MAIN);
    second.hub.startAt(DOOR, first.hub.of(DOOR).units());
    second.workers.open(DOOR, FIFTY, NOBODY);
    second.workers.open(yard, FIFTY, NOBODY);
    await(() -> second.hub.of(DOOR).units() > 10 && second.hub.of(yard).units() > 10);
    assertThat(second.workers.workers())
        .extracting(worker -> worker.streams() + " " + (worker.pid() == pid))
        .containsExactlyInAnyOrder("[door/main] true", "[yard/main] false");
  }

  @Test
  void goesOnWithItsNumbersWhenTheSourceChanges() throws Exception {
    Life life = life();
    Ingest.Line line = life.workers.open(DOOR, FIFTY, NOBODY);
    await(() -> life.hub.of(DOOR).units() > 10);
    line.release();
    long next = life.hub.of(DOOR).units();
    life.hub.startAt(DOOR, next);
    life.workers.open(DOOR, source("made/40.500"), NOBODY);
    await(() -> life.hub.of(DOOR).bytes() % 1000 == 500);
    assertContiguous(life.hub.of(DOOR).numbers(), next);
    assertThat(life.workers.workers()).hasSize(1);
  }

  /** However long the platform has been up: the lease is that of the stream. */
  @Test
  void goesOnWithAStreamThatWasLetGoOfForAMoment() throws Exception {
    Life life = life();
    Ingest.Line line = life.workers.open(DOOR, FIFTY, NOBODY);
    await(() -> life.hub.of(DOOR).units() > 10);
    laterNanos.addAndGet(Duration.ofMinutes(10).toNanos());
    line.release();
    int next = life.hub.of(DOOR).units();
    // Nobody takes what the worker keeps meanwhile.
    await(() -> life.workers.workers().get(0).ringBytes() > 30_000);
    life.hub.startAt(DOOR, next);
    life.workers.open(DOOR, FIFTY, NOBODY);
    await(() -> life.hub.of(DOOR).units() > 60);
    assertContiguous(life.hub.of(DOOR).numbers(), next);
    assertContiguous(life.hub.of(DOOR).counts(), next);
  }

  @Test
  void endsAStreamThatNobodyWantsAnyMore() throws Exception {
    Life life = life();
    life.workers.open(stream("yard", StreamRole.MAIN), FIFTY, NOBODY);
    Ingest.Line line = life.workers.open(DOOR, FIFTY, NOBODY);
    await(() -> life.hub.of(DOOR).units() > 10);
    line.release();
    await(() -> life.workers.workers().get(0).ringBytes() > 30_000);
    laterNanos.addAndGet(Duration.ofMinutes(10).toNanos());
    await(() -> life.workers.workers().get(0).ringBytes() < 30_000);
  }

  /** The camera sends nothing then, so it could move; but there is more than a window holds. */
  @Test
  void takesWhatAWorkerOfReplacedCodeKeepsBeforeAStreamMoves() throws Exception {
    StreamSource source = source("locked/200.800000");
    Life first = new Life(false, "code", Duration.ofSeconds(30));
    Ingest.Line line = first.workers.open(DOOR, source, NOBODY);
    await(() -> line.status().phase() == Phase.UNAUTHORIZED);
    await(() -> first.hub.of(DOOR).units() >= 20);
    first.end(false);
    Life second = new Life(false, "newer", Duration.ofSeconds(30));
    second.hub.startAt(DOOR, 5);
    second.workers.open(DOOR, source, NOBODY);
    // So long it is looked whether the stream can move.
    StreamId yard = stream("yard", StreamRole.MAIN);
    second.workers.open(yard, FIFTY, NOBODY);
    await(() -> second.hub.of(yard).units() > 60);
    FakeHub.Taken taken = second.hub.of(DOOR);
    await(
        () -> {
          taken.upstream.acknowledge(4 + taken.units());
          return taken.units() > 40;
        });
    assertContiguous(taken.numbers(), 5);
    assertContiguous(taken.counts().subList(0, 25), 5);
    assertContiguous(taken.counts().subList(25, 40), 0);
  }

  /** A worker that is refused may take a while to end, and have a successor by then. */
  @Test
  void leavesTheNoteOfAWorkerOfTheSameNameAlone() throws Exception {
    Life life = life();
    await(() -> life.workers.workers().stream().anyMatch(each -> each.state().equals("running")));
    ProcessHandle process = ProcessHandle.of(life.pid()).orElseThrow();
    Path note = new RunFolder(data).notes().get(0).file();
    Files.writeString(note, Files.readString(note).replace(".sock", ".other"));
    life.end(true);
    await(() -> !process.isAlive());
    assertThat(note).exists();
  }

  @Test
  void sendsAgainWhatAnotherRecorderAsksFor() throws Exception {
    Life life = new Life(false, "code", Duration.ofSeconds(30));
    life.workers.open(DOOR, FIFTY, NOBODY);
    await(() -> life.hub.of(DOOR).units() > 40);
    FakeHub.Taken taken = life.hub.of(DOOR);
    int before;
    synchronized (taken) {
      before = taken.numbers.size();
      taken.upstream.resumeAt(7);
    }
    await(() -> taken.units() > before + 40);
    assertContiguous(taken.numbers().subList(0, before), 0);
    assertContiguous(taken.numbers().subList(before, taken.units()), 7);
    assertContiguous(taken.counts().subList(before, taken.units()), 7);
    assertThat(taken.events().get(1)).isEqualTo(taken.events().get(0));
  }

  @Test
  void endsAWorkerWhoseLeaseIsOver() throws Exception {
    Life life = new Life(true, "code", Duration.ofSeconds(1));
    life.workers.open(DOOR, FIFTY, NOBODY);
    await(() -> life.hub.of(DOOR).units() > 10);
    ProcessHandle process = ProcessHandle.of(life.pid()).orElseThrow();
    life.end(false);
    await(() -> !process.isAlive());
    assertThat(new RunFolder(data).notes()).isEmpty();
  }

  @Test
  void hasAWorkerReadyBeforeThereIsACamera() throws Exception {
    Life life = life();
    await(() -> life.workers.workers().stream().anyMatch(each -> each.state().equals("running")));
    long pid = life.pid();
    life.workers.open(DOOR, FIFTY, NOBODY);
    await(() -> life.hub.of(DOOR).units() > 10);
    assertThat(life.pid()).isEqualTo(pid);
    assertThat(life.workers.workers()).hasSize(1);
  }

  @Test
  void endsItsWorkersWithThePlatform() throws Exception {
    Life life = life();
    life.workers.open(DOOR, FIFTY, NOBODY);
    await(() -> life.hub.of(DOOR).units() > 10);
    ProcessHandle process = ProcessHandle.of(life.pid()).orElseThrow();
    life.end(true);
    await(() -> !process.isAlive());
    assertThat(new RunFolder(data).notes()).isEmpty();
    assertContiguous(life.hub.of(DOOR).counts(), 0);
  }

  @Test
  void holdsBackWhatIsNotAcknowledged() throws Exception {
    Life life = new Life(false, "code", Duration.ofSeconds(30));
    life.workers.open(DOOR, source("made/100.300000"), NOBODY);
    FakeHub.Taken taken = life.hub.of(DOOR);
    await(() -> life.workers.workers().stream().anyMatch(worker -> worker.ringBytes() > 20 << 20));
    await(() -> taken.bytes() >= (16L << 20) - 300_050);
    assertThat(taken.bytes()).isLessThanOrEqualTo(16L << 20);
    int held = taken.units();
    taken.upstream.acknowledge(held - 1);
    await(() -> taken.units() > held + 40);
    assertContiguous(taken.counts(), 0);
  }

  @Test
  void keepsBothStreamsOfACameraTogetherAndCamerasApart() throws Exception {
    Life life = life();
    for (String camera : List.of("a", "b", "c")) {
      life.workers.open(stream(camera, StreamRole.MAIN), FIFTY, NOBODY);
      life.workers.open(stream(camera, StreamRole.SUB), FIFTY, NOBODY);
    }
    await(
        () ->
            Stream.of("a", "b", "c")
                .allMatch(camera -> life.hub.of(stream(camera, StreamRole.SUB)).units() > 5));
    assertThat(life.workers.workers())
        .extracting(worker -> worker.streams().size())
        .containsExactlyInAnyOrder(4, 2);
  }

  @Test
  void probesAStream() throws Exception {
    Life life = life();
    StreamProbe probe = life.workers.probe(StreamRole.MAIN, FIFTY, Duration.ofSeconds(15));
    assertThat(probe.frameRate()).isBetween(24.0, 51.0);
    assertThatThrownBy(
            () -> life.workers.probe(StreamRole.MAIN, source("refused/"), Duration.ofSeconds(9)))
        .isInstanceOf(CameraException.class)
        .hasMessage("wrong password")
        .extracting("kind")
        .isEqualTo(CameraException.Kind.UNAUTHORIZED);
    assertThatThrownBy(
            () -> life.workers.probe(StreamRole.MAIN, source("missing/"), Duration.ofSeconds(9)))
        .hasMessage("no such stream")
        .extracting("kind")
        .isEqualTo(CameraException.Kind.NOT_FOUND);
    assertThatThrownBy(
            () -> life.workers.probe(StreamRole.MAIN, source("strange/"), Duration.ofSeconds(9)))
        .hasMessage("not understood")
        .extracting("kind")
        .isEqualTo(CameraException.Kind.PROTOCOL);
    assertThatThrownBy(
            () -> life.workers.probe(StreamRole.MAIN, source("dead/"), Duration.ofMillis(300)))
        .isInstanceOf(CameraException.class)
        .hasMessage("no answer");
  }

  @Test
  void startsOneWorkerForProbesThatComeTogether() throws Exception {
    Life life = life();
    List<Thread> probes = new ArrayList<>();
    List<Object> results = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 6; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  results.add(life.workers.probe(StreamRole.MAIN, FIFTY, Duration.ofSeconds(15)));
                } catch (CameraException | InterruptedException e) {
                  results.add(e);
                }
              });
      thread.start();
      probes.add(thread);
    }
    for (Thread probe : probes) {
      probe.join();
    }
    assertThat(results).hasSize(6).hasOnlyElementsOfType(StreamProbe.class);
    long ours =
        ProcessHandle.allProcesses()
            .filter(process -> process.info().commandLine().orElse("").contains(data.toString()))
            .count();
    assertThat(ours).isEqualTo(1);
  }

  @Test
  void knowsAProcessAgainByItsNumberAndStart() throws Exception {
    Life life = life();
    await(() -> life.workers.workers().stream().anyMatch(each -> each.state().equals("running")));
    RunFolder.Note note = new RunFolder(data).notes().get(0);
    assertThat(note.process()).isPresent();
    RunFolder.Note other =
        new RunFolder.Note(
            note.id(), note.file(), note.socket(), note.pid(), note.startTicks() + 1);
    assertThat(other.process()).isEmpty();
  }

  @Test
  void tellsNobodyOfPasswords() throws Exception {
    Life life = life();
    life.workers.open(DOOR, FIFTY, NOBODY);
    life.workers.open(stream("yard", StreamRole.MAIN), source("refused/"), NOBODY);
    await(() -> life.hub.of(DOOR).units() > 10);
    String process = "/proc/" + life.pid();
    List<Path> files = new ArrayList<>();
    files.add(Path.of(process, "cmdline"));
    files.add(Path.of(process, "environ"));
    try (Stream<Path> all = Files.walk(data)) {
      all.filter(Files::isRegularFile).forEach(files::add);
    }
    for (Path file : files) {
      assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
          .as(file.toString())
          .doesNotContain("correct-horse");
    }
  }
}
