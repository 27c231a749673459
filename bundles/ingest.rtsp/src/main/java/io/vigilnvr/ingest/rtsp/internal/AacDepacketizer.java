package io.vigilnvr.ingest.rtsp.internal;

import java.nio.ByteBuffer;
import java.util.Locale;

/** AAC in MPEG-4 generic packets (RFC 3640), several frames in one or one in several. */
final class AacDepacketizer implements Depacketizer {
  private static final int FIRST_BYTES = 2048;
  private static final int FRAME_SAMPLES = 1024; // ISO/IEC 14496-3, 4.5.1.1
  private static final int MAX_FRAMES = 64;
  private static final int HBR_SIZE_BITS = 13;
  private static final int LBR_SIZE_BITS = 6;

  private final int sizeBits;
  private final int indexBits;
  private final int deltaBits;
  private final Output output;
  private final UnitBuffer unit = new UnitBuffer(FIRST_BYTES);
  private long ticks;

  /** How many bytes of the frame in {@link #unit} there will be. */
  private int wanted;

  AacDepacketizer(Sdp.Media media, Output output) {
    sizeBits = sizeBits(media);
    boolean said = media.number("sizelength", 0) > 0;
    int usual = sizeBits == HBR_SIZE_BITS ? 3 : 2;
    indexBits = said ? media.number("indexlength", 0) : usual;
    deltaBits = said ? media.number("indexdeltalength", 0) : usual;
    this.output = output;
  }

  /** Whether packets of this kind are understood. */
  static boolean understands(Sdp.Media media) {
    int size = sizeBits(media);
    return size > 0
        && size <= 16
        && media.number("indexlength", 0) <= 16
        && media.number("indexdeltalength", 0) <= 16;
  }

  /** The modes fix the lengths (RFC 3640, 3.3.5 and 3.3.6); some cameras say the mode alone. */
  private static int sizeBits(Sdp.Media media) {
    int said = media.number("sizelength", 0);
    if (said > 0) {
      return said;
    }
    return switch (media.parameter("mode").toLowerCase(Locale.ROOT)) {
      case "aac-hbr" -> HBR_SIZE_BITS;
      case "aac-lbr" -> LBR_SIZE_BITS;
      default -> 0;
    };
  }

  @Override
  public void packet(ByteBuffer in, int at, int length, long time, boolean marker, boolean gap)
      throws Fault {
    if (gap || (wanted > 0 && time != ticks)) {
      forget();
    }
    if (length < 2) {
      return;
    }
    int headerBits = in.getShort(at) & 0xffff;
    int data = at + 2 + (headerBits + 7) / 8;
    int end = at + length;
    if (data > end) {
      return;
    }
    int bit = 0;
    for (int frame = 0; frame < MAX_FRAMES && bit + sizeBits <= headerBits; frame++) {
      int size = bits(in, at + 2, bit, sizeBits);
      bit += sizeBits + (frame == 0 ? indexBits : deltaBits);
      if (size > end - data) {
        // A part of a frame is alone in its packet: RFC 3640, 3.2.1. Else the packet is cut short.
        if (frame == 0) {
          part(in, data, end - data, time, size);
        }
        return;
      }
      forget();
      if (size > 0) {
        unit.add(in, data, size);
        finish(time + (long) frame * FRAME_SAMPLES);
      }
      data += size;
    }
  }

  /** A frame in several packets; each says how large the whole is: RFC 3640, 3.2.1.1. */
  private void part(ByteBuffer in, int at, int length, long time, int size) throws Fault {
    if (size != wanted) {
      forget();
    }
    ticks = time;
    wanted = size;
    unit.add(in, at, Math.min(length, size - unit.size()));
    if (unit.size() == wanted) {
      finish(time);
    }
  }

  private void finish(long time) throws Fault {
    try {
      output.unit(time, unit.content());
    } finally {
      forget();
    }
  }

  private void forget() {
    unit.truncate(0);
    wanted = 0;
  }

  private static int bits(ByteBuffer in, int from, int bit, int count) {
    int value = 0;
    for (int i = bit; i < bit + count; i++) {
      value = (value << 1) | ((in.get(from + (i >> 3)) >> (7 - (i & 7))) & 1);
    }
    return value;
  }
}
