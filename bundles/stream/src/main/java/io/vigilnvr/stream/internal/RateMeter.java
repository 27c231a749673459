package io.vigilnvr.stream.internal;

import java.time.Instant;

/**
 * Measures pictures and bits in a second, over the last seconds, without making garbage. Times are
 * those at which units were captured: in a run they advance with the media, so that a burst after a
 * pause does not look like a fast stream.
 */
final class RateMeter {
  private static final long WINDOW_NANOS = 5_000_000_000L;

  /** Enough for five seconds of a hundred units. */
  private static final int CAPACITY = 512;

  /** Guards the rest; held for nothing but sums. */
  private final Object lock = new Object();

  private final long[] nanos = new long[CAPACITY];
  private final int[] bytes = new int[CAPACITY];
  private final boolean[] picture = new boolean[CAPACITY];
  private int next;
  private int count;

  /** What flows; zero if nothing did within the last seconds. */
  record Rates(double pictures, long bits) {
    static final Rates NONE = new Rates(0, 0);
  }

  void add(Instant captured, int byteCount, boolean isPicture) {
    synchronized (lock) {
      nanos[next] = nanos(captured);
      bytes[next] = byteCount;
      picture[next] = isPicture;
      next = (next + 1) % CAPACITY;
      count = Math.min(count + 1, CAPACITY);
    }
  }

  void reset() {
    synchronized (lock) {
      count = 0;
    }
  }

  Rates rates(Instant now) {
    synchronized (lock) {
      if (count < 2) {
        return Rates.NONE;
      }
      long newest = nanos[(next - 1 + CAPACITY) % CAPACITY];
      if (nanos(now) - newest > WINDOW_NANOS) {
        return Rates.NONE;
      }
      long first = newest;
      long last = newest;
      long sum = 0;
      int units = 0;
      long firstPicture = Long.MAX_VALUE;
      long lastPicture = Long.MIN_VALUE;
      int pictures = 0;
      for (int i = 1; i <= count; i++) {
        int at = (next - i + CAPACITY) % CAPACITY;
        long time = nanos[at];
        if (newest - time > WINDOW_NANOS) {
          break;
        }
        first = Math.min(first, time);
        last = Math.max(last, time);
        sum += bytes[at];
        units++;
        if (picture[at]) {
          firstPicture = Math.min(firstPicture, time);
          lastPicture = Math.max(lastPicture, time);
          pictures++;
        }
      }
      // n units span n − 1 distances.
      double seconds = (last - first) / 1e9 * units / Math.max(1, units - 1);
      double perSecond =
          pictures < 2 || lastPicture <= firstPicture
              ? 0
              : (pictures - 1) * 1e9 / (lastPicture - firstPicture);
      return new Rates(
          Math.round(perSecond * 100) / 100.0, seconds > 0 ? Math.round(sum * 8 / seconds) : 0);
    }
  }

  private static long nanos(Instant instant) {
    return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
  }
}
