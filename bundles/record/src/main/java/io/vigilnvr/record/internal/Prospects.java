package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.Recordings.VolumeStatus;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.record.Volumes.Standing;
import io.vigilnvr.api.record.Volumes.Usage;
import io.vigilnvr.api.storage.Volume.Capacity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Tells how long the space will do. Pure arithmetic on what index and mounts say. */
final class Prospects {
  private static final Duration DAY = Duration.ofDays(1);

  /** Less than this of footage says nothing of a day. */
  private static final Duration LEAST = Duration.ofMinutes(1);

  /** Farther away than this nobody can see. */
  private static final long MOST_SECONDS = Duration.ofDays(36_500).toSeconds();

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
    try {
      if (index.isPresent()) {
        oldest =
            index.get().oldest(mount.id(), Optional.empty(), 1).stream()
                .map(Segment::startedAt)
                .findFirst();
        if (oldest.isPresent()) {
          perDay = perDay(index.get().bytesSince(mount.id(), now.minus(DAY)), oldest.get(), now);
        }
      }
    } catch (StoreUnavailableException e) {
      // It is said elsewhere that the index is away.
    }
    double rate = mount.rate().bytesPerSecond();
    long reserved =
        status.capacity().map(space -> settings.kept(space.totalBytes(), rate)).orElse(0L);
    return new Standing(
        status, reserved, perDay, fullAt(status.capacity(), reserved, perDay, oldest, now), oldest);
  }

  /** What came since a day ago, or since there is something, for a whole day. */
  static long perDay(long bytes, Instant oldest, Instant now) {
    Instant since = oldest.isAfter(now.minus(DAY)) ? oldest : now.minus(DAY);
    Duration time = Duration.between(since, now);
    return time.compareTo(LEAST) < 0
        ? 0
        : Math.round((double) bytes * DAY.toSeconds() / time.toSeconds());
  }

  private Optional<Instant> fullAt(
      Optional<Capacity> capacity,
      long reserved,
      long perDay,
      Optional<Instant> oldest,
      Instant now) {
    if (capacity.isEmpty() || perDay == 0) {
      return Optional.empty();
    }
    long left = Math.max(0, capacity.get().freeBytes() - reserved);
    double seconds = (double) left / perDay * DAY.toSeconds();
    Instant full = now.plusSeconds(Math.round(Math.min(seconds, (double) MOST_SECONDS)));
    Instant tooOld = oldest.orElse(now).plusSeconds(longest());
    return full.isBefore(tooOld) ? Optional.of(full) : Optional.empty();
  }

  /** After so much time at the latest footage goes for its age. */
  private long longest() {
    double days =
        cameras.all().stream()
            .map(Camera::recording)
            .mapToDouble(plan -> plan.retention().continuousDays())
            .max()
            .orElse(RecordingPlan.DEFAULT.retention().continuousDays());
    return Math.round(Math.min(days * DAY.toSeconds(), (double) MOST_SECONDS));
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
