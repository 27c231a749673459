package io.vigilnvr.detect.internal;

import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.detect.Analysis.Verdict;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.event.Event.Box;
import io.vigilnvr.api.event.EventType;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The chronicle of one detector of one camera, for whichever of its sessions is the present one: an
 * event goes on while a session is replaced. Thread-safe.
 */
final class Book {
  private final BiFunction<Rules, Book, Chronicle> motion;
  private final BiFunction<Rules, Book, Chronicle> objects;
  private @Nullable Object writer;
  private @Nullable Chronicle chronicle;
  private @Nullable EventType type;
  private boolean open;

  /** Makes chronicles by rules. */
  Book(BiFunction<Rules, Book, Chronicle> motion, BiFunction<Rules, Book, Chronicle> objects) {
    this.motion = motion;
    this.objects = objects;
  }

  /** A session begins, or has taken other rules. What others say does not count from now on. */
  synchronized void write(Object session, Rules rules) {
    writer = session;
    Chronicle before = chronicle;
    EventType wanted = rules.policy().type();
    if (before != null && wanted == type) {
      before.adopt(rules);
      return;
    }
    if (before != null) {
      before.end();
    }
    type = wanted;
    chronicle = (wanted == EventType.MOTION ? motion : objects).apply(rules, this);
  }

  /** Empty if it does not count any more. */
  synchronized Optional<List<Verdict>> take(Object session, Frame frame, List<Detection> seen) {
    Chronicle now = chronicle;
    return now != null && open && session == writer
        ? Optional.of(now.take(frame, seen))
        : Optional.empty();
  }

  /** Frames come. */
  synchronized void open() {
    open = true;
  }

  /** No frames come, or are wanted. */
  synchronized void close() {
    open = false;
    pause();
  }

  /** Frames should come, and do not. */
  synchronized void pause() {
    if (chronicle != null) {
      chronicle.pause();
    }
  }

  /** Time begins anew: what lasts is over, and nothing is known again. */
  synchronized void restart(Object session) {
    if (chronicle != null && session == writer) {
      chronicle.end();
    }
  }

  synchronized void end() {
    writer = null;
    if (chronicle != null) {
      chronicle.end();
    }
  }

  /** Does something while nothing else is written. */
  synchronized void alone(Runnable step) {
    step.run();
  }

  synchronized boolean isOfMotion() {
    return type == EventType.MOTION;
  }

  synchronized boolean isOn() {
    return chronicle != null && chronicle.isOn();
  }

  synchronized List<Box> boxes() {
    return chronicle == null ? List.of() : chronicle.boxes();
  }

  synchronized int ongoing() {
    return chronicle == null ? 0 : chronicle.ongoing();
  }

  synchronized String complaint() {
    return chronicle == null ? "" : chronicle.complaint();
  }
}
