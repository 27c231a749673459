package io.vigilnvr.ingest.rtsp.internal;

import java.nio.ByteBuffer;

/** AAC in MPEG-4 generic packets (RFC 3640), several frames in one or one in several. */
final class AacDepacketizer implements Depacketizer {
  private static final int FIRST_BYTES = 2048;
  private static final int FRAME_SAMPLES = 1024; // ISO/IEC 14496-3, 4.5.1.1
  private static final int MAX_FRAMES = 64;

  private final int sizeBits;
  private final int indexBits;
  private final int deltaBits;
  private final Output output;
  private final UnitBuffer unit = new UnitBuffer(FIRST_BYTES);
  private long ticks;

  /** How many bytes of the frame in {@link #unit} there will be. */
  private int wanted;

  AacDepacketizer(Sdp.Media media, Output output) throws Fault {
    sizeBits = media.number("sizelength", 0);
    indexBits = media.number("indexlength", 0);
    deltaBits = media.number("indexdeltalength", 0);
    this.output = output;
    if (sizeBits < 1 || sizeBits > 16 || indexBits > 16 || deltaBits > 16) {
      throw Fault.protocol("the camera sends sound in a form that is not understood");
    }
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
        part(in, data, end - data, time, size);
        return;
      }
      if (size > 0) {
        unit.add(in, data, size);
        finish(time + (long) frame * FRAME_SAMPLES);
      }
      data += size;
    }
  }

  /** A frame in several packets; each says how large the whole is: RFC 3640, 3.2.1.1. */
  private void part(ByteBuffer in, int at, int length, long time, int size) throws Fault {
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
