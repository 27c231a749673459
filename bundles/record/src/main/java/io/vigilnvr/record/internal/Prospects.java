package io.vigilnvr.record.internal;

import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.RecordingPlan.Retention;
import io.vigilnvr.api.record.Recordings.VolumeStatus;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.record.Volumes.Standing;
import io.vigilnvr.api.record.Volumes.Usage;
import io.vigilnvr.api.storage.Volume.Capacity;
import io.vigilnvr.api.storage.VolumeId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Tells how long the space will do: arithmetic on what index and mounts say. */
final class Prospects {
  private static final Duration DAY = Duration.ofDays(1);

  /** Less than this of footage says nothing of a day. */
  private static final Duration LEAST = Duration.ofMinutes(1);

  /** Farther away than this nobody can see. */
  private static final long MOST_SECONDS = Duration.ofDays(36_500).toSeconds();

  private static final Duration COUNTED_AGAIN = Duration.ofMinutes(10);

  private record Counted(Instant at, long bytes) {}

  private final Map<VolumeId, Counted> counted = new ConcurrentHashMap<>();
  private final RecordSettings settings;
  private final Cameras cameras;
  private final Clock clock;

  Prospects(RecordSettings settings, Cameras cameras, Clock clock) {
    this.settings = settings;
    this.cameras = cameras;
    this.clock = clock;
  }

  Standing of(Mount mount, VolumeStatus status, Optional<SegmentIndex> index) {
    Instant now = clock.instant();
    Optional<Instant> oldest = Optional.empty();
    long perDay = 0;
    double ofEvents = 0;
    try {
      if (index.isPresent()) {
        oldest =
            index.get().oldest(mount.id(), Optional.empty(), 1).stream()
                .map(Segment::startedAt)
                .findFirst();
        if (oldest.isPresent()) {
          long day = index.get().bytesSince(mount.id(), now.minus(DAY));
          perDay = perDay(day, oldest.get(), now);
          ofEvents = day == 0 ? 0 : (double) ofEvents(mount.id(), index.get(), now) / day;
        }
      }
    } catch (StoreUnavailableException e) {
      // It is said elsewhere that the index is away.
    }
    double rate = mount.rate().bytesPerSecond();
    long reserved =
        status.capacity().map(space -> settings.kept(space.totalBytes(), rate)).orElse(0L);
    return new Standing(
        status,
        reserved,
        perDay,
        fullAt(status.capacity(), reserved, perDay, ofEvents, oldest, now),
        oldest);
  }

  /** What came since a day ago, or since there is something, for a whole day. */
  static long perDay(long bytes, Instant oldest, Instant now) {
    Instant since = oldest.isAfter(now.minus(DAY)) ? oldest : now.minus(DAY);
    Duration time = Duration.between(since, now);
    return time.compareTo(LEAST) < 0
        ? 0
        : Math.round((double) bytes * DAY.toSeconds() / time.toSeconds());
  }

  /**
   * As much comes each day as in the last one. From where the oldest footage is too old to be kept
   * without events, only what events keep adds up; and from where that is too old, nothing.
   */
  private Optional<Instant> fullAt(
      Optional<Capacity> capacity,
      long reserved,
      long perDay,
      double ofEvents,
      Optional<Instant> oldest,
      Instant now) {
    if (capacity.isEmpty() || perDay == 0) {
      return Optional.empty();
    }
    double left = Math.max(0, capacity.get().freeBytes() - reserved);
    double perSecond = (double) perDay / DAY.toSeconds();
    double age = Duration.between(oldest.orElse(now), now).toSeconds();
    double plain = Math.max(0, longest(Retention::continuousDays) - age);
    double full = left / perSecond;
    if (full >= plain) {
      double events = Math.max(plain, longest(Prospects::eventDays) - age);
      full = plain + (left - plain * perSecond) / (perSecond * ofEvents);
      if (!(full < events)) {
        return Optional.empty();
      }
    }
    return Optional.of(now.plusSeconds(Math.round(Math.min(full, (double) MOST_SECONDS))));
  }

  private static double eventDays(Retention retention) {
    return DoubleStream.concat(
            DoubleStream.of(retention.eventDays()),
            Stream.of(retention.labelDays(), retention.zoneDays())
                .flatMap(days -> days.values().stream())
                .mapToDouble(Double::doubleValue))
        .max()
        .orElseThrow();
  }

  /** After so many seconds at the latest footage goes for its age. */
  private double longest(ToDoubleFunction<Retention> days) {
    return cameras.all().stream()
            .map(camera -> camera.recording().retention())
            .mapToDouble(days)
            .max()
            .orElseGet(() -> days.applyAsDouble(RecordingPlan.DEFAULT.retention()))
        * DAY.toSeconds();
  }

  /** Counted now and then: each segment of a day is looked up among the events. */
  private long ofEvents(VolumeId volume, SegmentIndex index, Instant now) {
    Counted last = counted.get(volume);
    if (last == null || Duration.between(last.at(), now).abs().compareTo(COUNTED_AGAIN) > 0) {
      last = new Counted(now, index.bytesOfEventsSince(volume, now.minus(DAY)));
      counted.put(volume, last);
    }
    return last.bytes();
  }

  /** The index gives what came since a day ago; this makes a day of it. */
  List<Usage> usage(SegmentIndex index) {
    Instant now = clock.instant();
    return index.usage(now.minus(DAY)).stream()
        .map(
            usage ->
                new Usage(
                    usage.camera(),
                    usage.bytes(),
                    usage.oldest(),
                    usage.newest(),
                    perDay(usage.bytesPerDay(), usage.oldest(), now)))
        .toList();
  }
}
