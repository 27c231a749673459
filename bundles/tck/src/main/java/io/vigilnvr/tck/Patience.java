package io.vigilnvr.tck;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what comes about on other threads, without wasting the processor on it. */
final class Patience {
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private Patience() {}

  static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONGEST_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline || Thread.interrupted()) {
        throw new AssertionError("waited in vain");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
