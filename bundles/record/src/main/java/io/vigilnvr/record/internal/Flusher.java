package io.vigilnvr.record.internal;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes to a volume. Each second it writes what every stream with a file there
 * brought, one write for each, then syncs every file that was written, then the journal, and only
 * then acknowledges. All writes come before all syncs, so that the first sync carries much of what
 * the others wait for, and the machine wakes up once a second for all cameras together.
 *
 * <p>Streams whose volume is away, or that have no file, belong to the leading volume's thread. A
 * stream may change hands between two steps; a lock of its own sees that one thread at a time deals
 * with it, and one that hangs in a disk keeps no other stream.
 *
 * <p>It is never interrupted: an interrupt closes the file that is being written. It is asked to
 * end instead.
 */
final class Flusher {
  private static final Logger log = LoggerFactory.getLogger(Flusher.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** So much of a life that ends without a word may be taken for the time after it. */
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(10);

  private final Supplier<Collection<Lane>> lanes;
  private final Mounts mounts;
  private final Mount mount;
  private final Journal journal;
  private final Clock clock;
  private Instant signedAt = Instant.EPOCH;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch left = new CountDownLatch(1);
  private boolean stopping;
  private volatile long cycleStarted = Long.MIN_VALUE;

  Flusher(
      Supplier<Collection<Lane>> lanes, Mounts mounts, Mount mount, Journal journal, Clock clock) {
    this.lanes = lanes;
    this.mounts = mounts;
    this.mount = mount;
    this.journal = journal;
    this.clock = clock;
  }

  /** The body of the thread. */
  void run() {
    try {
      long next = System.nanoTime();
      while (awaitUntil(next)) {
        long now = System.nanoTime();
        // No bursts after a stall: the next cycle is a period after this one at the earliest.
        next = Math.max(next, now - PERIOD.toNanos()) + PERIOD.toNanos();
        try {
          cycle();
        } catch (RuntimeException e) {
          log.error("writing failed; it goes on in a second", e);
        }
      }
    } finally {
      ended.countDown();
    }
  }

  private boolean awaitUntil(long deadline) {
    lock.lock();
    try {
      while (!stopping) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return true;
        }
        try {
          left = changed.awaitNanos(left);
        } catch (InterruptedException e) {
          return false;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Asks the thread to end, and waits for it. */
  void stop(Duration patience) throws InterruptedException {
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (!ended.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      log.error("the volume does not answer; what was not synced is left to recovery");
    }
  }

  /** One round: write all, sync all, acknowledge all. */
  void cycle() {
    cycleStarted = System.nanoTime();
    try {
      if (mount.online().isEmpty()) {
        letGo();
      }
      List<Lane> mine = lanes.get().stream().filter(this::isMine).toList();
      mine.forEach(lane -> lane.alone(lane::write));
      mine.forEach(lane -> lane.alone(lane::sync));
      signLife(mine);
      try {
        mount.sync(journal);
        journal.compactIfWorthwhile(mount.id());
      } catch (IOException e) {
        if (SpaceErrors.isFull(e)) {
          mount.full();
        } else {
          mount.fail("the journal cannot be written: " + e);
        }
      }
      mine.forEach(lane -> lane.alone(lane::acknowledge));
      if (mount.isLeaving() && lanes.get().stream().noneMatch(this::isHere)) {
        left.countDown();
      }
    } finally {
      cycleStarted = Long.MIN_VALUE;
    }
  }

  private boolean isHere(Lane lane) {
    return lane.home().equals(Optional.of(mount));
  }

  private boolean isMine(Lane lane) {
    boolean elsewhere = lane.home().filter(home -> home.online().isPresent()).isPresent();
    return isHere(lane) || (!elsewhere && mounts.leading() == mount);
  }

  /** The volume failed: its files go on elsewhere, or end. */
  private void letGo() {
    lanes.get().stream()
        .filter(this::isHere)
        .forEach(lane -> lane.alone(() -> lane.writer().abandon(mount)));
    if (lanes.get().stream().anyMatch(lane -> lane.writer().isWritingTo(mount))) {
      // Another thread has one of them still.
      return;
    }
    mount
        .takeFailed()
        .ifPresent(
            volume -> {
              journal.detach(mount.id());
              volume.close();
            });
  }

  /** Waits until no stream has a file here, for a mount that is to be left; says whether. */
  boolean awaitLeft(Duration patience) throws InterruptedException {
    return left.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** With where streams are that are not written, so that their numbers are not taken for lost. */
  private void signLife(List<Lane> mine) {
    Instant now = clock.instant();
    if (Duration.between(signedAt, now).abs().compareTo(SIGN_OF_LIFE) >= 0) {
      signedAt = now;
      mine.forEach(lane -> lane.alone(() -> lane.position().ifPresent(journal::passed)));
      journal.alive(mount.id(), now);
    }
  }

  /** Whether a round has been going on for longer than this: the disk does not answer. */
  boolean stuckFor(Duration longest) {
    long started = cycleStarted;
    return started != Long.MIN_VALUE && System.nanoTime() - started > longest.toNanos();
  }
}
