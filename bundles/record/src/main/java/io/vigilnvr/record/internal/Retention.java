package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.event.EventReview;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex;
import io.vigilnvr.api.record.SegmentIndex.Condition;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.Volume.Capacity;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.record.internal.Candidates.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes from one volume what is too old, too much, or in the way of what comes: first what no
 * event keeps, then what only events keep, each from the oldest on. Never what is younger than the
 * least days of its camera's plan, and never what is of an event that somebody retains.
 *
 * <p>Each removal goes: rows marked as garbage, which also notes why → file deleted, and its folder
 * synced → rows removed. A crash in between leaves garbage rows, with or without their files; the
 * next round ends it. Thread-safe: one round at a time.
 */
final class Retention {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);
  private static final int BATCH = 50;

  /** So few go at a time for space: shares are fair then. */
  private static final int AT_ONCE = 8;

  /** So many files go if there are too many. */
  private static final int FILES_AT_ONCE = 16;

  /** So many events are forgotten at once, and so often in a round. */
  private static final int EVENTS_AT_ONCE = 500;

  private static final int EVENT_BATCHES = 20;
  private static final double LEAST_EVENT_DAYS = 1;

  /** Conditions of so much time are forgotten at once. */
  private static final Duration FORGOTTEN_AT_ONCE = Duration.ofHours(1);

  private final RecordSettings settings;
  private final Mounts mounts;
  private final Mount mount;
  private final Supplier<Optional<SegmentIndex>> index;
  private final Cameras cameras;
  private final Journal journal;
  private final BooleanSupplier registry;
  private final ClockBrake brake;
  private final Candidates candidates;
  private final Supplier<Optional<EventReview>> events;
  private final LongSupplier nanoTime;
  private final Map<CameraId, Instant> forgotten = new HashMap<>();
  private boolean settled;
  private long eventsForgotten;
  private boolean wereEventsForgotten;
  private volatile String problem = "";

  /**
   * @param registry whether somebody is there who tells of every camera
   * @param events where events are forgotten
   */
  Retention(
      RecordSettings settings,
      Mounts mounts,
      Mount mount,
      Supplier<Optional<SegmentIndex>> index,
      Cameras cameras,
      Journal journal,
      BooleanSupplier registry,
      Supplier<Optional<EventReview>> events,
      LongSupplier nanoTime,
      Clock clock) {
    this.settings = settings;
    this.mounts = mounts;
    this.mount = mount;
    this.index = index;
    this.cameras = cameras;
    this.journal = journal;
    this.registry = registry;
    this.brake = new ClockBrake(clock, nanoTime);
    this.candidates = new Candidates(clock, nanoTime);
    this.events = events;
    this.nanoTime = nanoTime;
  }

  /** Files and rows disagree: nothing is deleted by age or size until somebody looked. */
  void suspend(String why) {
    problem = why;
  }

  String problem() {
    return problem;
  }

  /** One round: what was begun is ended, then by age, by size, and for space. */
  synchronized void round() throws IOException {
    SegmentIndex rows = index.get().orElse(null);
    Volume volume = mount.online().orElse(null);
    if (rows == null || volume == null) {
      return;
    }
    try {
      finishGarbage(rows, volume);
      boolean agesHold = brake.holds();
      settled = !agesHold;
      if (problem.isEmpty()) {
        for (CameraId camera : concerned(rows, volume)) {
          if (!agesHold) {
            removeOld(rows, volume, camera);
            if (mounts.leading() == mount) {
              forgetConditions(rows, camera);
            }
          }
          removeBeyondQuota(rows, volume, camera);
        }
        if (!agesHold && mounts.leading() == mount) {
          forgetEvents(rows);
        }
      }
      Capacity capacity = volume.capacity();
      mount.measured(capacity);
      makeFree(rows, volume, soft(capacity));
    } catch (ClosedByInterruptException e) {
      // The component ends; the next life goes on with it.
      Thread.currentThread().interrupt();
    } catch (StoreUnavailableException e) {
      log.debug("retention waits for the index: {}", e.getMessage());
    }
  }

  /** What is kept free: the reserve, and room for what comes. */
  private long soft(Capacity capacity) {
    return settings.kept(capacity.totalBytes(), mount.rate().bytesPerSecond());
  }

  /**
   * Makes room on a disk that is full now: the oldest of all go until the reserve is free. If that
   * is free and there is no room all the same, files are what there are too many of. Says whether
   * there is room.
   */
  synchronized boolean emergency() {
    Volume volume = mount.online().orElse(null);
    if (volume == null) {
      return false;
    }
    try {
      SegmentIndex rows = index.get().orElse(null);
      Capacity before = volume.capacity();
      long reserve = settings.reserve(before.totalBytes());
      boolean roomy = before.freeBytes() >= reserve;
      int gone = rows == null ? 0 : removeOldest(rows, volume, reserve, roomy ? FILES_AT_ONCE : 0);
      Capacity now = volume.capacity();
      mount.measured(now);
      return roomy ? gone > 0 : now.freeBytes() >= reserve;
    } catch (IOException | StoreUnavailableException e) {
      log.warn("no room could be made: {}", e.toString());
      return false;
    }
  }

  /** Takes the oldest, whoever's it is, until so much is free, and at least so many files. */
  private int removeOldest(SegmentIndex rows, Volume volume, long wanted, int files)
      throws IOException {
    int gone = 0;
    while (gone < files || volume.capacity().freeBytes() < wanted) {
      List<Segment> victims =
          enough(oldestOfAll(rows, volume), Math.max(1, wanted - volume.capacity().freeBytes()));
      int removed = victims.isEmpty() ? 0 : remove(rows, volume, victims);
      if (removed == 0) {
        break;
      }
      gone += removed;
    }
    if (gone > 0) {
      log.warn("volume {} was full: the {} oldest recordings made room", volume.id(), gone);
    }
    return gone;
  }

  private List<Segment> oldestOfAll(SegmentIndex rows, Volume volume) {
    Set<CameraId> all = concerned(rows, volume);
    for (Kind kind : Kind.values()) {
      List<Segment> found =
          all.stream()
              .flatMap(camera -> oldest(rows, volume.id(), camera, kind, AT_ONCE).stream())
              .sorted(Comparator.comparing(Segment::startedAt))
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private List<Segment> oldest(
      SegmentIndex rows, VolumeId on, CameraId camera, Kind kind, int limit) {
    return candidates.oldest(rows, on, camera, plan(camera), kind, Instant.MAX, limit);
  }

  /** Ends deletions that a crash interrupted. */
  private void finishGarbage(SegmentIndex rows, Volume volume) throws IOException {
    List<Segment> left = rows.garbage(volume.id(), BATCH);
    while (!left.isEmpty()) {
      List<String> gone = unlink(volume, left);
      rows.remove(gone);
      if (gone.size() < left.size()) {
        return;
      }
      left = rows.garbage(volume.id(), BATCH);
    }
  }

  /**
   * Cameras that are there, and those that were and have left recordings. What is not known is only
   * taken to be deleted where there is a registry, and some time after the start: a plan that was
   * not told yet may keep for longer than the usual one.
   */
  private Set<CameraId> concerned(SegmentIndex rows, Volume volume) {
    var ids = new TreeSet<CameraId>();
    cameras.all().forEach(camera -> ids.add(camera.id()));
    if (settled && registry.getAsBoolean()) {
      journal.positions().forEach(position -> ids.add(position.stream().camera()));
      rows.oldest(volume.id(), Optional.empty(), BATCH)
          .forEach(segment -> ids.add(segment.stream().camera()));
    }
    return ids;
  }

  private RecordingPlan plan(CameraId camera) {
    return cameras.camera(camera).map(Camera::recording).orElse(RecordingPlan.DEFAULT);
  }

  private void removeOld(SegmentIndex rows, Volume volume, CameraId camera) throws IOException {
    RecordingPlan plan = plan(camera);
    Instant edge = candidates.daysAgo(plan.retention().continuousDays());
    while (true) {
      List<Segment> old =
          candidates.oldest(rows, volume.id(), camera, plan, Kind.PLAIN, edge, BATCH);
      if (old.isEmpty() || remove(rows, volume, old) == 0) {
        return;
      }
    }
  }

  /**
   * Forgets events that would not keep footage any more, and have none: once an hour, and some at a
   * time.
   */
  private void forgetEvents(SegmentIndex rows) {
    long now = nanoTime.getAsLong();
    EventReview review = events.get().orElse(null);
    boolean wasJustNow = wereEventsForgotten && now - eventsForgotten < FORGOTTEN_AT_ONCE.toNanos();
    if (review == null || wasJustNow) {
      return;
    }
    eventsForgotten = now;
    wereEventsForgotten = true;
    var known = new HashSet<CameraId>();
    cameras.all().forEach(camera -> known.add(camera.id()));
    boolean isMore = false;
    for (var oldest : rows.oldestEvents().entrySet()) {
      if (known.contains(oldest.getKey()) || registry.getAsBoolean()) {
        isMore |= forgetEvents(rows, review, oldest.getKey(), oldest.getValue());
      }
    }
    wereEventsForgotten = !isMore;
  }

  /** Says whether there may be more. */
  private boolean forgetEvents(
      SegmentIndex rows, EventReview review, CameraId camera, Instant oldest) {
    RecordingPlan plan = plan(camera);
    SegmentIndex.Keeping keeping = candidates.keeping(camera, plan);
    Instant edge = candidates.daysAgo(Math.max(plan.retention().eventDays(), LEAST_EVENT_DAYS));
    int batches = 0;
    for (Instant from = oldest; from.isBefore(edge); from = from.plus(Candidates.STRETCH)) {
      Instant to = from.plus(Candidates.STRETCH);
      List<String> spent;
      do {
        if (batches == EVENT_BATCHES) {
          return true;
        }
        spent = rows.spentEvents(keeping, from, to.isBefore(edge) ? to : edge, EVENTS_AT_ONCE);
        if (!spent.isEmpty()) {
          batches++;
          review.delete(Set.copyOf(spent));
        }
      } while (spent.size() == EVENTS_AT_ONCE);
    }
    return false;
  }

  /**
   * Forgets why a camera was not recorded, up to where nothing is kept and nothing would be: from
   * its creation to there one condition says so. What covers that moment is still known.
   */
  private void forgetConditions(SegmentIndex rows, CameraId id) {
    RecordingPlan.Retention plan = plan(id).retention();
    double days =
        DoubleStream.concat(
                DoubleStream.of(1, plan.continuousDays(), plan.eventDays(), plan.minDays()),
                Stream.of(plan.labelDays(), plan.zoneDays())
                    .flatMap(classes -> classes.values().stream())
                    .mapToDouble(Double::doubleValue))
            .max()
            .orElseThrow();
    Instant edge = LedgerBook.millis(candidates.daysAgo(days));
    Instant before = forgotten.getOrDefault(id, Instant.EPOCH);
    if (edge.isBefore(before.plus(FORGOTTEN_AT_ONCE))) {
      return;
    }
    boolean kept =
        mounts.all().stream()
            .flatMap(one -> rows.oldest(one.id(), Optional.of(id), 1).stream())
            .anyMatch(segment -> segment.startedAt().isBefore(edge));
    Optional<Camera> camera = cameras.camera(id);
    if (kept || camera.map(one -> edge.isBefore(one.createdAt())).orElse(false)) {
      return;
    }
    rows.forgetConditions(id, edge);
    if (camera.isPresent()) {
      Instant from = camera.get().createdAt();
      Instant to =
          rows.conditions(id, edge, edge.plusMillis(1)).stream()
              .map(Condition::from)
              .reduce(edge, (one, other) -> one.isBefore(other) ? one : other);
      if (from.isBefore(to)) {
        rows.note(List.of(new Condition(id, from, Optional.of(to), GapCause.DELETED_BY_RETENTION)));
      }
    }
    forgotten.put(id, edge);
  }

  private void removeBeyondQuota(SegmentIndex rows, Volume volume, CameraId camera)
      throws IOException {
    RecordingPlan.Retention plan = plan(camera).retention();
    if (plan.maxBytes().isEmpty()) {
      return;
    }
    long tooMany = -plan.maxBytes().getAsLong();
    for (Mount one : mounts.all()) {
      tooMany += rows.bytes(one.id(), Optional.of(camera));
    }
    for (Kind kind : Kind.values()) {
      if (tooMany <= 0) {
        return;
      }
      Optional<Instant> elsewhere = oldestElsewhere(rows, camera, kind);
      tooMany = removeSome(rows, volume, camera, kind, elsewhere.orElse(Instant.MAX), tooMany);
      if (elsewhere.isPresent()) {
        // That goes first, when that volume's turn comes.
        return;
      }
    }
  }

  private Optional<Instant> oldestElsewhere(SegmentIndex rows, CameraId camera, Kind kind) {
    return mounts.all().stream()
        .filter(one -> one != mount && one.online().isPresent())
        .flatMap(one -> oldest(rows, one.id(), camera, kind, 1).stream())
        .map(Segment::startedAt)
        .min(Comparator.naturalOrder());
  }

  /** Says how many bytes are too many still. */
  private long removeSome(
      SegmentIndex rows, Volume volume, CameraId camera, Kind kind, Instant before, long bytes)
      throws IOException {
    long tooMany = bytes;
    while (tooMany > 0) {
      var victims = new ArrayList<Segment>();
      for (Segment segment : oldest(rows, volume.id(), camera, kind, BATCH)) {
        if (tooMany <= 0 || segment.startedAt().isAfter(before)) {
          break;
        }
        victims.add(segment);
        tooMany -= segment.bytes();
      }
      if (victims.isEmpty() || remove(rows, volume, victims) == 0) {
        break;
      }
    }
    return tooMany;
  }

  /** Takes the oldest of whoever has most, until so much is free or nothing may go. */
  private void makeFree(SegmentIndex rows, Volume volume, long wanted) throws IOException {
    if (volume.capacity().freeBytes() >= wanted) {
      return;
    }
    Map<CameraId, Long> shares = new HashMap<>();
    for (CameraId camera : concerned(rows, volume)) {
      shares.put(camera, rows.bytes(volume.id(), Optional.of(camera)));
    }
    long removed = 0;
    for (Kind kind : Kind.values()) {
      removed += makeFree(rows, volume, wanted, kind, shares);
    }
    if (removed > 0) {
      log.info("volume {}: {} bytes of the oldest recordings made room", volume.id(), removed);
    }
  }

  private long makeFree(
      SegmentIndex rows, Volume volume, long wanted, Kind kind, Map<CameraId, Long> shares)
      throws IOException {
    var left = new HashSet<>(shares.keySet());
    long removed = 0;
    long free = volume.capacity().freeBytes();
    while (free < wanted && !left.isEmpty()) {
      CameraId largest =
          left.stream()
              .max(
                  Comparator.<CameraId, Long>comparing(camera -> shares.getOrDefault(camera, 0L))
                      .thenComparing(Comparator.naturalOrder()))
              .orElseThrow();
      List<Segment> victims =
          enough(oldest(rows, volume.id(), largest, kind, BATCH), wanted - free);
      long bytes = victims.stream().mapToLong(Segment::bytes).sum();
      if (victims.isEmpty() || remove(rows, volume, victims) == 0) {
        left.remove(largest);
      } else {
        shares.merge(largest, -bytes, Long::sum);
        removed += bytes;
      }
      free = volume.capacity().freeBytes();
    }
    return removed;
  }

  /** As many from the start as make up so many bytes, and at most a few: shares are fair then. */
  private static List<Segment> enough(List<Segment> oldest, long bytes) {
    var some = new ArrayList<Segment>();
    long sum = 0;
    for (Segment segment : oldest) {
      if (sum >= bytes || some.size() >= AT_ONCE) {
        break;
      }
      some.add(segment);
      sum += segment.bytes();
    }
    return some;
  }

  /** Says how many are gone. */
  private int remove(SegmentIndex rows, Volume volume, List<Segment> segments) throws IOException {
    rows.markGarbage(segments.stream().map(Segment::id).toList(), GapCause.DELETED_BY_RETENTION);
    List<String> gone = unlink(volume, segments);
    rows.remove(gone);
    journal.deleted(gone);
    return gone.size();
  }

  /** Deletes files; those that are not there count as gone, those that fail stay garbage. */
  private static List<String> unlink(Volume volume, List<Segment> segments) throws IOException {
    var gone = new ArrayList<String>();
    IOException failure = null;
    for (Segment segment : segments) {
      try {
        volume.delete(segment.path());
        gone.add(segment.id());
      } catch (IOException e) {
        failure = e;
      } catch (IllegalArgumentException e) {
        // A row that names no file of ours has none to delete.
        gone.add(segment.id());
      }
    }
    if (failure != null && gone.isEmpty()) {
      throw failure;
    }
    return gone;
  }
}
