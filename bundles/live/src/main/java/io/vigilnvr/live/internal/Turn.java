package io.vigilnvr.live.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Work that is done again whenever something has happened, by one thread at a time. Signals that
 * come while it is done are gathered: it is done once more.
 */
final class Turn implements Runnable {
  private final Executor executor;
  private final Runnable work;
  private final AtomicInteger signals = new AtomicInteger();

  Turn(Executor executor, Runnable work) {
    this.executor = executor;
    this.work = work;
  }

  /** Any thread; returns at once, unless the executor does the work itself. */
  void signal() {
    if (signals.getAndIncrement() == 0) {
      executor.execute(this);
    }
  }

  @Override
  public void run() {
    int seen = signals.get();
    do {
      work.run();
      seen = signals.addAndGet(-seen);
    } while (seen != 0);
  }
}
