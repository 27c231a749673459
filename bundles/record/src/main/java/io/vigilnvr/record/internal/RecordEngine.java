package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.event.EventReview;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex;
import io.vigilnvr.api.record.SegmentIndex.Condition;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.record.Volumes;
import io.vigilnvr.api.storage.StorageBackend;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.Volume.Stored;
import io.vigilnvr.api.storage.VolumeId;
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
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
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

  /** So long the other volumes are waited for at the start. */
  private static final Duration GATHERING = Duration.ofSeconds(10);

  /** Around a segment, those that may share numbers with it. */
  private static final Duration NEARBY = Duration.ofMinutes(10);

  private static final int FORGOTTEN_AT_ONCE = 500;

  /** So far back a position is looked for in the index; step by step, for rows are many. */
  private static final List<Duration> LOOK_BACK =
      List.of(Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(60));

  private final RecordSettings settings;
  private final Supplier<Optional<SegmentIndex>> index;
  private final Function<String, Optional<Recorder>> recorders;
  private final Clock clock;
  private final Instant startedAt;
  private final KnownVolumes known;
  private final Function<String, Optional<StorageBackend>> backends;
  private final BooleanSupplier registry;
  private final Supplier<Optional<EventReview>> events;
  private final LongSupplier nanoTime;
  private final Mounts mounts = new Mounts();
  private final Map<VolumeId, Line> lines = new ConcurrentHashMap<>();
  private final Journal journal = new Journal();
  private final Conditions conditions;
  private final Cameras cameras;
  private final Adoption adoption;
  private final IndexFeed feed;
  private final Reconciler reconciler;
  private final Prospects prospects;
  private final Rehash rehash;
  private final HeldMemory memory;
  private final Map<StreamId, Lane> lanes = new ConcurrentHashMap<>();

  /** Volumes that were opened and are not in use yet. Guarded by itself. */
  private final Map<Mount, Volume> gathered = new LinkedHashMap<>();

  /** Guarded by gathered. */
  private long gatheredSince;

  /** Files that wait for the index to tell what of them is recorded elsewhere. */
  private final Queue<Leftover> leftovers = new ConcurrentLinkedQueue<>();

  /** Volumes whose files were compared with the index in this life. */
  private final Set<VolumeId> reconciled = ConcurrentHashMap.newKeySet();

  private record Leftover(Mount mount, Unsealed file) {}

  /**
   * @param ending whether the platform is about to end
   * @param registry whether somebody is there who tells of every camera
   * @param events where events are forgotten
   */
  RecordEngine(
      RecordSettings settings,
      List<VolumeSettings> volumes,
      KnownVolumes known,
      Function<String, Optional<StorageBackend>> backends,
      Function<String, Optional<Recorder>> recorders,
      Supplier<Optional<SegmentIndex>> index,
      BooleanSupplier ending,
      BooleanSupplier registry,
      Supplier<Optional<EventReview>> events,
      HeldMemory memory,
      Clock clock,
      LongSupplier nanoTime) {
    this.settings = settings;
    this.index = index;
    this.recorders = recorders;
    this.clock = clock;
    this.startedAt = clock.instant();
    this.known = known;
    this.backends = backends;
    this.registry = registry;
    this.events = events;
    this.memory = memory;
    this.nanoTime = nanoTime;
    this.conditions = new Conditions(journal, startedAt, ending);
    this.cameras = new Cameras(conditions, clock);
    this.adoption = new Adoption(journal);
    this.feed = new IndexFeed(journal, index);
    this.reconciler = new Reconciler(journal, this::busyPaths);
    this.prospects = new Prospects(settings, cameras, clock);
    this.rehash = new Rehash(settings.rehashed(), clock);
    volumes.forEach(this::add);
  }

  /** Takes a volume into use; it is opened by the first look. */
  Line add(VolumeSettings volume) {
    var mount = new Mount(volume, known, backends);
    var retention =
        new Retention(
            settings, mounts, mount, index, cameras, journal, registry, events, nanoTime, clock);
    mount.makeRoomBy(retention::emergency);
    var line =
        new Line(
            mount,
            new Flusher(() -> List.copyOf(lanes.values()), mounts, mount, journal, clock),
            new VolumeWatch(settings, mount, this::opened),
            retention);
    lines.put(mount.id(), line);
    mounts.add(mount);
    return line;
  }

  /** Takes a volume that nothing is written to out of use. */
  void drop(Line line) {
    Mount mount = line.mount();
    mounts.remove(mount);
    lines.remove(mount.id());
    mount.end();
    leftovers.removeIf(leftover -> leftover.mount() == mount);
    reconciled.remove(mount.id());
    try {
      journal.sync(mount.id());
      journal.compact(mount.id());
    } catch (IOException e) {
      log.warn("the journal of volume {} is left as it is: {}", mount.id(), e.toString());
    }
    journal.forgetVolume(mount.id());
    mount.takeFailed().ifPresent(Volume::close);
  }

  /**
   * Forgets what the index has of a volume.
   *
   * @throws StoreUnavailableException if the index is not there
   */
  void forgetRows(VolumeId volume) {
    SegmentIndex rows = index.get().orElseThrow(() -> noIndex());
    List<Segment> some = rows.oldest(volume, Optional.empty(), FORGOTTEN_AT_ONCE);
    while (!some.isEmpty()) {
      List<String> ids = some.stream().map(Segment::id).toList();
      rows.markGarbage(ids, GapCause.STORAGE);
      rows.remove(ids);
      journal.deleted(ids);
      some = rows.oldest(volume, Optional.empty(), FORGOTTEN_AT_ONCE);
    }
    List<Segment> garbage = rows.garbage(volume, FORGOTTEN_AT_ONCE);
    while (!garbage.isEmpty()) {
      rows.remove(garbage.stream().map(Segment::id).toList());
      garbage = rows.garbage(volume, FORGOTTEN_AT_ONCE);
    }
  }

  /** Whether there is footage on a volume, finished or not. */
  boolean hasFootage(VolumeId volume) {
    SegmentIndex rows = index.get().orElseThrow(() -> noIndex());
    return rows.count(volume) > 0
        || !journal.opened(volume).isEmpty()
        || journal.unindexed().stream().anyMatch(segment -> segment.volume().equals(volume));
  }

  private static StoreUnavailableException noIndex() {
    return new StoreUnavailableException(
        "there is no index yet", new IllegalStateException("no index"));
  }

  /** In the order in which they came. */
  List<Line> lines() {
    return mounts.all().stream().map(mount -> lines.get(mount.id())).toList();
  }

  Mounts mounts() {
    return mounts;
  }

  Cameras cameras() {
    return cameras;
  }

  IndexFeed feed() {
    return feed;
  }

  /** Whether the positions of streams are known, so that recording can go on at them. */
  boolean knowsPositions() {
    return journal.hasBegun();
  }

  /** Opens a volume if it is due, looks at its space, and at whether any hangs. */
  void look(Line line) {
    line.watch().look();
    useGathered();
    for (Line one : lines.values()) {
      if (one.flusher().stuckFor(STUCK) && mounts.hasOther(one.mount())) {
        one.mount().fail("it does not answer");
      }
    }
  }

  private void opened(Mount mount, Volume volume) {
    synchronized (gathered) {
      if (gathered.isEmpty()) {
        gatheredSince = System.nanoTime();
      }
      gathered.put(mount, volume);
    }
  }

  /**
   * Takes up what opened volumes hold, and records to them from now on. At the start all are waited
   * for, for a while: what one holds may have ended on another.
   */
  private void useGathered() {
    synchronized (gathered) {
      boolean first = !journal.hasBegun();
      boolean waits =
          !mounts.all().stream().allMatch(Mount::isTried)
              && System.nanoTime() - gatheredSince < GATHERING.toNanos();
      if (gathered.isEmpty() || (first && waits)) {
        return;
      }
      // All are read before any is written: what they say goes together.
      gathered.entrySet().removeIf(entry -> !can(journal::read, entry));
      gathered.entrySet().removeIf(entry -> !can(journal::attach, entry));
      var use = new LinkedHashMap<>(gathered);
      gathered.clear();
      if (!use.isEmpty()) {
        use(use, first);
      }
    }
  }

  private interface JournalStep {
    void take(Volume volume) throws IOException;
  }

  private boolean can(JournalStep step, Map.Entry<Mount, Volume> opened) {
    Volume volume = opened.getValue();
    try {
      step.take(volume);
      return true;
    } catch (IOException e) {
      journal.detach(volume.id());
      volume.close();
      opened.getKey().unusable("its journal cannot be used: " + e);
      return false;
    }
  }

  private void use(Map<Mount, Volume> volumes, boolean first) {
    if (first) {
      explainDowntime();
      lanes.clear();
    }
    var rest = new ArrayList<Leftover>();
    volumes.values().forEach(this::forgetUnwritten);
    rest.addAll(takeUp(volumes, first));
    volumes.forEach(Mount::online);
    rest.forEach(this::takeOver);
  }

  /** A finished segment that the index has may have been deleted since: its file tells. */
  private void forgetUnwritten(Volume volume) {
    for (Segment segment : journal.unindexed()) {
      if (!segment.volume().equals(volume.id())) {
        continue;
      }
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
    mounts
        .all()
        .forEach(
            mount ->
                journal.opened(mount.id()).forEach(entry -> cameras.add(entry.stream().camera())));
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
  private List<Leftover> takeUp(Map<Mount, Volume> volumes, boolean first) {
    var newest = new LinkedHashMap<StreamId, Leftover>();
    var rest = new ArrayList<Leftover>();
    volumes.forEach(
        (mount, volume) -> {
          Set<String> busy = busyPaths(mount.id());
          for (JournalEntry.Opened entry : journal.opened(mount.id())) {
            Optional<Leftover> found =
                busy.contains(entry.path())
                    ? Optional.empty()
                    : adoption.look(volume, entry.path()).map(file -> new Leftover(mount, file));
            if (found.isPresent() && first && isNewest(found.get().file())) {
              newest.merge(
                  found.get().file().stream(),
                  found.get(),
                  (one, other) -> {
                    boolean later = other.file().nextSequence() > one.file().nextSequence();
                    rest.add(later ? one : other);
                    return later ? other : one;
                  });
            } else {
              found.ifPresent(rest::add);
            }
          }
        });
    newest.forEach(
        (stream, left) -> {
          if (settle(left, volumes)) {
            lanes.put(stream, makeLane(stream, Optional.of(left)));
          }
        });
    return rest;
  }

  private boolean settle(Leftover left, Map<Mount, Volume> volumes) {
    Volume volume = volumes.get(left.mount());
    return volume != null && adoption.settle(volume, left.file());
  }

  /** Whether a stream was not elsewhere since. */
  private boolean isNewest(Unsealed file) {
    return journal
        .position(file.stream())
        .map(position -> position.nextSequence() <= file.nextSequence())
        .orElse(true);
  }

  /** Takes a file over, but for what of it is recorded elsewhere, too. */
  private void takeOver(Leftover left) {
    Unsealed file = left.file();
    Volume volume = left.mount().online().orElse(null);
    if (volume == null) {
      return;
    }
    boolean wentOn =
        journal
            .position(file.stream())
            .map(position -> position.nextSequence() > file.info().firstSequence())
            .orElse(false);
    try {
      if (wentOn && index.get().isEmpty()) {
        throw noIndex();
      }
      long taken = firstElsewhere(left.mount().id(), file, wentOn);
      Optional<Unsealed> own = file.before(taken);
      if (own.isPresent()) {
        adoption.adopt(left.mount(), own.get());
      } else {
        adoption.setAside(volume, file);
      }
    } catch (StoreUnavailableException e) {
      leftovers.add(left);
    }
  }

  /** The first number of a file that another one of the stream has, too. */
  private long firstElsewhere(VolumeId volume, Unsealed file, boolean wentOn) {
    StreamId stream = file.stream();
    Segment own = file.row(volume, Segment.State.OPEN, Optional.empty());
    var others = new ArrayList<>(journal.unindexed(stream));
    Optional.ofNullable(lanes.get(stream))
        .flatMap(lane -> lane.writer().view().row())
        .ifPresent(others::add);
    if (wentOn) {
      index
          .get()
          .map(rows -> rows.find(stream, own.startedAt().minus(NEARBY), own.endedAt().plus(NEARBY)))
          .ifPresent(others::addAll);
    }
    return others.stream()
        .filter(other -> !(other.volume().equals(volume) && other.path().equals(own.path())))
        .filter(
            other ->
                other.firstSequence() <= own.lastSequence()
                    && Math.max(other.firstSequence(), other.lastSequence()) >= own.firstSequence())
        .mapToLong(Segment::firstSequence)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Files on a volume that are being written, or may be gone on with. */
  private Set<String> busyPaths(VolumeId volume) {
    var paths = new HashSet<String>();
    for (Lane lane : lanes.values()) {
      lane.writer()
          .view()
          .row()
          .filter(row -> row.volume().equals(volume))
          .map(Segment::path)
          .ifPresent(paths::add);
    }
    leftovers.stream()
        .filter(left -> left.mount().id().equals(volume))
        .forEach(left -> paths.add(left.file().path()));
    return paths;
  }

  /** Gives the index what it does not have, and asks it what had to wait for it. */
  void feedIndex() {
    feed.feed();
    if (index.get().isPresent()) {
      for (int left = leftovers.size(); left > 0; left--) {
        Optional.ofNullable(leftovers.poll()).ifPresent(this::takeOver);
      }
    }
    for (Mount mount : mounts.all()) {
      if (reconciled.contains(mount.id()) && journal.takeOverflow(mount.id())) {
        reconciled.remove(mount.id());
      }
    }
  }

  private Lane lane(StreamId stream) {
    return lanes.computeIfAbsent(stream, key -> makeLane(key, Optional.empty()));
  }

  private Lane makeLane(StreamId stream, Optional<Leftover> left) {
    var writer =
        new StreamWriter(
            stream,
            settings,
            mounts,
            journal,
            conditions,
            new Choices(stream, cameras, recorders),
            adoption,
            memory,
            clock);
    position(stream).ifPresent(writer::startAfter);
    left.ifPresent(one -> writer.startIn(one.mount(), one.file()));
    return new Lane(stream, writer, new Intake(settings.queueBytes()), cameras);
  }

  /** Where a stream is; the index is asked if a volume that may know is not there. */
  private Optional<JournalEntry.Position> position(StreamId stream) {
    Optional<JournalEntry.Position> noted = journal.position(stream);
    boolean all = mounts.all().stream().allMatch(mount -> mount.online().isPresent());
    if (noted.isPresent() && (all || mounts.all().size() == 1)) {
      return noted;
    }
    return Stream.concat(noted.stream(), fromIndex(stream).stream())
        .max(Comparator.comparingLong(JournalEntry.Position::nextSequence));
  }

  /** Where a stream is, by the index: for a volume whose journal was lost, or is away. */
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
   * marked. Says whether it was done for each volume that is there, or is to be tried again.
   */
  boolean reconcile() {
    boolean all = true;
    for (Line line : lines()) {
      VolumeId id = line.mount().id();
      if (!reconciled.contains(id)) {
        if (reconcile(line)) {
          reconciled.add(id);
        } else {
          all = false;
        }
      }
    }
    return all;
  }

  private boolean reconcile(Line line) {
    Volume volume = line.mount().online().orElse(null);
    SegmentIndex rows = index.get().orElse(null);
    if (volume == null || rows == null) {
      return false;
    }
    try {
      Optional<String> tooMany = reconciler.markMissing(volume, rows);
      tooMany.ifPresent(
          why -> {
            log.error("{}; nothing is deleted until this is settled", why);
            line.retention().suspend(why);
          });
      reconciler.unknownFiles(volume, rows, file -> adoptUnknown(line.mount(), volume, rows, file));
      return true;
    } catch (IOException | StoreUnavailableException e) {
      log.warn("index and files of volume {} could not be compared: {}", volume.id(), e.toString());
      return false;
    }
  }

  private void adoptUnknown(Mount mount, Volume volume, SegmentIndex rows, Stored file) {
    Unsealed found = adoption.look(volume, file.path()).orElse(null);
    if (found == null) {
      return;
    }
    String id = SegmentNames.id(found.stream(), found.info().firstSequence());
    Optional<Segment> row = rows.find(id);
    boolean same =
        row.isPresent()
            && row.get().path().equals(file.path())
            && row.get().volume().equals(volume.id());
    if (row.isPresent() && !same) {
      log.warn("{} has the number of another file, {}; left alone", file.path(), row.get().path());
    } else if (row.isEmpty() || row.get().state() == Segment.State.MISSING) {
      long taken = firstElsewhere(mount.id(), found, true);
      found
          .before(taken)
          .ifPresentOrElse(
              own -> adoption.adopt(mount, own), () -> adoption.setAside(volume, found));
    }
  }

  /**
   * Ends: everything that came is written and synced; files are sealed, or left to be gone on with.
   */
  void stop(boolean seal) {
    for (Line line : lines()) {
      if (!line.flusher().stuckFor(Duration.ZERO)) {
        line.flusher().cycle();
      }
      journal.alive(line.mount().id(), clock.instant());
    }
    lanes.values().forEach(lane -> lane.alone(() -> lane.writer().keepLast(seal)));
    lanes.values().forEach(lane -> lane.alone(() -> lane.position().ifPresent(journal::passed)));
    lanes.values().forEach(lane -> lane.alone(() -> lane.writer().stop(seal)));
    for (Line line : lines()) {
      try {
        journal.sync(line.mount().id());
      } catch (IOException e) {
        log.warn("the journal of volume {}: {}", line.mount().id(), e.toString());
      }
    }
    try {
      feed.feed();
    } catch (RuntimeException e) {
      log.warn("the index does not take the rest now: {}", e.toString());
    }
    for (Line line : lines()) {
      VolumeId id = line.mount().id();
      try {
        journal.compact(id);
      } catch (IOException | RuntimeException e) {
        log.warn("the journal of volume {} is left as it is: {}", id, e.toString());
      }
      line.mount().end();
      journal.detach(id);
      line.mount().takeFailed().ifPresent(Volume::close);
    }
    synchronized (gathered) {
      gathered.values().forEach(Volume::close);
      gathered.clear();
    }
  }

  /** Reads some segments again, if it is night and that is wanted. */
  void rehash() {
    rehash.round(mounts.all(), index.get());
  }

  /** How many finished segments the index does not have. */
  int backlogSegments() {
    return journal.unindexed().size();
  }

  /** What is wrong, for an admin; empty if nothing. */
  Optional<String> problem() {
    return lines().stream()
        .map(this::problem)
        .flatMap(Optional::stream)
        .findFirst()
        .or(rehash::problem);
  }

  private Optional<String> problem(Line line) {
    Mount mount = line.mount();
    if (!mount.problem().isEmpty()) {
      return Optional.of("volume " + mount.id() + ": " + mount.problem());
    }
    if (line.flusher().stuckFor(STUCK) || line.watch().isSilent()) {
      return Optional.of("volume " + mount.id() + " does not answer");
    }
    return Optional.of(line.retention().problem()).filter(problem -> !problem.isEmpty());
  }

  @Override
  public Ledger ledger(CameraId camera, Instant from, Instant to) {
    return ledger(camera, Optional.empty(), from, to);
  }

  @Override
  public Ledger ledger(StreamId stream, Instant from, Instant to) {
    return ledger(stream.camera(), Optional.of(stream.role()), from, to);
  }

  private Ledger ledger(CameraId camera, Optional<StreamRole> only, Instant from, Instant to) {
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
    var conditions = new ArrayList<>(conditions(camera, start, end));
    for (StreamRole role : StreamRole.values()) {
      var stream = new StreamId(camera, role);
      var recorded = new ArrayList<>(finished(stream, start, end));
      lively(stream, now).ifPresent(recorded::add);
      if (only.map(role::equals).orElse(true)) {
        segments.addAll(recorded);
      } else {
        recorded.forEach(other -> conditions.add(notPlanned(other)));
      }
    }
    return LedgerBook.of(start, end, segments, conditions);
  }

  /** A plan is of one stream: while that is recorded, the other is not. */
  private static Condition notPlanned(Segment other) {
    return new Condition(
        other.stream().camera(),
        other.startedAt(),
        Optional.of(other.endedAt()),
        GapCause.NOT_SCHEDULED);
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
                                ? row.withEnd(later(row.endedAt(), now))
                                : row));
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
      SegmentIndex rows = index.get().orElseThrow(() -> noIndex());
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
        mounts
            .find(segment.volume())
            .flatMap(Mount::online)
            .orElseThrow(() -> new IOException("volume " + segment.volume() + " is not online"));
    return volume.read(segment.path());
  }

  @Override
  public StreamRecording status(StreamId stream) {
    Lane lane = lanes.get(stream);
    if (lane == null) {
      return new StreamRecording(
          State.IDLE,
          0,
          0,
          journal
              .position(stream)
              .map(JournalEntry.Position::endedAt)
              .filter(end -> end.isAfter(Instant.EPOCH)),
          "");
    }
    StreamWriter.View view = lane.writer().view();
    return new StreamRecording(
        view.state(), view.recorded(), view.lost(), view.durableThrough(), view.cause());
  }

  @Override
  public List<VolumeStatus> volumes() {
    return mounts.all().stream().map(this::status).toList();
  }

  private VolumeStatus status(Mount mount) {
    long bytes = 0;
    long segments = 0;
    try {
      SegmentIndex rows = index.get().orElse(null);
      if (rows != null) {
        bytes = rows.bytes(mount.id(), Optional.empty());
        segments = rows.count(mount.id());
      }
    } catch (StoreUnavailableException e) {
      log.debug("the index cannot say how much is recorded: {}", e.getMessage());
    }
    Mount.State state = mount.state();
    return new VolumeStatus(
        mount.id(),
        mount.settings().backend(),
        mount.settings().location(),
        switch (state) {
          case ONLINE -> "online";
          case FAILED -> "failed";
          case REFUSED -> "refused";
        },
        mount.problem(),
        mount.capacity(),
        bytes,
        segments);
  }

  /** Volumes and how long they will do. */
  List<Volumes.Standing> standings() {
    return mounts.all().stream()
        .map(mount -> prospects.of(mount, status(mount), index.get()))
        .toList();
  }

  List<Volumes.Usage> usage() {
    return prospects.usage(index.get().orElseThrow(() -> noIndex()));
  }

  /** When a camera was recorded, what is still written included. */
  List<Volumes.Stretch> recorded(CameraId camera, Instant from, Instant to) {
    SegmentIndex rows = index.get().orElseThrow(() -> noIndex());
    var stretches = new ArrayList<>(rows.stretches(camera, from, to));
    for (StreamRole role : StreamRole.values()) {
      var stream = new StreamId(camera, role);
      Stream.concat(journal.unindexed(stream).stream(), lively(stream, clock.instant()).stream())
          .filter(segment -> overlaps(segment, from, to))
          .forEach(
              segment ->
                  stretches.add(new Volumes.Stretch(segment.startedAt(), segment.endedAt())));
    }
    stretches.sort(Comparator.comparing(Volumes.Stretch::from));
    var merged = new ArrayList<Volumes.Stretch>();
    for (Volumes.Stretch next : stretches) {
      int at = merged.size() - 1;
      if (at >= 0 && !merged.get(at).to().plus(LedgerBook.TOLERANCE).isBefore(next.from())) {
        merged.set(
            at, new Volumes.Stretch(merged.get(at).from(), later(merged.get(at).to(), next.to())));
      } else {
        merged.add(next);
      }
    }
    return List.copyOf(merged);
  }

  @Override
  public CheckResult check(boolean hashes) throws IOException {
    var online = new ArrayList<Volume>();
    var problems = new ArrayList<String>();
    for (Mount mount : mounts.all()) {
      mount
          .online()
          .ifPresentOrElse(
              online::add, () -> problems.add("volume " + mount.id() + ": " + mount.problem()));
    }
    if (online.isEmpty()) {
      throw new IOException("no volume is online");
    }
    SegmentIndex rows = index.get().orElseThrow(() -> new IOException("the index is not there"));
    CheckResult result = reconciler.check(online, rows, hashes);
    problems.addAll(result.problems());
    if (feed.parked() > 0) {
      problems.add("the index refused " + feed.parked() + " rows");
    }
    return new CheckResult(result.segments(), result.bytes(), problems);
  }
}
