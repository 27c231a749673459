package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.SegmentIndex.Condition;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Notes why cameras are not recorded. Each source of reasons has at most one at a time for a
 * camera. What a life says begins in it at the earliest, and ends with it at the latest: of the
 * time in between nobody can say more than that the platform was not there. What is said while the
 * platform ends is its own doing, too. Moments are whole milliseconds, which every index keeps as
 * they are. Thread-safe.
 */
final class Conditions {
  /** Who says so. */
  enum Source {
    /** The camera's state. */
    STATUS,
    /** What is to be recorded. */
    PLAN,
    /** The recorder's choice. */
    CHOICE,
    /** What the stream's writer saw: a break, a loss. */
    LINE
  }

  private record Key(CameraId camera, Source source) {}

  private final Journal journal;
  private final Instant startedAt;
  private final BooleanSupplier ending;
  private final Map<Key, Condition> now = new HashMap<>();

  /**
   * @param startedAt when this life began
   * @param ending whether the platform is about to end
   */
  Conditions(Journal journal, Instant startedAt, BooleanSupplier ending) {
    this.journal = journal;
    this.startedAt = startedAt;
    this.ending = ending;
  }

  /** Ends what lasted when the former life did. */
  synchronized void endFormer(Instant at) {
    Set<Condition> mine = Set.copyOf(now.values());
    for (Condition condition : journal.ongoing()) {
      if (!mine.contains(condition)) {
        close(condition, at);
      }
    }
  }

  private void close(Condition condition, Instant at) {
    Instant end = LedgerBook.millis(at);
    Instant to = end.isAfter(condition.from()) ? end : condition.from();
    journal.noted(
        new Condition(condition.camera(), condition.from(), Optional.of(to), condition.cause()));
  }

  synchronized void begin(CameraId camera, Source source, GapCause cause, Instant from) {
    var key = new Key(camera, source);
    GapCause why = ending.getAsBoolean() ? GapCause.PLATFORM : cause;
    Condition before = now.get(key);
    if (before != null && before.cause() == why) {
      return;
    }
    end(camera, source, from);
    Instant since = LedgerBook.millis(from.isBefore(startedAt) ? startedAt : from);
    var condition = new Condition(camera, since, Optional.empty(), why);
    now.put(key, condition);
    journal.noted(condition);
  }

  synchronized void end(CameraId camera, Source source, Instant at) {
    Condition before = now.remove(new Key(camera, source));
    if (before != null) {
      close(before, at);
    }
  }

  /** A reason that is over already. */
  synchronized void note(CameraId camera, Instant from, Instant to, GapCause cause) {
    Instant start = LedgerBook.millis(from);
    Instant end = LedgerBook.millis(to);
    if (start.isBefore(end)) {
      journal.noted(new Condition(camera, start, Optional.of(end), cause));
    }
  }

  synchronized boolean lasts(CameraId camera, Source source) {
    return now.containsKey(new Key(camera, source));
  }

  synchronized void endAll(CameraId camera, Instant at) {
    for (Source source : List.of(Source.values())) {
      end(camera, source, at);
    }
  }
}
