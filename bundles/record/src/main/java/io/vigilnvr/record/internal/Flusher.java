package io.vigilnvr.record.internal;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes to the volume. Each second it writes what every stream brought, one
 * write for each, then syncs every file that was written, then the journal, and only then
 * acknowledges. All writes come before all syncs, so that the first sync carries much of what the
 * others wait for, and the machine wakes up once a second for all cameras together.
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
  private final Mount mount;
  private final Journal journal;
  private final Clock clock;
  private Instant signedAt = Instant.EPOCH;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final CountDownLatch ended = new CountDownLatch(1);
  private boolean stopping;
  private volatile long cycleStarted = Long.MIN_VALUE;

  Flusher(Supplier<Collection<Lane>> lanes, Mount mount, Journal journal, Clock clock) {
    this.lanes = lanes;
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
      Collection<Lane> all = lanes.get();
      if (mount.online().isEmpty()) {
        all.forEach(lane -> lane.writer().abandon());
        mount
            .takeFailed()
            .ifPresent(
                volume -> {
                  journal.detach();
                  volume.close();
                });
      }
      all.forEach(Lane::write);
      all.forEach(Lane::sync);
      signLife();
      try {
        mount.sync(journal);
        journal.compactIfWorthwhile();
      } catch (IOException e) {
        if (SpaceErrors.isFull(e)) {
          mount.full();
        } else {
          mount.fail("the journal cannot be written: " + e);
        }
      }
      all.forEach(Lane::acknowledge);
    } finally {
      cycleStarted = Long.MIN_VALUE;
    }
  }

  private void signLife() {
    Instant now = clock.instant();
    if (Duration.between(signedAt, now).abs().compareTo(SIGN_OF_LIFE) >= 0) {
      signedAt = now;
      journal.alive(now);
    }
  }

  /** Whether a round has been going on for longer than this: the disk does not answer. */
  boolean stuckFor(Duration longest) {
    long started = cycleStarted;
    return started != Long.MIN_VALUE && System.nanoTime() - started > longest.toNanos();
  }
}
