package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex;
import io.vigilnvr.api.record.SegmentIndex.Condition;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.storage.StorageBackend;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.Volume.Stored;
import io.vigilnvr.api.stream.StreamRecorder;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recording engine: puts its parts together, and answers questions from what is in memory and
 * what the index has. It starts no threads: whoever has it calls its rounds.
 */
final class RecordEngine implements StreamRecorder, Recordings {
  private static final Logger log = LoggerFactory.getLogger(RecordEngine.class);

  /** As long as this after its last fragment a stream is taken to be recorded up to now. */
  private static final Duration LIVELY = Duration.ofSeconds(5);

  private static final Duration STUCK = Duration.ofSeconds(10);

  /** So far back a position is looked for in the index; step by step, for rows are many. */
  private static final List<Duration> LOOK_BACK =
      List.of(Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(60));

  private final RecordSettings settings;
  private final Supplier<Optional<SegmentIndex>> index;
  private final Function<String, Optional<Recorder>> recorders;
  private final Clock clock;
  private final Instant startedAt;
  private final Mount mount;
  private final Journal journal = new Journal();
  private final Conditions conditions;
  private final Cameras cameras;
  private final Adoption adoption;
  private final Flusher flusher;
  private final IndexFeed feed;
  private final Retention retention;
  private final Reconciler reconciler;
  private final VolumeWatch watch;
  private final Map<StreamId, Lane> lanes = new ConcurrentHashMap<>();

  /**
   * @param ending whether the platform is about to end
   * @param registry whether somebody is there who tells of every camera
   */
  RecordEngine(
      RecordSettings settings,
      KnownVolumes known,
      Function<String, Optional<StorageBackend>> backends,
      Function<String, Optional<Recorder>> recorders,
      Supplier<Optional<SegmentIndex>> index,
      BooleanSupplier ending,
      BooleanSupplier registry,
      Clock clock,
      LongSupplier nanoTime) {
    this.settings = settings;
    this.index = index;
    this.recorders = recorders;
    this.clock = clock;
    this.startedAt = clock.instant();
    this.mount = new Mount(settings, known, backends);
    this.conditions = new Conditions(journal, startedAt, ending);
    this.cameras = new Cameras(conditions, clock);
    this.adoption = new Adoption(mount, journal);
    this.flusher = new Flusher(() -> List.copyOf(lanes.values()), mount, journal, clock);
    this.feed = new IndexFeed(journal, index);
    this.retention =
        new Retention(
            settings,
            mount,
            index,
            cameras,
            journal,
            registry,
            new ClockBrake(clock, nanoTime),
            clock);
    this.reconciler = new Reconciler(journal, this::busyPaths);
    this.watch = new VolumeWatch(settings, mount, this::opened);
    mount.makeRoomBy(retention::emergency);
  }

  Cameras cameras() {
    return cameras;
  }

  Flusher flusher() {
    return flusher;
  }

  IndexFeed feed() {
    return feed;
  }

  Retention retention() {
    return retention;
  }

  VolumeWatch watch() {
    return watch;
  }

  /** Whether the positions of streams are known, so that recording can go on at them. */
  boolean knowsPositions() {
    return journal.isReplayed();
  }

  /** A volume was opened: takes up what it holds, and records to it from now on. */
  private void opened(Volume volume) {
    boolean first = !journal.isReplayed();
    try {
      journal.attach(volume);
    } catch (IOException e) {
      log.error("the journal of volume {} cannot be used: {}", volume.id(), e.toString());
      volume.close();
      return;
    }
    if (first) {
      explainDowntime();
      forgetUnwritten(volume);
      lanes.clear();
    }
    List<Unsealed> rest = takeUp(volume, first);
    mount.online(volume);
    rest.forEach(adoption::adopt);
  }

  /** A finished segment that the index has may have been deleted since: its file tells. */
  private void forgetUnwritten(Volume volume) {
    for (Segment segment : journal.unindexed()) {
      try (SeekableByteChannel file = volume.read(segment.path())) {
        log.debug("{} has {} bytes", segment.path(), file.size());
      } catch (NoSuchFileException e) {
        journal.forget(segment.id());
      } catch (IOException | IllegalArgumentException e) {
        log.warn("{} cannot be read: {}", segment.path(), e.toString());
      }
    }
  }

  /** Between the last sign of the former life and this one nobody was there to say why not. */
  private void explainDowntime() {
    var cameras = new TreeSet<CameraId>();
    var signs = new ArrayList<Instant>();
    journal.lastAlive().ifPresent(signs::add);
    for (JournalEntry.Position position : journal.positions()) {
      cameras.add(position.stream().camera());
      signs.add(position.endedAt());
    }
    for (Condition condition : journal.ongoing()) {
      cameras.add(condition.camera());
      signs.add(condition.from());
    }
    journal.opened().forEach(entry -> cameras.add(entry.stream().camera()));
    // A clock that was set back meanwhile leaves no sign that could be true.
    Instant end =
        signs.stream()
            .filter(sign -> sign.isBefore(startedAt))
            .max(Comparator.naturalOrder())
            .orElse(startedAt);
    conditions.endFormer(end);
    cameras.forEach(camera -> conditions.note(camera, end, startedAt, GapCause.PLATFORM));
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /**
   * Files that were left open: after a start the newest of each stream may be gone on with.
   *
   * @return the others, to be taken over as they are
   */
  private List<Unsealed> takeUp(Volume volume, boolean first) {
    var newest = new LinkedHashMap<StreamId, Unsealed>();
    var rest = new ArrayList<Unsealed>();
    Set<String> busy = busyPaths();
    for (JournalEntry.Opened entry : journal.opened()) {
      Optional<Unsealed> found =
          busy.contains(entry.path()) ? Optional.empty() : adoption.look(volume, entry.path());
      if (found.isPresent() && first) {
        Unsealed file = found.get();
        newest.merge(
            file.stream(),
            file,
            (one, other) -> {
              boolean later = other.nextSequence() > one.nextSequence();
              rest.add(later ? one : other);
              return later ? other : one;
            });
      } else {
        found.ifPresent(rest::add);
      }
    }
    newest.forEach(
        (stream, file) -> {
          if (adoption.settle(volume, file)) {
            lanes.put(stream, makeLane(stream, Optional.of(file)));
          }
        });
    return rest;
  }

  private Set<String> busyPaths() {
    var paths = new HashSet<String>();
    lanes
        .values()
        .forEach(lane -> lane.writer().view().row().map(Segment::path).ifPresent(paths::add));
    return paths;
  }

  private Lane lane(StreamId stream) {
    return lanes.computeIfAbsent(stream, key -> makeLane(key, Optional.empty()));
  }

  private Lane makeLane(StreamId stream, Optional<Unsealed> file) {
    var writer =
        new StreamWriter(
            stream,
            settings,
            mount,
            journal,
            conditions,
            new Choices(stream, cameras, recorders),
            adoption,
            clock);
    journal.position(stream).or(() -> fromIndex(stream)).ifPresent(writer::startAfter);
    file.ifPresent(writer::startIn);
    return new Lane(stream, writer, new Intake(settings.queueBytes()), cameras);
  }

  /** Where a stream is, by the index: for a volume whose journal was lost. */
  private Optional<JournalEntry.Position> fromIndex(StreamId stream) {
    try {
      return index
          .get()
          .flatMap(rows -> newest(rows, stream))
          .map(
              last ->
                  new JournalEntry.Position(
                      stream,
                      last.lastSequence() + 1,
                      last.run(),
                      last.endedAt(),
                      last.sha256().orElse("")));
    } catch (StoreUnavailableException e) {
      return Optional.empty();
    }
  }

  private Optional<Segment> newest(SegmentIndex rows, StreamId stream) {
    Instant now = clock.instant();
    // The clock may have been set back since.
    Instant until = now.plus(LOOK_BACK.get(LOOK_BACK.size() - 1));
    return LOOK_BACK.stream()
        .map(back -> rows.find(stream, now.minus(back), until))
        .filter(found -> !found.isEmpty())
        .findFirst()
        .flatMap(found -> found.stream().max(Comparator.comparingLong(Segment::lastSequence)));
  }

  @Override
  public StreamRecorder.Session open(StreamId stream, Acknowledgement acknowledgement) {
    return lane(stream).open(acknowledgement);
  }

  @Override
  public long nextSequence(StreamId stream) {
    return lane(stream).nextSequence();
  }

  /**
   * After a start: files that neither index nor journal knows are taken over, rows without files
   * marked. Says whether it was done, or is to be tried again.
   */
  boolean reconcile() {
    Volume volume = mount.online().orElse(null);
    SegmentIndex rows = index.get().orElse(null);
    if (volume == null || rows == null) {
      return false;
    }
    try {
      Optional<String> tooMany = reconciler.markMissing(volume, rows);
      tooMany.ifPresent(
          why -> {
            log.error("{}; nothing is deleted until this is settled", why);
            retention.suspend(why);
          });
      reconciler.unknownFiles(volume, rows, file -> adoptUnknown(volume, rows, file));
      return true;
    } catch (IOException | StoreUnavailableException e) {
      log.warn("index and files could not be compared: {}", e.toString());
      return false;
    }
  }

  private void adoptUnknown(Volume volume, SegmentIndex rows, Stored file) {
    Unsealed found = adoption.look(volume, file.path()).orElse(null);
    if (found == null) {
      return;
    }
    String id = SegmentNames.id(found.stream(), found.info().firstSequence());
    Optional<Segment> row = rows.find(id);
    boolean same = row.isPresent() && row.get().path().equals(file.path());
    if (row.isPresent() && !same) {
      log.warn("{} has the number of another file, {}; left alone", file.path(), row.get().path());
    } else if (row.isEmpty() || row.get().state() == Segment.State.MISSING) {
      adoption.adopt(found);
    }
  }

  /**
   * Ends: everything that came is written and synced; files are sealed, or left to be gone on with.
   */
  void stop(boolean seal) {
    flusher.cycle();
    journal.alive(clock.instant());
    for (Lane lane : lanes.values()) {
      lane.writer().stop(seal);
    }
    try {
      journal.sync();
      feed.feed();
      journal.compact();
    } catch (IOException | RuntimeException e) {
      log.warn("the journal is left as it is: {}", e.toString());
    }
    mount.end();
    journal.detach();
    mount.takeFailed().ifPresent(Volume::close);
  }

  /** How many finished segments the index does not have. */
  int backlogSegments() {
    return journal.unindexed().size();
  }

  /** What is wrong, for an admin; empty if nothing. */
  Optional<String> problem() {
    if (!mount.problem().isEmpty()) {
      return Optional.of("volume " + settings.volume() + ": " + mount.problem());
    }
    if (flusher.stuckFor(STUCK) || watch.isSilent()) {
      return Optional.of("volume " + settings.volume() + " does not answer");
    }
    if (!retention.problem().isEmpty()) {
      return Optional.of(retention.problem());
    }
    return Optional.empty();
  }

  @Override
  public Ledger ledger(CameraId camera, Instant from, Instant to) {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("from must be before to");
    }
    Instant now = clock.instant();
    Instant start = later(from, cameras.camera(camera).map(Camera::createdAt).orElse(from));
    Instant end = to.isBefore(now) ? to : now;
    if (!start.isBefore(end)) {
      return new Ledger(List.of(), List.of());
    }
    var segments = new ArrayList<Segment>();
    for (StreamRole role : StreamRole.values()) {
      var stream = new StreamId(camera, role);
      segments.addAll(finished(stream, start, end));
      lively(stream, now).ifPresent(segments::add);
    }
    return LedgerBook.of(start, end, segments, conditions(camera, start, end));
  }

  /** The row of the open file; up to now, if fragments keep coming. */
  private Optional<Segment> lively(StreamId stream, Instant now) {
    return Optional.ofNullable(lanes.get(stream))
        .map(lane -> lane.writer().view())
        .flatMap(
            view ->
                view.row()
                    .map(
                        row ->
                            view.state() == State.RECORDING
                                    && System.nanoTime() - view.lastAt() < LIVELY.toNanos()
                                ? endingAt(row, later(row.endedAt(), now))
                                : row));
  }

  private static Segment endingAt(Segment row, Instant end) {
    return new Segment(
        row.id(),
        row.stream(),
        row.run(),
        row.startedAt(),
        end,
        row.startTicks(),
        row.endTicks(),
        row.timescale(),
        row.initBytes(),
        row.bytes(),
        row.accessUnits(),
        row.firstSequence(),
        row.lastSequence(),
        row.codecs(),
        row.keyframes(),
        row.sha256(),
        row.state(),
        row.volume(),
        row.path());
  }

  /** In the order they were noted: the index's first, as changed since. */
  private List<Condition> conditions(CameraId camera, Instant from, Instant to) {
    record Key(Instant from, GapCause cause) {}
    var merged = new LinkedHashMap<Key, Condition>();
    Instant margin = from.minus(LedgerBook.NOTICED_LATE);
    Instant until = to.plus(LedgerBook.NOTICED_LATE);
    try {
      index
          .get()
          .map(rows -> rows.conditions(camera, margin, until))
          .orElse(List.of())
          .forEach(one -> merged.put(new Key(one.from(), one.cause()), one));
    } catch (StoreUnavailableException e) {
      log.debug("conditions come from memory: {}", e.getMessage());
    }
    journal.conditions(camera).forEach(one -> merged.put(new Key(one.from(), one.cause()), one));
    return List.copyOf(merged.values());
  }

  @Override
  public List<Segment> segments(StreamId stream, Instant from, Instant to) {
    var all = new ArrayList<>(finished(stream, from, to));
    openRow(stream).filter(row -> overlaps(row, from, to)).ifPresent(all::add);
    all.sort(Comparator.comparing(Segment::startedAt).thenComparing(Segment::firstSequence));
    return List.copyOf(all);
  }

  private Optional<Segment> openRow(StreamId stream) {
    return Optional.ofNullable(lanes.get(stream))
        .flatMap(lane -> lane.writer().view().row())
        .filter(row -> row.accessUnits() > 0);
  }

  /** Segments that are not open, each once, in no order. */
  private List<Segment> finished(StreamId stream, Instant from, Instant to) {
    var found = new LinkedHashMap<String, Segment>();
    for (Segment segment : indexed(stream, from, to)) {
      found.put(segment.id(), segment);
    }
    for (Segment segment : journal.unindexed(stream)) {
      if (overlaps(segment, from, to)) {
        found.put(segment.id(), segment);
      }
    }
    openRow(stream).ifPresent(row -> found.remove(row.id()));
    return found.values().stream()
        .filter(segment -> segment.state() != Segment.State.MISSING)
        .toList();
  }

  private List<Segment> indexed(StreamId stream, Instant from, Instant to) {
    try {
      SegmentIndex rows =
          index
              .get()
              .orElseThrow(
                  () ->
                      new StoreUnavailableException(
                          "there is no index yet", new IllegalStateException("no index")));
      return rows.find(stream, from, to);
    } catch (StoreUnavailableException e) {
      Instant remembered = later(startedAt, journal.remembersFrom(stream).orElse(startedAt));
      if (from.isBefore(remembered)) {
        throw e;
      }
      return journal.recent(stream).stream()
          .filter(segment -> overlaps(segment, from, to))
          .toList();
    }
  }

  private static boolean overlaps(Segment segment, Instant from, Instant to) {
    return segment.startedAt().isBefore(to) && segment.endedAt().isAfter(from);
  }

  @Override
  public Optional<Segment> segment(String id) {
    for (StreamId stream : lanes.keySet()) {
      Optional<Segment> open = openRow(stream).filter(row -> row.id().equals(id));
      if (open.isPresent()) {
        return open;
      }
    }
    return journal
        .unindexed(id)
        .or(() -> journal.recent(id))
        .or(() -> index.get().flatMap(rows -> rows.find(id)));
  }

  @Override
  public SeekableByteChannel read(Segment segment) throws IOException {
    Volume volume =
        mount
            .online()
            .filter(online -> online.id().equals(segment.volume()))
            .orElseThrow(() -> new IOException("volume " + segment.volume() + " is not online"));
    return volume.read(segment.path());
  }

  @Override
  public StreamRecording status(StreamId stream) {
    Lane lane = lanes.get(stream);
    if (lane == null) {
      return new StreamRecording(
          State.IDLE, 0, 0, journal.position(stream).map(JournalEntry.Position::endedAt), "");
    }
    StreamWriter.View view = lane.writer().view();
    return new StreamRecording(
        view.state(), view.recorded(), view.lost(), view.durableThrough(), view.cause());
  }

  @Override
  public List<VolumeStatus> volumes() {
    long bytes = 0;
    long segments = 0;
    try {
      SegmentIndex rows = index.get().orElse(null);
      if (rows != null) {
        bytes = rows.bytes(settings.volume(), Optional.empty());
        segments = rows.count(settings.volume());
      }
    } catch (StoreUnavailableException e) {
      log.debug("the index cannot say how much is recorded: {}", e.getMessage());
    }
    Mount.State state = mount.state();
    return List.of(
        new VolumeStatus(
            settings.volume(),
            settings.backend(),
            settings.location(),
            switch (state) {
              case ONLINE -> "online";
              case FAILED -> "failed";
              case REFUSED -> "refused";
            },
            mount.problem(),
            mount.capacity(),
            bytes,
            segments));
  }

  @Override
  public CheckResult check(boolean hashes) throws IOException {
    Volume volume = mount.online().orElseThrow(() -> new IOException("the volume is not online"));
    SegmentIndex rows = index.get().orElseThrow(() -> new IOException("the index is not there"));
    CheckResult result = reconciler.check(volume, rows, hashes);
    if (feed.parked() == 0) {
      return result;
    }
    var problems = new ArrayList<>(result.problems());
    problems.add("the index refused " + feed.parked() + " rows");
    return new CheckResult(result.segments(), result.bytes(), problems);
  }
}
