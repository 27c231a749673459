package io.vigilnvr.ingest.worker;

import java.util.ArrayDeque;

/** Memory for all rings of a worker, in pieces of one size that are used again. Thread-safe. */
final class Chunks {
  /** A picture or two; small enough that a quiet stream holds little, large enough to be few. */
  static final int BYTES = 64 << 10;

  /** So many are kept in any case. */
  private static final int SPARE = 64;

  private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
  private int used;

  /**
   * The most that were in use since the last {@link #forget}, and between that and the one before.
   */
  private int most;

  private int mostBefore;

  synchronized byte[] take() {
    used++;
    most = Math.max(most, used);
    byte[] chunk = spare.pollLast();
    return chunk == null ? new byte[BYTES] : chunk;
  }

  synchronized void give(byte[] chunk) {
    used--;
    spare.addLast(chunk);
    trim();
  }

  /**
   * Leaves to the collector what was not needed since the call before the last one. Cameras that
   * begin their groups of pictures together give back together, and soon need as much again.
   */
  synchronized void forget() {
    mostBefore = most;
    most = used;
    trim();
  }

  private void trim() {
    int kept = Math.max(SPARE, Math.max(most, mostBefore) - used);
    while (spare.size() > kept) {
      spare.removeLast();
    }
  }

  /** Bytes of all that there are, in use or not. */
  synchronized long bytes() {
    return (long) BYTES * (used + spare.size());
  }

  synchronized int used() {
    return used;
  }

  synchronized int spare() {
    return spare.size();
  }
}
