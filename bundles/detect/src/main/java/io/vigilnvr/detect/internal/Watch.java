package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.decode.Frames;
import io.vigilnvr.api.detect.Analysis.Sight;
import io.vigilnvr.api.detect.Analysis.Standing;
import io.vigilnvr.api.detect.Analysis.State;
import io.vigilnvr.api.detect.Analysis.Watcher;
import io.vigilnvr.api.detect.Analysis.Watching;
import io.vigilnvr.api.detect.Detector;
import io.vigilnvr.api.detect.DetectorConfig;
import io.vigilnvr.api.detect.Policy;
import io.vigilnvr.api.event.Event.Box;
import io.vigilnvr.api.task.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One detector of one camera: opens it, gives it frames while they are wanted, and opens it again
 * after it failed. One thread at a time, but for {@link #watch}, {@link #boxes}, {@link #isOn},
 * {@link #seeksMotion} and {@link #sight}.
 */
final class Watch {
  private static final Logger log = LoggerFactory.getLogger(Watch.class);

  private static final Duration KEYFRAMES_SILENCE = Duration.ofMinutes(1);
  private static final Duration SAMPLE = Duration.ofSeconds(1);

  /** Threads that did not come back. */
  private static final int MOST_LOST = 3;

  /** What it needs of the engine. */
  record Parts(
      Detectors detectors,
      Frames frames,
      Tasks tasks,
      Limits limits,
      Looking.Acceptance acceptance) {}

  private final String id;
  private final String name;
  private final Parts parts;
  private final Book book;
  private final Supplier<List<Box>> moving;
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final List<Looking> lost = new ArrayList<>();
  private volatile @Nullable Looking looking;
  private Tasks.@Nullable Handle thread;
  private Frames.@Nullable Subscription subscription;
  private @Nullable FrameSpec subscribed;
  private long openedNanos;
  private long notBeforeNanos = System.nanoTime();
  private long framesBefore;
  private long lastFrameNanos;
  private long sampledNanos;
  private Duration pause;
  private String failure = "";
  private volatile State state = State.WAITING;
  private String cause = "it begins";
  private @Nullable Detector failedWith;
  private @Nullable DetectorConfig failedBy;

  Watch(String id, String name, Parts parts, Book book, Supplier<List<Box>> moving) {
    this.id = id;
    this.name = name;
    this.parts = parts;
    this.book = book;
    this.moving = moving;
    pause = parts.limits.firstPause();
  }

  String id() {
    return id;
  }

  /**
   * Looks after it; called several times a second.
   *
   * @param wanted empty while the camera sends nothing
   * @param gate whether motion is seen, or nobody looks for it, for those who wait for motion
   * @return whether its state is another
   */
  boolean look(Optional<DetectorConfig> wanted, Gate gate) {
    long now = System.nanoTime();
    Optional<Detector> detector = parts.detectors.find(id);
    lost.removeIf(Looking::ended);
    supervise(detector, wanted, now);
    if (looking == null && detector.isPresent() && wanted.isPresent()) {
      open(detector.get(), wanted.get(), now);
    }
    boolean waits = feed(gate, now);
    hearken(now);
    return judge(detector.isPresent(), wanted.isPresent(), waits, now);
  }

  private void supervise(Optional<Detector> detector, Optional<DetectorConfig> wanted, long now) {
    Looking present = looking;
    if (present == null) {
      return;
    }
    Duration most = present.opened().isPresent() ? parts.limits.blocked() : parts.limits.opening();
    if (present.ended()) {
      leave();
      if (!present.cause().isEmpty()) {
        failed(present, present.cause(), now);
      }
    } else if (present.busyNanos() > most.toNanos()) {
      leave();
      lost.add(present);
      String what = present.opened().isPresent() ? "a frame" : "its opening";
      failed(present, "it took longer than " + most.toSeconds() + " s for " + what, now);
    } else if (!detector.equals(Optional.of(present.detector()))
        || wanted.filter(one -> !one.stream().equals(present.config().stream())).isPresent()) {
      leave();
      notBeforeNanos = now;
    } else if (wanted.isPresent() && !wanted.get().equals(present.config())) {
      present.adopt(wanted.get());
    }
  }

  private void failed(Looking present, String why, long now) {
    if (now - openedNanos > parts.limits.longestPause().toNanos()) {
      pause = parts.limits.firstPause();
    }
    failure = why;
    failedWith = present.detector();
    failedBy = present.config();
    notBeforeNanos = now + pause.toNanos();
    log.warn("{}: {}; tried again in {} s", name, why, pause.toMillis() / 1000.0);
    Duration twice = pause.multipliedBy(2);
    pause = twice.compareTo(parts.limits.longestPause()) > 0 ? parts.limits.longestPause() : twice;
  }

  /** Ends the session, without waiting for it. */
  private void leave() {
    unsubscribe();
    Looking present = looking;
    Tasks.Handle handle = thread;
    looking = null;
    thread = null;
    if (present != null && handle != null) {
      present.stopping();
      parts.tasks.start(
          name + "-end",
          () -> {
            handle.stop();
            present.release();
          });
    }
  }

  private void open(Detector detector, DetectorConfig config, long now) {
    if (detector != failedWith || !config.equals(failedBy)) {
      // Whoever changed something wants to see what it does.
      notBeforeNanos = now;
      pause = parts.limits.firstPause();
      failedWith = detector;
      failedBy = config;
    }
    if (now - notBeforeNanos < 0 || lost.size() >= MOST_LOST) {
      return;
    }
    var next =
        new Looking(
            detector,
            config,
            new Looking.Surroundings(
                name, book, parts.acceptance, moving, () -> List.copyOf(watchers)));
    looking = next;
    openedNanos = now;
    framesBefore = 0;
    thread = parts.tasks.start(name, next::run);
  }

  /** Sees to it that frames come while they are wanted; says whether it waits for motion. */
  private boolean feed(Gate gate, long now) {
    Optional<Looking.Opened> opened = Optional.ofNullable(looking).flatMap(Looking::opened);
    if (opened.isEmpty()) {
      unsubscribe();
      return false;
    }
    // Who pauses has not gone: what is followed is followed until it goes, or stands.
    boolean mayWait =
        opened.get().policy().onMotion()
            && watchers.isEmpty()
            && !book.isOn()
            && hasBegun(opened.get().policy());
    Optional<Sight> others =
        mayWait
            ? gate.closed(id, opened.get().policy().offDelay(), book.sight().to(), now)
            : Optional.empty();
    boolean waits = others.isPresent();
    Looking present = looking;
    if (waits) {
      failure = "";
      if (subscription != null) {
        unsubscribe();
        book.close();
      }
      others.ifPresent(book::waited);
    } else if (present != null && !opened.get().input().equals(subscribed)) {
      unsubscribe();
      StreamId stream = present.config().stream();
      Mailbox mailbox = present.mailbox();
      book.open();
      lastFrameNanos = now;
      subscribed = opened.get().input();
      subscription = parts.frames.watch(stream, opened.get().input(), mailbox::put);
    }
    return waits;
  }

  /** What stands in view at the beginning makes no motion. */
  private boolean hasBegun(Policy policy) {
    Looking present = looking;
    return present != null && present.pace().frames() >= policy.outOf();
  }

  private void unsubscribe() {
    Frames.Subscription old = subscription;
    subscription = null;
    subscribed = null;
    if (old != null) {
      old.close();
    }
    if (looking != null) {
      looking.mailbox().clear();
    }
  }

  /** Ends what lasts if nothing was looked at for too long. */
  private void hearken(long now) {
    Looking present = looking;
    if (present != null) {
      long frames = present.pace().frames();
      if (frames != framesBefore) {
        framesBefore = frames;
        lastFrameNanos = now;
        failure = "";
      }
      if (now - sampledNanos > SAMPLE.toNanos()) {
        sampledNanos = now;
        present.pace().sample(dropped(present));
      }
    }
    if (isSilent(now) && (book.isOn() || book.ongoing() > 0)) {
      book.pause();
    }
  }

  private boolean isSilent(long now) {
    Optional<Looking.Opened> opened = Optional.ofNullable(looking).flatMap(Looking::opened);
    Duration most = parts.limits.silence();
    if (opened.isPresent()) {
      most = most.plus(opened.get().policy().offDelay());
      if (opened.get().input().rate() instanceof FrameSpec.Rate.Keyframes) {
        most = most.plus(KEYFRAMES_SILENCE);
      }
    }
    return now - lastFrameNanos > most.toNanos();
  }

  private long dropped(Looking present) {
    Frames.Subscription now = subscription;
    return present.mailbox().dropped() + (now == null ? 0 : now.dropped());
  }

  private boolean judge(boolean installed, boolean flows, boolean waits, long now) {
    State before = state;
    String causeBefore = cause;
    if (!installed) {
      put(State.MISSING, "the detector " + id + " is not installed");
    } else if (!failure.isEmpty()) {
      put(State.FAILED, failure);
    } else if (!flows) {
      put(State.WAITING, "the camera sends nothing");
    } else if (looking == null || looking.opened().isEmpty()) {
      put(State.WAITING, "it begins");
    } else if (waits) {
      put(State.WAITING, "it waits for motion");
    } else if (isSilent(now)) {
      put(State.WAITING, "no pictures come");
    } else {
      String late = looking.pace().lateness();
      put(late.isEmpty() ? State.LOOKING : State.BEHIND, late.isEmpty() ? remark() : late);
    }
    if (state != before) {
      log.info("{}: {}{}", name, state, cause.isEmpty() ? "" : ", " + cause);
    } else if (!cause.equals(causeBefore)) {
      log.debug("{}: {}", name, cause);
    }
    return state != before;
  }

  private void put(State next, String why) {
    state = next;
    cause = why;
  }

  private String remark() {
    String complaint = book.complaint();
    return complaint.isEmpty() && looking != null ? looking.remark() : complaint;
  }

  Standing standing() {
    Looking present = looking;
    long now = System.nanoTime();
    return present == null
        ? new Standing(id, state, cause, 0, 0, 0, book.ongoing())
        : new Standing(
            id,
            state,
            cause,
            present.pace().frames(),
            dropped(present),
            present.pace().busyFraction(now),
            book.ongoing());
  }

  /** Whether it looks for motion, and is able to see some. */
  boolean seeksMotion() {
    Looking present = looking;
    return book.isOfMotion()
        && (state == State.LOOKING || state == State.BEHIND)
        && present != null
        && present.settled();
  }

  boolean isOn() {
    return book.isOn();
  }

  /** What it has looked at, or others for it. */
  Sight sight() {
    return book.sight();
  }

  /** Whether it tells of events, as far as is known. */
  boolean tells() {
    return book.tells();
  }

  List<Box> boxes() {
    return book.boxes();
  }

  Watching watch(Watcher watcher) {
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  /** Ends it and what lasts. */
  void close() {
    leave();
    book.end();
  }

  /** Whether those who wait for motion may look. */
  @FunctionalInterface
  interface Gate {
    /**
     * Empty if it is open; else what others have looked at without seeing motion since it closed.
     *
     * @param detector who asks
     * @param delay so long after motion was last seen they go on
     * @param lookedTo what they have looked at: they see all of what moved, however late they are
     */
    Optional<Sight> closed(String detector, Duration delay, Instant lookedTo, long nowNanos);
  }
}
