package io.vigilnvr.ingest.rtsp.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Grows with what arrives, up to a limit, and is used again for the next access unit. */
final class UnitBuffer {
  static final int MAX_BYTES = 16 * 1024 * 1024;

  private static final int LARGE_BYTES = 512 * 1024;
  private static final int MANY = 250;

  private byte[] bytes;
  private int small;
  private int size;

  UnitBuffer(int firstBytes) {
    bytes = new byte[firstBytes];
  }

  int size() {
    return size;
  }

  byte get(int at) {
    return bytes[at];
  }

  void add(byte value) throws Fault {
    reserve(1);
    bytes[size++] = value;
  }

  void add(ByteBuffer in, int at, int length) throws Fault {
    reserve(length);
    in.get(at, bytes, size, length);
    size += length;
  }

  void addInt(int value) throws Fault {
    reserve(Integer.BYTES);
    setInt(size, value);
    size += Integer.BYTES;
  }

  void setInt(int at, int value) {
    bytes[at] = (byte) (value >> 24);
    bytes[at + 1] = (byte) (value >> 16);
    bytes[at + 2] = (byte) (value >> 8);
    bytes[at + 3] = (byte) value;
  }

  byte[] copy(int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  /** Forgets what is behind a place. */
  void truncate(int to) {
    size = to;
  }

  /** Empties it, and gives memory back that a few large units took. */
  void clear() {
    if (bytes.length > LARGE_BYTES) {
      small = size < bytes.length / 4 ? small + 1 : 0;
      if (small > MANY) {
        bytes = new byte[bytes.length / 2];
        small = 0;
      }
    }
    size = 0;
  }

  /** What is in it; good until the next change. */
  ByteBuffer content() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  private void reserve(int more) throws Fault {
    if (size + more > bytes.length) {
      if (size + more > MAX_BYTES) {
        throw Fault.protocol("the camera sends a picture of more than 16 MiB");
      }
      bytes =
          Arrays.copyOf(
              bytes, Math.min(MAX_BYTES, Math.max(size + more, bytes.length + bytes.length / 4)));
    }
  }
}
