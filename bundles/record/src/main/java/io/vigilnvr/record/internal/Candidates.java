package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.RecordingPlan.Retention;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex;
import io.vigilnvr.api.record.SegmentIndex.Keeping;
import io.vigilnvr.api.storage.VolumeId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Finds what may go, oldest first. It remembers how far it looked: what events keep may be many
 * times what they do not, and is looked at again only once an hour, when some of it may have become
 * too old. One round at a time.
 */
final class Candidates {
  /** In the order in which they go. */
  enum Kind {
    /** What no event keeps. */
    PLAIN,
    /** What is kept by events alone that nobody retains. */
    EVENTS
  }

  /** Younger footage may be of an event that nobody told of yet. */
  static final Duration UNTOLD = Duration.ofMinutes(10);

  private static final double DAY_SECONDS = 86_400;
  private static final Duration LOOK_AGAIN = Duration.ofHours(1);

  /** Segments are shorter. */
  private static final Duration LONGEST_SEGMENT = Duration.ofHours(1);

  /** So much is looked through with one question: it is answered before the database gives up. */
  static final Duration STRETCH = Duration.ofDays(5);

  private record Key(VolumeId volume, CameraId camera, Kind kind) {}

  private record Looked(Instant through, long at, RecordingPlan by) {}

  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Map<Key, Looked> looked = new HashMap<>();

  Candidates(Clock clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  Instant daysAgo(double days) {
    double seconds = Math.min(Math.max(0, days), 365_000) * DAY_SECONDS;
    return clock.instant().minus(Duration.ofMillis(Math.round(seconds * 1000)));
  }

  /**
   * The oldest that ended before a moment; what is younger than the plan's least days is never
   * among them.
   */
  List<Segment> oldest(
      SegmentIndex rows,
      VolumeId volume,
      CameraId camera,
      RecordingPlan plan,
      Kind kind,
      Instant before,
      int limit) {
    Instant end = earlier(before, daysAgo(plan.retention().minDays()));
    if (kind == Kind.PLAIN) {
      end = earlier(end, clock.instant().minus(UNTOLD));
    }
    var key = new Key(volume, camera, kind);
    Looked last = looked.get(key);
    if (last == null
        || !last.by().equals(plan)
        || nanoTime.getAsLong() - last.at() > LOOK_AGAIN.toNanos()) {
      last = new Looked(Instant.EPOCH, nanoTime.getAsLong(), plan);
    }
    Keeping events = kind == Kind.PLAIN ? keeping(camera, plan) : retained(camera, plan);
    Instant from = last.through();
    if (from.equals(Instant.EPOCH)) {
      from =
          rows.oldest(volume, Optional.of(camera), 1).stream()
              .map(Segment::startedAt)
              .findFirst()
              .orElse(end.minus(LONGEST_SEGMENT));
    }
    List<Segment> found = List.of();
    while (found.isEmpty() && from.isBefore(end)) {
      Instant to = earlier(end, from.plus(STRETCH));
      found = rows.unkept(volume, events, from, to, limit);
      // What ends behind the stretch is looked at with the next one.
      from = found.isEmpty() ? to.minus(LONGEST_SEGMENT) : found.get(0).startedAt();
      if (to.equals(end)) {
        break;
      }
    }
    if (from.isAfter(last.through())) {
      last = new Looked(from, last.at(), plan);
    }
    looked.put(key, last);
    return found;
  }

  /** The events whose footage a plan keeps. */
  Keeping keeping(CameraId camera, RecordingPlan plan) {
    Retention retention = plan.retention();
    return new Keeping(
        camera,
        plan.preRoll(),
        plan.postRoll(),
        daysAgo(retention.eventDays()),
        since(retention.labelDays(), retention.eventDays()),
        since(retention.zoneDays(), retention.eventDays()));
  }

  private Map<String, Instant> since(Map<String, Double> days, double atLeast) {
    var since = new HashMap<String, Instant>();
    days.forEach(
        (name, most) -> {
          if (most > atLeast) {
            since.put(name, daysAgo(most));
          }
        });
    return since;
  }

  /** Only what somebody wants to be kept. */
  private static Keeping retained(CameraId camera, RecordingPlan plan) {
    return new Keeping(
        camera,
        plan.preRoll(),
        plan.postRoll(),
        Instant.parse("9999-01-01T00:00:00Z"),
        Map.of(),
        Map.of());
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
