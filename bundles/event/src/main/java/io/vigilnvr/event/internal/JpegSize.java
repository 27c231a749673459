package io.vigilnvr.event.internal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The size of a picture, from its JPEG file. */
record JpegSize(int widthPx, int heightPx) {
  private static final int START_OF_IMAGE = 0xFFD8;
  private static final int START_OF_SCAN = 0xFFDA;

  /** Empty if it is no JPEG file, or not whole. */
  static Optional<JpegSize> of(ByteBuffer file) {
    ByteBuffer in = file.duplicate();
    try {
      if (Short.toUnsignedInt(in.getShort()) != START_OF_IMAGE) {
        return Optional.empty();
      }
      while (true) {
        int marker = Short.toUnsignedInt(in.getShort());
        int length = Short.toUnsignedInt(in.getShort());
        if (marker >>> 8 != 0xFF || marker == START_OF_SCAN || length < 2) {
          return Optional.empty();
        }
        if (isFrame(marker)) {
          in.get(); // bits of a sample
          int height = Short.toUnsignedInt(in.getShort());
          return Optional.of(new JpegSize(Short.toUnsignedInt(in.getShort()), height));
        }
        in.position(in.position() + length - 2);
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** SOF0 to SOF15, but for the three that are tables. */
  private static boolean isFrame(int marker) {
    return marker >= 0xFFC0
        && marker <= 0xFFCF
        && marker != 0xFFC4
        && marker != 0xFFC8
        && marker != 0xFFCC;
  }
}
