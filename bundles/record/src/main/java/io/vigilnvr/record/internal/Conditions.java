package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.SegmentIndex.Condition;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Notes why cameras are not recorded. Each source of reasons has at most one at a time for a
 * camera. A reason that lasts over a restart is taken up again: if the same is said then, it goes
 * on as if nothing had been. Moments are whole milliseconds, which every index keeps as they are.
 * Thread-safe.
 */
final class Conditions {
  /** Who says so. */
  enum Source {
    /** The camera's state. */
    STATUS,
    /** What is to be recorded. */
    PLAN,
    /** The volume. */
    STORAGE,
    /** The recorder's choice. */
    CHOICE,
    /** What the stream's writer saw: a break, a loss. */
    LINE
  }

  private record Key(CameraId camera, Source source) {}

  private final Journal journal;
  private final Map<Key, Condition> now = new HashMap<>();

  Conditions(Journal journal) {
    this.journal = journal;
  }

  /**
   * Takes up what lasted when the journal was written.
   *
   * @return cameras for which something lasted
   */
  synchronized Set<CameraId> restore() {
    var cameras = new HashSet<CameraId>();
    Set<Condition> mine = Set.copyOf(now.values());
    for (Condition condition : journal.ongoing()) {
      if (mine.contains(condition)) {
        continue;
      }
      cameras.add(condition.camera());
      var key = new Key(condition.camera(), sourceOf(condition.cause()));
      Condition newer = now.get(key);
      if (newer == null) {
        now.put(key, condition);
      } else if (newer.cause() == condition.cause()) {
        // It goes on; what was said meanwhile is the same thing.
        now.put(key, condition);
        close(newer, newer.from());
      } else {
        close(condition, newer.from());
      }
    }
    return cameras;
  }

  private void close(Condition condition, Instant at) {
    Instant end = LedgerBook.millis(at);
    Instant to = end.isAfter(condition.from()) ? end : condition.from();
    journal.noted(
        new Condition(condition.camera(), condition.from(), Optional.of(to), condition.cause()));
  }

  private static Source sourceOf(GapCause cause) {
    return switch (cause) {
      case NOT_SCHEDULED -> Source.PLAN;
      case STORAGE -> Source.STORAGE;
      case NO_EVENT -> Source.CHOICE;
      case PLATFORM, CLOCK_STEP, DELETED_BY_RETENTION -> Source.LINE;
      case OFFLINE, UNAUTHORIZED, STALLED, DISABLED -> Source.STATUS;
    };
  }

  synchronized void begin(CameraId camera, Source source, GapCause cause, Instant from) {
    var key = new Key(camera, source);
    Condition before = now.get(key);
    if (before != null && before.cause() == cause) {
      return;
    }
    end(camera, source, from);
    var condition = new Condition(camera, LedgerBook.millis(from), Optional.empty(), cause);
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
