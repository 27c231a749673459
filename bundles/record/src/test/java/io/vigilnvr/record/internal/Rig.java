package io.vigilnvr.record.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.api.camera.CameraStatus;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventReview;
import io.vigilnvr.api.event.EventStore;
import io.vigilnvr.api.event.EventType;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.media.mp4.SegmentReader;
import io.vigilnvr.storage.file.internal.FileStorage;
import io.vigilnvr.tck.FakeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** An engine on a folder, with everything around it in the test's hands. */
final class Rig {
  static final CameraId DOOR = new CameraId("door");
  static final StreamId MAIN = new StreamId(DOOR, StreamRole.MAIN);
  static final StreamId SUB = new StreamId(DOOR, StreamRole.SUB);
  static final VolumeId VOLUME = new VolumeId("main");

  final FakeClock clock = new FakeClock(Instant.parse("2026-11-22T14:03:05.120Z"));
  final MemoryIndex index = new MemoryIndex();
  final FaultyBackend backend = new FaultyBackend(new FileStorage(clock, Optional.empty()));
  final Map<String, Recorder> recorders = new HashMap<>();
  final Path data;
  final Path volume;
  final Instant createdAt = clock.instant();
  boolean indexThere = true;

  boolean registryThere = true;
  boolean reviewThere = true;

  /** The platform is about to end. */
  boolean ending;

  /** Of the retention's brake. */
  LongSupplier nanoTime = System::nanoTime;

  Duration patience = Duration.ofSeconds(60);

  /** Of engines that are started from now on. */
  HeldMemory memory = HeldMemory.ofThisMachine();

  /** Those that the engine is to have. */
  final List<VolumeId> volumes = new ArrayList<>(List.of(VOLUME));

  int rehashed;
  RecordEngine engine;

  Rig(Path folder) {
    data = folder.resolve("data");
    volume = folder.resolve("recordings");
    recorders.put("continuous", (stream, plan) -> new Everything());
    engine = newEngine();
  }

  /** Forgets events of the index. */
  private final class Review implements EventReview {
    @Override
    public List<EventStore.Kept> changeAll(Set<String> ids, UnaryOperator<Event> change) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Event> delete(Set<String> ids) {
      var gone = new ArrayList<Event>();
      ids.forEach(id -> Optional.ofNullable(index.events.remove(id)).ifPresent(gone::add));
      return gone;
    }

    @Override
    public boolean hasPicture(String id, Instant startedAt) {
      return false;
    }
  }

  /** Something happens between two moments, so many seconds after the camera was added. */
  void event(String id, double from, double to, boolean retained, String label, String... zones) {
    index.events.put(
        id,
        new Event(
            id,
            DOOR,
            EventType.OBJECT,
            label,
            OptionalDouble.empty(),
            createdAt.plusMillis(Math.round(from * 1000)),
            Optional.of(createdAt.plusMillis(Math.round(to * 1000))),
            List.of(zones),
            Optional.empty(),
            Optional.empty(),
            false,
            retained,
            Map.of()));
  }

  private record Everything() implements Recorder.Session {
    @Override
    public Recorder.Choice choose(Instant gopStart) {
      return new Recorder.Choice.Keep();
    }

    @Override
    public void close() {}
  }

  /** Where a volume is. */
  Path folder(VolumeId id) {
    return id.equals(VOLUME) ? volume : volume.resolveSibling(id.value());
  }

  RecordEngine newEngine() {
    return new RecordEngine(
        new RecordSettings(Duration.ofSeconds(10), patience, 512L << 20, 1L << 20, rehashed),
        volumes.stream()
            .map(
                id ->
                    new VolumeSettings(
                        id, "file", Map.of("path", folder(id).toString()), folder(id).toString()))
            .toList(),
        new KnownVolumes(data),
        id -> id.equals("file") ? Optional.of(backend) : Optional.empty(),
        id -> Optional.ofNullable(recorders.get(id)),
        () -> indexThere ? Optional.of(index) : Optional.empty(),
        () -> ending,
        () -> registryThere,
        () -> reviewThere ? Optional.of(new Review()) : Optional.empty(),
        memory,
        clock,
        nanoTime);
  }

  /** Opens the volume, and tells of the camera. */
  Rig start() {
    look();
    camera(RecordingPlan.DEFAULT);
    return this;
  }

  void camera(RecordingPlan plan) {
    engine.cameras().changed(camera(DOOR, plan, createdAt));
  }

  static Camera camera(CameraId id, RecordingPlan plan, Instant createdAt) {
    return new Camera(
        id,
        1,
        id.value(),
        "rtsp",
        true,
        Map.of(),
        List.of(),
        plan,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        createdAt);
  }

  void status(CameraState state) {
    engine
        .cameras()
        .status(DOOR, new CameraStatus(state, clock.instant(), Optional.empty(), List.of()));
  }

  FakeStream stream(StreamId id) {
    return new FakeStream(this, id);
  }

  void cycle() {
    engine.lines().forEach(line -> line.flusher().cycle());
    engine.feedIndex();
  }

  /** All volumes are looked at, as each second. */
  void look() {
    // The first look of the last one finds all open.
    engine.lines().forEach(engine::look);
  }

  Line line(VolumeId id) {
    return engine.lines().stream()
        .filter(line -> line.mount().id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  Retention retention() {
    return line(VOLUME).retention();
  }

  /** The process dies: nothing is ended, the lock is released by the system. */
  void kill() {
    kill(Duration.ZERO);
  }

  void kill(Duration away) {
    backend.die();
    clock.advance(away);
    engine = newEngine();
  }

  /** An orderly end. */
  void restart(boolean seal) {
    restart(seal, Duration.ZERO);
  }

  void restart(boolean seal, Duration away) {
    engine.stop(seal);
    ending = false;
    clock.advance(away);
    engine = newEngine();
  }

  List<Segment> rows() {
    return List.copyOf(index.rows.values());
  }

  List<Segment> segments(StreamId stream) {
    return engine.segments(stream, Instant.EPOCH, clock.instant().plusSeconds(100_000));
  }

  List<Segment> segmentsSince() {
    return engine.segments(MAIN, createdAt, clock.instant());
  }

  /** The volume is tried again, as after some seconds. */
  void reopen() {
    cycle();
    engine.lines().forEach(line -> line.watch().again());
    look();
  }

  Ledger ledger() {
    return engine.ledger(DOOR, createdAt, clock.instant());
  }

  List<Path> files() throws IOException {
    var found = new ArrayList<Path>();
    for (VolumeId id : volumes) {
      if (Files.exists(folder(id))) {
        try (Stream<Path> all = Files.walk(folder(id))) {
          all.filter(path -> path.toString().endsWith(".mp4"))
              .filter(path -> !path.toString().contains(".quarantine"))
              .forEach(found::add);
        }
      }
    }
    found.sort(Comparator.comparing(path -> String.valueOf(path.getFileName())));
    return found;
  }

  /** Numbers of all units in a file, as its own boxes tell. */
  static List<Long> sequences(Path file) throws IOException {
    var numbers = new ArrayList<Long>();
    try (var channel = Files.newByteChannel(file)) {
      for (SegmentReader.Part part : SegmentReader.scan(channel).parts()) {
        for (long n = part.firstSequence(); n <= part.lastSequence(); n++) {
          numbers.add(n);
        }
      }
    }
    return numbers;
  }

  /** Numbers of all units on disk, in the order of the files. */
  List<Long> recorded() throws IOException {
    var numbers = new ArrayList<Long>();
    for (Path file : files()) {
      numbers.addAll(sequences(file));
    }
    return numbers;
  }

  /** Spans and gaps cover the time without hole or overlap. */
  static void assertCovers(Ledger ledger, Instant from, Instant to) {
    record Piece(Instant from, Instant to) {}
    var pieces = new ArrayList<Piece>();
    ledger.spans().forEach(span -> pieces.add(new Piece(span.from(), span.to())));
    ledger.gaps().forEach(gap -> pieces.add(new Piece(gap.from(), gap.to())));
    pieces.sort(java.util.Comparator.comparing(Piece::from));
    Instant at = LedgerBook.millis(from);
    for (Piece piece : pieces) {
      assertThat(piece.from()).as("next piece of %s", ledger).isEqualTo(at);
      assertThat(piece.to()).isAfter(piece.from());
      at = piece.to();
    }
    assertThat(at).as("end of %s", ledger).isEqualTo(LedgerBook.millis(to));
  }

  /** The invariants of the design, for a system at rest. */
  void assertSound() throws IOException {
    var check = engine.check(true);
    assertThat(check.problems()).isEmpty();
    long rows = volumes.stream().mapToLong(index::count).sum();
    assertThat(check.segments()).isEqualTo(rows + engine.backlogSegments());
    for (Segment row : rows()) {
      if (row.state() == Segment.State.GARBAGE || row.state() == Segment.State.MISSING) {
        continue;
      }
      Path file = folder(row.volume()).resolve(row.path());
      List<Long> numbers = sequences(file);
      assertThat(numbers.get(0)).isEqualTo(row.firstSequence());
      if (row.state() != Segment.State.SUSPECT) {
        assertThat(numbers).hasSize((int) row.accessUnits());
        assertThat(numbers.get(numbers.size() - 1)).isEqualTo(row.lastSequence());
        assertThat(Files.size(file)).isEqualTo(row.bytes());
      }
      assertThat(row.keyframes()).isNotEmpty();
      assertThat(row.keyframes().get(0).offset()).isEqualTo(row.initBytes());
    }
  }
}
