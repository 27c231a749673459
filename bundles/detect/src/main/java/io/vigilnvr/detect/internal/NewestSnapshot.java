package io.vigilnvr.detect.internal;

import io.vigilnvr.api.detect.Analysis.Observation;
import io.vigilnvr.api.detect.Analysis.Watcher;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What somebody who tunes is shown next: the newest, at most so often. Thread-safe. */
final class NewestSnapshot implements Watcher {
  private final long intervalNanos;
  private @Nullable Snapshot newest;
  private long lastNanos;
  private boolean any;

  NewestSnapshot(Duration interval) {
    intervalNanos = interval.toNanos();
  }

  @Override
  public void observed(Observation observation) {
    long now = System.nanoTime();
    synchronized (this) {
      if (any && now - lastNanos < intervalNanos) {
        return;
      }
      any = true;
      lastNanos = now;
    }
    Snapshot copy = Snapshot.of(observation);
    synchronized (this) {
      newest = copy;
      notifyAll();
    }
  }

  /** Waits for one that was not taken yet; empty if there is none in time. */
  synchronized Optional<Snapshot> take(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (newest == null) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return Optional.empty();
      }
      wait(left);
    }
    Optional<Snapshot> taken = Optional.of(newest);
    newest = null;
    return taken;
  }
}
