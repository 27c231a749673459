package io.vigilnvr.detect.internal;

import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.detect.Analysis.Sight;
import io.vigilnvr.api.detect.Analysis.Verdict;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.event.Event.Box;
import io.vigilnvr.api.event.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The chronicle of one detector of one camera, for whichever of its sessions is the present one: an
 * event goes on while a session is replaced. Thread-safe.
 */
final class Book {
  /** Nobody looked for longer: something was left out. */
  private static final Duration HOLE = Duration.ofSeconds(5);

  /** The same for keyframes, which a camera may send as seldom. */
  private static final Duration KEYFRAMES_HOLE = Duration.ofMinutes(1);

  /** Set back by more, the clock tells of another time. */
  private static final Duration BACK = Duration.ofMinutes(1);

  private final BiFunction<Rules, Book, Chronicle> motion;
  private final BiFunction<Rules, Book, Chronicle> objects;
  private @Nullable Object writer;
  private @Nullable Chronicle chronicle;
  private @Nullable EventType type;
  private boolean open;
  private Instant lookedAt = Instant.EPOCH;

  // Read under no lock: whoever asks does not wait for a detector.
  private volatile Sight sight = Sight.NOTHING;
  private volatile boolean silent;

  /** Makes chronicles by rules. */
  Book(BiFunction<Rules, Book, Chronicle> motion, BiFunction<Rules, Book, Chronicle> objects) {
    this.motion = motion;
    this.objects = objects;
  }

  /** A session begins, or has taken other rules. What others say does not count from now on. */
  synchronized void write(Object session, Rules rules) {
    writer = session;
    silent = rules.policy().silent();
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
    if (now == null || !open || session != writer) {
      return Optional.empty();
    }
    List<Verdict> verdicts = now.take(frame, seen);
    Instant at = frame.captured();
    boolean sparse = frame.spec().rate() instanceof FrameSpec.Rate.Keyframes;
    boolean leaps = at.isAfter(lookedAt.plus(sparse ? KEYFRAMES_HOLE : HOLE));
    boolean anew = at.isBefore(lookedAt.minus(BACK));
    lookedAt = at;
    sight = new Sight(leaps || anew ? at : sight.from(), now.undecided().orElse(at));
    return Optional.of(verdicts);
  }

  /** Others have looked for it meanwhile, and seen nothing that it should look at. */
  synchronized void waited(Sight others) {
    Instant from = sight.from();
    Instant to = sight.to();
    boolean isKnown = others.to().isBefore(to) && others.to().isAfter(to.minus(BACK));
    if (!isKnown) {
      lookedAt = others.to();
      sight = new Sight(others.from().isAfter(from) ? others.from() : from, others.to());
    }
  }

  /** What was looked at. Takes no lock. */
  Sight sight() {
    return sight;
  }

  /** Whether events are told of, as far as is known. Takes no lock. */
  boolean tells() {
    return !silent;
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
