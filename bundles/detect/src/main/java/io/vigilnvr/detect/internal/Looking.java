package io.vigilnvr.detect.internal;

import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.detect.Analysis.Observation;
import io.vigilnvr.api.detect.Analysis.Verdict;
import io.vigilnvr.api.detect.Analysis.Watcher;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.Detector;
import io.vigilnvr.api.detect.DetectorConfig;
import io.vigilnvr.api.detect.DetectorException;
import io.vigilnvr.api.detect.DetectorSession;
import io.vigilnvr.api.detect.Explanation;
import io.vigilnvr.api.detect.Policy;
import io.vigilnvr.api.event.Event.Box;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session of a detector, from its opening to its end, on a thread of its own: a detector may do
 * what it wants there, and stay for as long.
 */
final class Looking {
  private static final Logger log = LoggerFactory.getLogger(Looking.class);

  private static final int MOST_FAILURES = 3;
  private static final int MOST_DETECTIONS = 100;
  private static final Duration LONGEST_GOP = Duration.ofMinutes(1);

  /** Makes settings complete, as the detector wants them. */
  @FunctionalInterface
  interface Acceptance {
    DetectorConfig accept(DetectorConfig config) throws InvalidSettingsException;
  }

  /** What it works with. */
  record Surroundings(
      String name,
      Book book,
      Acceptance acceptance,
      Supplier<List<Box>> moving,
      Supplier<List<Watcher>> watchers) {}

  /** What is known once the session is there. */
  record Opened(FrameSpec input, Policy policy) {}

  private final Detector detector;
  private final Surroundings around;
  private final Mailbox mailbox = new Mailbox();
  private final Pace pace = new Pace(System.nanoTime());
  private final AtomicReference<@Nullable DetectorConfig> next = new AtomicReference<>();
  private volatile DetectorConfig config;
  private volatile @Nullable DetectorSession session;
  private volatile Optional<Opened> opened = Optional.empty();
  private volatile long busySince = System.nanoTime();
  private volatile boolean busy = true;
  private volatile boolean stopping;
  private volatile boolean ended;
  private volatile String cause = "";
  private volatile String remark = "";
  private int failures;
  private Instant lastCaptured = Instant.MIN;
  private volatile boolean on;
  private volatile boolean settled;

  Looking(Detector detector, DetectorConfig config, Surroundings around) {
    this.detector = detector;
    this.config = config;
    this.around = around;
  }

  /** The task. */
  void run() throws InterruptedException {
    try (DetectorSession open = open()) {
      busy = false;
      while (!stopping) {
        Optional<Mailbox.Held> frame = mailbox.take();
        if (stopping) {
          return;
        }
        boolean goesOn = frame.isPresent() ? look(open, frame.get()) : adopt(open);
        if (!goesOn) {
          return;
        }
      }
    } catch (InvalidSettingsException e) {
      end("its settings are wrong: " + e.getMessage());
    } catch (DetectorException e) {
      end(String.valueOf(e.getMessage()));
      log.debug("{} ended", around.name, e);
    } catch (InterruptedException e) {
      if (!stopping) {
        end("it was interrupted");
      }
      throw e;
    } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
      end("it failed: " + e);
      log.warn("{} failed", around.name, e);
    } finally {
      busy = false;
      ended = true;
    }
  }

  private DetectorSession open()
      throws DetectorException, InvalidSettingsException, InterruptedException {
    DetectorConfig accepted = around.acceptance.accept(config);
    DetectorSession open = detector.open(accepted);
    session = open;
    tell(open, accepted);
    opened = Optional.of(new Opened(open.input(), open.policy()));
    return open;
  }

  private void tell(DetectorSession open, DetectorConfig accepted) {
    if (!stopping) {
      around.book.write(
          this,
          new Rules(open.policy(), accepted.zones(), accepted.masks(), open.model().orElse("")));
    }
  }

  /** Says whether the session goes on. */
  private boolean adopt(DetectorSession open) throws InvalidSettingsException {
    DetectorConfig wanted = next.getAndSet(null);
    if (wanted == null) {
      return true;
    }
    DetectorConfig accepted = around.acceptance.accept(wanted);
    if (!open.adopt(accepted)) {
      return false;
    }
    config = wanted;
    opened = Optional.of(new Opened(open.input(), open.policy()));
    tell(open, accepted);
    return true;
  }

  /** Says whether the session goes on. */
  private boolean look(DetectorSession open, Mailbox.Held held)
      throws DetectorException, InterruptedException {
    Frame frame = held.frame();
    if (!frame.captured().isAfter(lastCaptured)) {
      mailbox.giveBack(held);
      return isSeenAgain(frame);
    }
    lastCaptured = frame.captured();
    long from = System.nanoTime();
    busySince = from;
    busy = true;
    try {
      List<Detection> seen = detect(open, frame);
      failures = 0;
      settled = open.isSettled();
      pace.looked(from, System.nanoTime());
      Optional<List<Verdict>> verdicts = around.book.take(this, frame, seen);
      on = around.book.isOn();
      List<Watcher> watchers = around.watchers.get();
      if (verdicts.isPresent() && !watchers.isEmpty()) {
        show(open, frame, seen, verdicts.get(), watchers);
      }
    } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
      if (++failures >= MOST_FAILURES || stopping) {
        throw e;
      }
      log.debug("{} failed at a frame", around.name, e);
    } finally {
      busy = false;
      mailbox.giveBack(held);
    }
    return true;
  }

  /**
   * Decoding may begin again with a picture that was looked at. If it is far older than the last,
   * the clock was set back: what was learned and what lasts are of another time.
   */
  private boolean isSeenAgain(Frame frame) {
    boolean seenAgain = frame.captured().isAfter(lastCaptured.minus(LONGEST_GOP));
    if (!seenAgain) {
      around.book.restart(this);
    }
    return seenAgain;
  }

  private List<Detection> detect(DetectorSession open, Frame frame)
      throws DetectorException, InterruptedException {
    List<Detection> seen = open.detect(frame, around.moving.get());
    remark = "";
    if (seen.size() > MOST_DETECTIONS) {
      remark = "it saw " + seen.size() + " things in a frame: " + MOST_DETECTIONS + " count";
    }
    return seen.stream()
        .sorted(Comparator.comparingDouble(Detection::score).reversed())
        .limit(MOST_DETECTIONS)
        .map(one -> new Detection(one.label(), one.score(), Boxes.inside(one.box())))
        .toList();
  }

  private void show(
      DetectorSession open,
      Frame frame,
      List<Detection> seen,
      List<Verdict> verdicts,
      List<Watcher> watchers) {
    Optional<Explanation> explanation = open.explain();
    var observation = new Observation(frame, seen, verdicts, explanation, on);
    for (Watcher watcher : watchers) {
      try {
        watcher.observed(observation);
      } catch (RuntimeException e) {
        log.warn("somebody who watches {} failed", around.name, e);
      }
    }
  }

  private void end(String why) {
    if (!stopping) {
      cause = why;
    }
  }

  /** Where its frames go. */
  Mailbox mailbox() {
    return mailbox;
  }

  Pace pace() {
    return pace;
  }

  Detector detector() {
    return detector;
  }

  DetectorConfig config() {
    DetectorConfig wanted = next.get();
    return wanted == null ? config : wanted;
  }

  /** Takes other settings, zones or masks, if the detector can; else it ends without a cause. */
  void adopt(DetectorConfig wanted) {
    next.set(wanted);
    mailbox.wake();
  }

  Optional<Opened> opened() {
    return opened;
  }

  /** Nothing of what it says counts any more. */
  void stopping() {
    stopping = true;
    mailbox.wake();
  }

  /** Whether it is over. */
  boolean ended() {
    return ended;
  }

  /** Whether it has looked, and can tell what moves. */
  boolean settled() {
    return settled;
  }

  /** Why it ended; empty if it was told to, or cannot take other settings. */
  String cause() {
    return cause;
  }

  /** What is to be said of what it sees; empty if nothing. */
  String remark() {
    return remark;
  }

  /** For how long it has been busy with one thing. */
  long busyNanos() {
    return busy ? System.nanoTime() - busySince : 0;
  }

  /** Frees what a session has whose thread does not come back. */
  void release() {
    DetectorSession open = session;
    if (open != null && !ended) {
      open.close();
    }
  }
}
