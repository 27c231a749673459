package io.vigilnvr.ingest.worker;

import java.util.ArrayDeque;

/** Memory for all rings of a worker, in pieces of one size that are used again. Thread-safe. */
final class Chunks {
  /** A picture or two; small enough that a quiet stream holds little, large enough to be few. */
  static final int BYTES = 128 << 10;

  /**
   * So many are kept for the next to come, and as many as half of those in use: cameras that begin
   * their groups of pictures together give back together. The rest is left to the collector.
   */
  private static final int SPARE = 32;

  private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
  private int used;

  synchronized byte[] take() {
    used++;
    byte[] chunk = spare.pollLast();
    return chunk == null ? new byte[BYTES] : chunk;
  }

  synchronized void give(byte[] chunk) {
    used--;
    spare.addLast(chunk);
    while (spare.size() > Math.max(SPARE, used / 2)) {
      spare.removeLast();
    }
  }

  synchronized int used() {
    return used;
  }

  synchronized int spare() {
    return spare.size();
  }
}
