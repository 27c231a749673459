package io.vigilnvr.media.mp4;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds boxes in bytes that may be anything. */
final class Boxes {
  static final int HEADER_BYTES = 8;

  static final int FTYP = type("ftyp");
  static final int MOOV = type("moov");
  static final int MOOF = type("moof");
  static final int MDAT = type("mdat");
  static final int MFRA = type("mfra");
  static final int UUID = type("uuid");
  static final int MFHD = type("mfhd");
  static final int TRAF = type("traf");
  static final int TFHD = type("tfhd");
  static final int TFDT = type("tfdt");
  static final int TRUN = type("trun");

  /** More children than any box of ours has. */
  private static final int MAX_CHILDREN = 64;

  private Boxes() {}

  static int type(String name) {
    return name.charAt(0) << 24 | name.charAt(1) << 16 | name.charAt(2) << 8 | name.charAt(3);
  }

  /** The boxes in a buffer, up to the first that is not whole: header included, as views. */
  static List<ByteBuffer> in(ByteBuffer bytes) {
    List<ByteBuffer> boxes = new ArrayList<>();
    int at = bytes.position();
    while (bytes.limit() - at >= HEADER_BYTES && boxes.size() < MAX_CHILDREN) {
      int size = bytes.getInt(at);
      if (size < HEADER_BYTES || size > bytes.limit() - at) {
        break;
      }
      boxes.add(bytes.slice(at, size));
      at += size;
    }
    return boxes;
  }

  /** Content of the first box of a type in a buffer; a view. */
  static Optional<ByteBuffer> find(ByteBuffer bytes, String type) {
    int wanted = type(type);
    for (ByteBuffer box : in(bytes)) {
      if (box.getInt(4) == wanted) {
        return Optional.of(content(box));
      }
    }
    return Optional.empty();
  }

  /** Content of the first box along a path of types. */
  static Optional<ByteBuffer> find(ByteBuffer bytes, String first, String... rest) {
    Optional<ByteBuffer> found = find(bytes, first);
    for (String type : rest) {
      found = found.flatMap(content -> find(content, type));
    }
    return found;
  }

  static ByteBuffer content(ByteBuffer box) {
    return box.slice(HEADER_BYTES, box.limit() - HEADER_BYTES);
  }

  /** What is behind so many bytes; empty if there are fewer. */
  static Optional<ByteBuffer> after(ByteBuffer bytes, int count) {
    return bytes.remaining() < count
        ? Optional.empty()
        : Optional.of(bytes.slice(bytes.position() + count, bytes.remaining() - count));
  }
}
