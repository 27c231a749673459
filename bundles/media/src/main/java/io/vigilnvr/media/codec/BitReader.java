package io.vigilnvr.media.codec;

import java.nio.ByteBuffer;

/**
 * Reads the bits of a NAL unit without its emulation prevention bytes (ITU-T H.264, 7.3.1; H.265,
 * 7.3.1.1), or of plain bytes. Beyond the end it reads zeros and remembers that it did, so that a
 * parser asks once, at its end, and not at each bit.
 */
final class BitReader {
  private final ByteBuffer bytes;
  private final boolean escaped;
  private int next;
  private int zeros;
  private int current;
  private int left;
  private boolean overrun;

  private BitReader(ByteBuffer bytes, boolean escaped) {
    this.bytes = bytes;
    this.escaped = escaped;
    this.next = bytes.position();
  }

  static BitReader ofNal(ByteBuffer nal) {
    return new BitReader(nal, true);
  }

  static BitReader ofBytes(ByteBuffer bytes) {
    return new BitReader(bytes, false);
  }

  boolean flag() {
    return bit() == 1;
  }

  /** An unsigned number of up to 32 bits. */
  long bits(int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 1 | bit();
    }
    return value;
  }

  /** An unsigned number of up to 31 bits. */
  int number(int count) {
    return (int) bits(count);
  }

  void skip(int count) {
    for (int i = 0; i < count && !overrun; i++) {
      bit();
    }
  }

  /** Exp-Golomb, ue(v): 0 to 2³² − 2. Longer codes count as an overrun. */
  long unsigned() {
    int leading = 0;
    while (bit() == 0) {
      leading++;
      if (leading > 31 || overrun) {
        overrun = true;
        return 0;
      }
    }
    return (1L << leading) - 1 + bits(leading);
  }

  /** ue(v) that must not exceed a limit; a larger one counts as an overrun. */
  int unsigned(int limit) {
    long value = unsigned();
    if (value > limit) {
      overrun = true;
      return 0;
    }
    return (int) value;
  }

  /** Exp-Golomb, se(v). */
  long signed() {
    long code = unsigned();
    return (code & 1) == 1 ? (code + 1) / 2 : -(code / 2);
  }

  /** Whether more was read than there is, or a number was out of its range. */
  boolean overrun() {
    return overrun;
  }

  private int bit() {
    if (left == 0) {
      if (next >= bytes.limit()) {
        overrun = true;
        return 0;
      }
      current = bytes.get(next++) & 0xff;
      if (escaped && zeros >= 2 && current == 3) {
        zeros = 0;
        if (next >= bytes.limit()) {
          overrun = true;
          return 0;
        }
        current = bytes.get(next++) & 0xff;
      }
      zeros = current == 0 ? zeros + 1 : 0;
      left = 8;
    }
    left--;
    return current >> left & 1;
  }
}
