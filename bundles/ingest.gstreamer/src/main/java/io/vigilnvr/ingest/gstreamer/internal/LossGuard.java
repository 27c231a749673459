package io.vigilnvr.ingest.gstreamer.internal;

import io.vigilnvr.api.media.Codec;
import java.nio.ByteBuffer;

/**
 * Knows which pictures lack something, by the numbers of their packets: depayloaders give on what
 * is left of a picture, and make one of two where the end of the first is missing. Not thread-safe.
 */
final class LossGuard {
  /** An RTP header (RFC 3550, 5.1), and the first bytes behind it. */
  static final int BYTES = 17;

  private static final int HEADER_BYTES = 12;

  private final boolean h264;
  private boolean started;
  private int expected;
  private boolean marked;
  private boolean broken;

  /** Whether packets were missing before the present one. */
  private boolean behindGap;

  /** Whether something came out while the present one went in. */
  private boolean cameOut;

  LossGuard(Codec codec) {
    h264 = codec == Codec.H264;
  }

  /**
   * A packet is about to go in.
   *
   * @param start its first {@link #BYTES}, or fewer if it is shorter
   */
  void packet(ByteBuffer start) {
    if (start.limit() < HEADER_BYTES) {
      return;
    }
    int sequence = start.getShort(2) & 0xffff;
    if (broken && cameOut && (marked || !behindGap)) {
      // Before it came out, its rest could become a part of the next. What comes out right behind
      // the gap, without a marker, is only the picture before it.
      broken = false;
    }
    behindGap = started && sequence != expected;
    if (behindGap) {
      broken |= !marked || !isBeginning(start);
    }
    cameOut = false;
    started = true;
    expected = (sequence + 1) & 0xffff;
    marked = (start.get(1) & 0x80) != 0;
  }

  /** A picture comes out; whether it is whole. */
  boolean isWhole() {
    cameOut = true;
    return !broken;
  }

  /**
   * Whether a picture begins here for certain: with a delimiter, or the first of parameter sets
   * (ITU-T H.264, 7.4.1.2.3; H.265, 7.4.2.4.4), by themselves or in a packet of several.
   */
  private boolean isBeginning(ByteBuffer start) {
    boolean plain = (start.get(0) & 0x1f) == 0;
    int several = HEADER_BYTES + (h264 ? 1 : 2) + 2;
    if (!plain || start.limit() <= several) {
      return false;
    }
    int type = type(start.get(HEADER_BYTES));
    int nal = type == (h264 ? 24 : 48) ? type(start.get(several)) : type;
    return h264 ? nal == 9 || nal == 7 : nal == 35 || nal == 32;
  }

  private int type(byte header) {
    return h264 ? header & 0x1f : (header >> 1) & 0x3f;
  }
}
