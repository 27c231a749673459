package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex;
import io.vigilnvr.api.record.SegmentIndex.Condition;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.Volume.Capacity;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is too old, too much, or in the way of what comes. Always the oldest of a camera,
 * and never what is younger than the least days of its plan.
 *
 * <p>Each removal goes: rows marked as garbage, which also notes why → file deleted, and its folder
 * synced → rows removed. A crash in between leaves garbage rows, with or without their files; the
 * next round ends it. Thread-safe: one round at a time.
 */
final class Retention {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);
  private static final int BATCH = 50;
  private static final double DAY_SECONDS = 86_400;

  /** Conditions of so much time are forgotten at once. */
  private static final Duration FORGOTTEN_AT_ONCE = Duration.ofHours(1);

  private final RecordSettings settings;
  private final Mount mount;
  private final Supplier<Optional<SegmentIndex>> index;
  private final Cameras cameras;
  private final Journal journal;
  private final BooleanSupplier registry;
  private final ClockBrake brake;
  private final Clock clock;
  private final Map<CameraId, Instant> forgotten = new HashMap<>();
  private boolean settled;
  private volatile String problem = "";

  /**
   * @param registry whether somebody is there who tells of every camera
   */
  Retention(
      RecordSettings settings,
      Mount mount,
      Supplier<Optional<SegmentIndex>> index,
      Cameras cameras,
      Journal journal,
      BooleanSupplier registry,
      ClockBrake brake,
      Clock clock) {
    this.settings = settings;
    this.mount = mount;
    this.index = index;
    this.cameras = cameras;
    this.journal = journal;
    this.registry = registry;
    this.brake = brake;
    this.clock = clock;
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
            forgetConditions(rows, volume, camera);
          }
          removeBeyondQuota(rows, volume, camera);
        }
      }
      Capacity capacity = volume.capacity();
      mount.measured(capacity);
      makeFree(rows, volume, soft(capacity));
    } catch (StoreUnavailableException e) {
      log.debug("retention waits for the index: {}", e.getMessage());
    }
  }

  /** The reserve, and room for what comes until the next rounds. */
  private long soft(Capacity capacity) {
    long reserve = settings.reserve(capacity.totalBytes());
    long slack = Math.min(1L << 30, capacity.totalBytes() / 20);
    return reserve + slack;
  }

  /** Deletes until the reserve is free; says whether it is. For a disk that is full now. */
  synchronized boolean emergency() {
    Volume volume = mount.online().orElse(null);
    if (volume == null) {
      return false;
    }
    try {
      SegmentIndex rows = index.get().orElse(null);
      long reserve = settings.reserve(volume.capacity().totalBytes());
      if (rows != null) {
        makeFree(rows, volume, reserve);
      }
      Capacity now = volume.capacity();
      mount.measured(now);
      return now.freeBytes() >= reserve;
    } catch (IOException | StoreUnavailableException e) {
      log.warn("no room could be made: {}", e.toString());
      return false;
    }
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

  private RecordingPlan.Retention plan(CameraId camera) {
    return cameras.camera(camera).map(Camera::recording).orElse(RecordingPlan.DEFAULT).retention();
  }

  private Instant daysAgo(double days) {
    double seconds = Math.min(Math.max(0, days), 365_000) * DAY_SECONDS;
    return clock.instant().minus(Duration.ofMillis(Math.round(seconds * 1000)));
  }

  private void removeOld(SegmentIndex rows, Volume volume, CameraId camera) throws IOException {
    RecordingPlan.Retention plan = plan(camera);
    Instant edge = daysAgo(Math.max(plan.continuousDays(), plan.minDays()));
    while (true) {
      List<Segment> old =
          rows.oldest(volume.id(), Optional.of(camera), BATCH).stream()
              .takeWhile(segment -> segment.endedAt().isBefore(edge))
              .toList();
      if (old.isEmpty() || remove(rows, volume, old) == 0) {
        return;
      }
    }
  }

  /**
   * Forgets why a camera was not recorded, up to where nothing is kept and nothing would be: from
   * its creation to there one condition says so. What covers that moment is still known.
   */
  private void forgetConditions(SegmentIndex rows, Volume volume, CameraId id) {
    RecordingPlan.Retention plan = plan(id);
    double days =
        Math.max(Math.max(plan.continuousDays(), plan.eventDays()), Math.max(plan.minDays(), 1));
    Instant edge = LedgerBook.millis(daysAgo(days));
    Instant before = forgotten.getOrDefault(id, Instant.EPOCH);
    if (edge.isBefore(before.plus(FORGOTTEN_AT_ONCE))) {
      return;
    }
    boolean kept =
        rows.oldest(volume.id(), Optional.of(id), 1).stream()
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
    RecordingPlan.Retention plan = plan(camera);
    if (plan.maxBytes().isEmpty()) {
      return;
    }
    Instant edge = daysAgo(plan.minDays());
    long most = plan.maxBytes().getAsLong();
    long bytes = rows.bytes(volume.id(), Optional.of(camera));
    while (bytes > most) {
      var victims = new ArrayList<Segment>();
      for (Segment segment : rows.oldest(volume.id(), Optional.of(camera), BATCH)) {
        if (bytes <= most || segment.endedAt().isAfter(edge)) {
          break;
        }
        victims.add(segment);
        bytes -= segment.bytes();
      }
      if (victims.isEmpty() || remove(rows, volume, victims) == 0) {
        return;
      }
    }
  }

  /** Takes the oldest of whoever has most, until so much is free or nothing may go. */
  private void makeFree(SegmentIndex rows, Volume volume, long wanted) throws IOException {
    long free = volume.capacity().freeBytes();
    if (free >= wanted) {
      return;
    }
    Map<CameraId, Long> shares = new HashMap<>();
    for (CameraId camera : concerned(rows, volume)) {
      shares.put(camera, rows.bytes(volume.id(), Optional.of(camera)));
    }
    long removed = 0;
    while (free < wanted && !shares.isEmpty()) {
      CameraId largest =
          shares.entrySet().stream()
              .max(Map.Entry.<CameraId, Long>comparingByValue().thenComparing(Map.Entry::getKey))
              .orElseThrow()
              .getKey();
      Instant edge = daysAgo(plan(largest).minDays());
      List<Segment> victims =
          enough(
              rows.oldest(volume.id(), Optional.of(largest), BATCH).stream()
                  .takeWhile(segment -> !segment.endedAt().isAfter(edge))
                  .toList(),
              wanted - free);
      long bytes = victims.stream().mapToLong(Segment::bytes).sum();
      if (victims.isEmpty() || remove(rows, volume, victims) == 0) {
        shares.remove(largest);
      } else {
        shares.merge(largest, -bytes, Long::sum);
        removed += bytes;
      }
      free = volume.capacity().freeBytes();
    }
    if (removed > 0) {
      log.info("volume {}: {} bytes of the oldest recordings made room", volume.id(), removed);
    }
  }

  /** As many from the start as make up so many bytes, and at most a few: shares are fair then. */
  private static List<Segment> enough(List<Segment> oldest, long bytes) {
    var some = new ArrayList<Segment>();
    long sum = 0;
    for (Segment segment : oldest) {
      if (sum >= bytes || some.size() >= 8) {
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
