package io.vigilnvr.media.mp4;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes nested boxes (ISO/IEC 14496-12, 4.2): a box's size is filled in when it ends. */
final class BoxWriter {
  private ByteBuffer out = ByteBuffer.allocate(1024);

  /** Starts a box; give what it returns to {@link #end}. */
  int begin(String type) {
    int start = out.position();
    u32(0);
    fourcc(type);
    return start;
  }

  /** Starts a box with version and flags. */
  int begin(String type, int version, int flags) {
    int start = begin(type);
    u32((long) version << 24 | flags);
    return start;
  }

  void end(int start) {
    out.putInt(start, out.position() - start);
  }

  /** Writes a box without content of its own but version and flags. */
  void empty(String type, int version, int flags, int zeros) {
    int start = begin(type, version, flags);
    zeros(zeros);
    end(start);
  }

  void fourcc(String type) {
    bytes(type.getBytes(StandardCharsets.ISO_8859_1));
  }

  void u8(int value) {
    room(1).put((byte) value);
  }

  void u16(int value) {
    room(2).putShort((short) value);
  }

  void u32(long value) {
    room(4).putInt((int) value);
  }

  void u64(long value) {
    room(8).putLong(value);
  }

  void zeros(int count) {
    for (int i = 0; i < count; i++) {
      u8(0);
    }
  }

  void bytes(byte[] bytes) {
    room(bytes.length).put(bytes);
  }

  void bytes(ByteBuffer bytes) {
    room(bytes.remaining()).put(bytes.duplicate());
  }

  /** How much was written. */
  int bytes() {
    return out.position();
  }

  /** Everything written; read-only. */
  ByteBuffer toBuffer() {
    return out.duplicate().flip().slice().asReadOnlyBuffer();
  }

  private ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      int size = Math.max(2 * out.capacity(), out.position() + bytes);
      int position = out.position();
      out = ByteBuffer.wrap(Arrays.copyOf(out.array(), size)).position(position);
    }
    return out;
  }
}
