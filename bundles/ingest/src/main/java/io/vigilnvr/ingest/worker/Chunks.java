package io.vigilnvr.ingest.worker;

import java.util.ArrayDeque;

/** Memory for all rings of a worker, in pieces of one size that are used again. Thread-safe. */
final class Chunks {
  /** A picture or two; small enough that a quiet stream holds little, large enough to be few. */
  static final int BYTES = 128 << 10;

  /** So many are kept for the next to come; the rest is left to the garbage collector. */
  private static final int SPARE = 32;

  private final ArrayDeque<byte[]> spare = new ArrayDeque<>();

  synchronized byte[] take() {
    byte[] chunk = spare.pollLast();
    return chunk == null ? new byte[BYTES] : chunk;
  }

  synchronized void give(byte[] chunk) {
    if (spare.size() < SPARE) {
      spare.addLast(chunk);
    }
  }
}
