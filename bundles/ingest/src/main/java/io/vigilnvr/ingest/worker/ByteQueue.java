package io.vigilnvr.ingest.worker;

import java.nio.ByteBuffer;

/**
 * Bytes that are appended at one end and dropped at the other, each known by its position since the
 * beginning. Not thread-safe.
 */
final class ByteQueue {
  private final Chunks chunks;
  private byte[][] held = new byte[16][];

  /** Number of {@code held[first]}, counted since the beginning. */
  private long firstChunk;

  private int first;
  private int count;
  private long start;
  private long end;

  ByteQueue(Chunks chunks) {
    this.chunks = chunks;
  }

  /** Position of the next byte to come. */
  long end() {
    return end;
  }

  /** Appends what is left in the buffer. */
  void append(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      long chunk = end / Chunks.BYTES;
      if (count == 0) {
        firstChunk = chunk;
      }
      if (chunk == firstChunk + count) {
        add(chunks.take());
      }
      int offset = (int) (end % Chunks.BYTES);
      int length = Math.min(bytes.remaining(), Chunks.BYTES - offset);
      bytes.get(chunk(chunk), offset, length);
      end += length;
    }
  }

  /** Copies bytes that are held. */
  void copy(long from, int length, ByteBuffer to) {
    if (from < start || from + length > end) {
      throw new IllegalArgumentException("not held: " + from + " + " + length);
    }
    long position = from;
    int left = length;
    while (left > 0) {
      int offset = (int) (position % Chunks.BYTES);
      int piece = Math.min(left, Chunks.BYTES - offset);
      to.put(chunk(position / Chunks.BYTES), offset, piece);
      position += piece;
      left -= piece;
    }
  }

  /** Drops everything in front of a position. */
  void dropTo(long position) {
    start = position;
    while (count > 0 && (firstChunk + 1) * Chunks.BYTES <= position) {
      removeFirst();
    }
  }

  void clear() {
    start = end;
    while (count > 0) {
      removeFirst();
    }
    // A new chunk is begun, as the last one is gone.
    end = (end + Chunks.BYTES - 1) / Chunks.BYTES * Chunks.BYTES;
    start = end;
  }

  private byte[] chunk(long number) {
    return held[(first + (int) (number - firstChunk)) % held.length];
  }

  private void add(byte[] chunk) {
    if (count == held.length) {
      byte[][] larger = new byte[held.length * 2][];
      for (int i = 0; i < count; i++) {
        larger[i] = held[(first + i) % held.length];
      }
      held = larger;
      first = 0;
    }
    held[(first + count) % held.length] = chunk;
    count++;
  }

  @SuppressWarnings("NullAway") // a place that is free holds nothing
  private void removeFirst() {
    chunks.give(held[first]);
    held[first] = null;
    first = (first + 1) % held.length;
    firstChunk++;
    count--;
  }
}
