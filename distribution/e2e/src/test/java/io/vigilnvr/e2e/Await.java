package io.vigilnvr.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waits for a condition of another process, which nobody can be notified of. */
final class Await {
  private Await() {}

  /** The first value that is as wanted; fails, with the last value seen, when time is up. */
  static <T> T until(String what, Duration atMost, Callable<T> value, Predicate<T> wanted)
      throws Exception {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      T seen = value.call();
      if (wanted.test(seen)) {
        return seen;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError(what + ": not within " + atMost + "; last seen: " + seen);
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  static void until(String what, Duration atMost, Callable<Boolean> condition) throws Exception {
    until(what, atMost, condition, value -> value);
  }
}
