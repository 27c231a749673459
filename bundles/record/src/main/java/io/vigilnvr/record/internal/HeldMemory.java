package io.vigilnvr.record.internal;

import java.util.HashMap;
import java.util.Map;

/**
 * How much all streams together hold until a choice keeps it. While that is too much, no stream may
 * hold more than an equal share. Thread-safe.
 */
final class HeldMemory {
  /** The most for one stream. */
  static final long MOST_BYTES = 64L << 20;

  private final long budget;
  private final Map<Object, Long> holders = new HashMap<>();
  private long sum;

  HeldMemory(long budget) {
    this.budget = budget;
  }

  /** Of a heap as it is: a quarter. */
  static HeldMemory ofThisMachine() {
    return new HeldMemory(Runtime.getRuntime().maxMemory() / 4);
  }

  /** Says what somebody holds now. */
  synchronized void holds(Object holder, long bytes) {
    Long before = bytes == 0 ? holders.remove(holder) : holders.put(holder, bytes);
    sum += bytes - (before == null ? 0 : before);
  }

  /** Whether that much is too much for one. */
  synchronized boolean isTooMuch(long bytes) {
    return bytes > MOST_BYTES || (sum > budget && bytes > budget / Math.max(1, holders.size()));
  }
}
