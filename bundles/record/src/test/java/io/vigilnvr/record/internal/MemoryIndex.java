package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.record.Volumes;
import io.vigilnvr.api.storage.VolumeId;
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
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An index in memory, that can be away, and can refuse single rows. */
final class MemoryIndex implements SegmentIndex {
  record NoteKey(CameraId camera, Instant from, GapCause cause) {}

  final TreeMap<String, Segment> rows = new TreeMap<>();
  final Map<NoteKey, Condition> notes = new LinkedHashMap<>();
  final TreeMap<String, Event> events = new TreeMap<>();
  final Set<String> refused = new HashSet<>();
  final List<String> log = new ArrayList<>();
  boolean away;

  private void check() {
    if (away) {
      throw new StoreUnavailableException("away", new IllegalStateException("test"));
    }
  }

  @Override
  public synchronized void upsert(List<Segment> segments) {
    check();
    for (Segment segment : segments) {
      if (refused.contains(segment.id())) {
        throw new IllegalStateException("refused");
      }
    }
    segments.forEach(segment -> rows.put(segment.id(), segment));
  }

  @Override
  public synchronized List<Segment> find(StreamId stream, Instant from, Instant to) {
    check();
    return rows.values().stream()
        .filter(row -> row.stream().equals(stream) && row.state() != Segment.State.GARBAGE)
        .filter(row -> row.startedAt().isBefore(to) && row.endedAt().isAfter(from))
        .sorted(Comparator.comparing(Segment::startedAt))
        .toList();
  }

  @Override
  public synchronized Optional<Segment> find(String id) {
    check();
    return Optional.ofNullable(rows.get(id));
  }

  private Stream<Segment> live(VolumeId volume, Optional<CameraId> camera) {
    return rows.values().stream()
        .filter(row -> row.volume().equals(volume))
        .filter(row -> row.state() != Segment.State.GARBAGE && row.state() != Segment.State.MISSING)
        .filter(row -> camera.isEmpty() || camera.get().equals(row.stream().camera()));
  }

  @Override
  public synchronized List<Segment> oldest(VolumeId volume, Optional<CameraId> camera, int limit) {
    check();
    return live(volume, camera)
        .sorted(Comparator.comparing(Segment::startedAt))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized List<Segment> unkept(
      VolumeId volume, Keeping keeping, Instant from, Instant before, int limit) {
    check();
    return live(volume, Optional.of(keeping.camera()))
        .filter(row -> !row.startedAt().isBefore(from) && row.endedAt().isBefore(before))
        .filter(
            row ->
                events.values().stream()
                    .filter(event -> keeps(event, keeping))
                    .noneMatch(
                        event -> overlaps(event, row, keeping.preRoll(), keeping.postRoll())))
        .sorted(Comparator.comparing(Segment::startedAt))
        .limit(limit)
        .toList();
  }

  private static boolean keeps(Event event, Keeping keeping) {
    Instant start = event.startedAt();
    return event.camera().equals(keeping.camera())
        && (event.retained()
            || !start.isBefore(keeping.since())
            || isSince(keeping.labelsSince().get(event.label()), start)
            || event.zones().stream()
                .anyMatch(zone -> isSince(keeping.zonesSince().get(zone), start)));
  }

  private static boolean isSince(@Nullable Instant since, Instant start) {
    return since != null && !start.isBefore(since);
  }

  private static boolean overlaps(Event event, Segment row, Duration before, Duration after) {
    return event.startedAt().minus(before).isBefore(row.endedAt())
        && event.endedAt().orElse(Instant.MAX.minus(after)).plus(after).isAfter(row.startedAt());
  }

  @Override
  public synchronized long bytesOfEventsSince(VolumeId volume, Instant start) {
    check();
    return live(volume, Optional.empty())
        .filter(row -> !row.startedAt().isBefore(start))
        .filter(
            row ->
                events.values().stream()
                    .anyMatch(event -> overlaps(event, row, Duration.ZERO, Duration.ZERO)))
        .mapToLong(Segment::bytes)
        .sum();
  }

  @Override
  public synchronized List<String> spentEvents(
      Keeping keeping, Instant from, Instant before, int limit) {
    check();
    return events.values().stream()
        .filter(event -> event.camera().equals(keeping.camera()))
        .filter(event -> !event.startedAt().isBefore(from))
        .filter(event -> event.startedAt().isBefore(before) && event.endedAt().isPresent())
        .filter(event -> !keeps(event, keeping))
        .filter(
            event ->
                rows.values().stream()
                    .filter(row -> row.state() != Segment.State.GARBAGE)
                    .noneMatch(row -> overlaps(event, row, Duration.ZERO, Duration.ZERO)))
        .map(Event::id)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Map<CameraId, Instant> oldestEvents() {
    check();
    return events.values().stream()
        .collect(
            Collectors.toMap(
                Event::camera,
                Event::startedAt,
                (one, other) -> one.isBefore(other) ? one : other));
  }

  private void become(String id, Segment.State state) {
    rows.computeIfPresent(id, (key, row) -> row.withState(state));
  }

  @Override
  public synchronized void markGarbage(List<String> ids, GapCause cause) {
    check();
    log.add("garbage " + ids);
    for (String id : ids) {
      Segment row = rows.get(id);
      if (row != null) {
        note(
            List.of(
                new Condition(
                    row.stream().camera(), row.startedAt(), Optional.of(row.endedAt()), cause)));
      }
      become(id, Segment.State.GARBAGE);
    }
  }

  @Override
  public synchronized List<Segment> garbage(VolumeId volume, int limit) {
    check();
    return rows.values().stream()
        .filter(row -> row.volume().equals(volume) && row.state() == Segment.State.GARBAGE)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized void remove(List<String> ids) {
    check();
    log.add("remove " + ids);
    ids.forEach(rows::remove);
  }

  @Override
  public synchronized void markMissing(List<String> ids) {
    check();
    ids.forEach(id -> become(id, Segment.State.MISSING));
  }

  @Override
  public synchronized List<Segment> page(VolumeId volume, String afterId, int limit) {
    check();
    return rows.tailMap(afterId, false).values().stream()
        .filter(row -> row.volume().equals(volume))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized long bytes(VolumeId volume, Optional<CameraId> camera) {
    check();
    return live(volume, camera).mapToLong(Segment::bytes).sum();
  }

  @Override
  public synchronized long count(VolumeId volume) {
    check();
    return live(volume, Optional.empty()).count();
  }

  @Override
  public synchronized long bytesSince(VolumeId volume, Instant start) {
    check();
    return live(volume, Optional.empty())
        .filter(row -> !row.startedAt().isBefore(start))
        .mapToLong(Segment::bytes)
        .sum();
  }

  @Override
  public synchronized List<Volumes.Usage> usage(Instant since) {
    check();
    var cameras = new TreeMap<CameraId, List<Segment>>();
    rows.values().stream()
        .filter(row -> row.state() != Segment.State.GARBAGE && row.state() != Segment.State.MISSING)
        .forEach(
            row ->
                cameras
                    .computeIfAbsent(row.stream().camera(), camera -> new ArrayList<>())
                    .add(row));
    return cameras.entrySet().stream()
        .map(
            entry ->
                new Volumes.Usage(
                    entry.getKey(),
                    entry.getValue().stream().mapToLong(Segment::bytes).sum(),
                    entry.getValue().stream()
                        .map(Segment::startedAt)
                        .min(Comparator.naturalOrder())
                        .orElseThrow(),
                    entry.getValue().stream()
                        .map(Segment::endedAt)
                        .max(Comparator.naturalOrder())
                        .orElseThrow(),
                    entry.getValue().stream()
                        .filter(row -> !row.startedAt().isBefore(since))
                        .mapToLong(Segment::bytes)
                        .sum()))
        .toList();
  }

  @Override
  public synchronized List<Volumes.Stretch> stretches(CameraId camera, Instant from, Instant to) {
    check();
    return rows.values().stream()
        .filter(row -> row.stream().camera().equals(camera))
        .filter(row -> row.state() != Segment.State.GARBAGE && row.state() != Segment.State.MISSING)
        .filter(row -> row.startedAt().isBefore(to) && row.endedAt().isAfter(from))
        .sorted(Comparator.comparing(Segment::startedAt))
        .map(row -> new Volumes.Stretch(row.startedAt(), row.endedAt()))
        .toList();
  }

  @Override
  public synchronized void note(List<Condition> conditions) {
    check();
    for (Condition condition : conditions) {
      var key = new NoteKey(condition.camera(), condition.from(), condition.cause());
      notes.remove(key);
      notes.put(key, condition);
    }
  }

  @Override
  public synchronized List<Condition> conditions(CameraId camera, Instant from, Instant to) {
    check();
    return notes.values().stream()
        .filter(note -> note.camera().equals(camera) && note.from().isBefore(to))
        .filter(note -> note.to().map(end -> end.isAfter(from)).orElse(true))
        .toList();
  }

  @Override
  public synchronized void forgetConditions(CameraId camera, Instant before) {
    check();
    notes
        .values()
        .removeIf(
            note ->
                note.camera().equals(camera)
                    && note.to().map(end -> end.isBefore(before)).orElse(false));
  }
}
