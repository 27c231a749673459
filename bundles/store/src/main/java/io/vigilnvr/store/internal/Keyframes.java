package io.vigilnvr.store.internal;

import io.vigilnvr.api.record.Segment.Keyframe;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Keyframes as bytes: each one's offset and ticks as differences to the one before, in zigzag
 * LEB128. A minute of them takes some 200 bytes.
 */
final class Keyframes {
  private Keyframes() {}

  static byte[] encode(List<Keyframe> keyframes) {
    var out = new ByteArrayOutputStream(keyframes.size() * 8);
    long offset = 0;
    long ticks = 0;
    for (Keyframe keyframe : keyframes) {
      write(out, keyframe.offset() - offset);
      write(out, keyframe.ticks() - ticks);
      offset = keyframe.offset();
      ticks = keyframe.ticks();
    }
    return out.toByteArray();
  }

  static List<Keyframe> decode(byte[] bytes) {
    var keyframes = new ArrayList<Keyframe>();
    var in = new Reader(bytes);
    long offset = 0;
    long ticks = 0;
    while (in.hasMore()) {
      offset += in.next();
      ticks += in.next();
      keyframes.add(new Keyframe(offset, ticks));
    }
    return keyframes;
  }

  private static void write(ByteArrayOutputStream out, long value) {
    long left = (value << 1) ^ (value >> 63);
    while ((left & ~0x7FL) != 0) {
      out.write((int) (left & 0x7F) | 0x80);
      left >>>= 7;
    }
    out.write((int) left);
  }

  private static final class Reader {
    private final byte[] bytes;
    private int at;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    boolean hasMore() {
      return at < bytes.length;
    }

    long next() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        if (at == bytes.length) {
          break;
        }
        byte b = bytes[at++];
        value |= (b & 0x7FL) << shift;
        if (b >= 0) {
          return (value >>> 1) ^ -(value & 1);
        }
      }
      throw new IllegalStateException("the database has keyframes that are not ours");
    }
  }
}
