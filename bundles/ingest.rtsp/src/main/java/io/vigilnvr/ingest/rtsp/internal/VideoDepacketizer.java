package io.vigilnvr.ingest.rtsp.internal;

import io.vigilnvr.api.media.Codec;
import java.nio.ByteBuffer;

/**
 * H.264 (RFC 6184, non-interleaved) and H.265 (RFC 7798, without DONL): NAL units of their own,
 * several in a packet, and one in several packets. Access units come out length-prefixed, without
 * parameter sets, which are told apart: in MP4 they stand in the codec config (ISO/IEC 14496-15,
 * 5.3.2).
 */
final class VideoDepacketizer implements Depacketizer {
  private static final int FIRST_BYTES = 64 * 1024;
  private static final int LENGTH_BYTES = 4;

  private static final int H264_STAP_A = 24;
  private static final int H264_FU_A = 28;
  private static final int H265_AP = 48;
  private static final int H265_FU = 49;
  private static final int H264_SPS = 7;
  private static final int H264_AUD = 9;
  private static final int H265_VPS = 32;
  private static final int H265_AUD = 35;

  /** Takes parameter sets, before the unit that they came with. */
  @FunctionalInterface
  interface ParameterSets {
    void set(byte[] nal);
  }

  private final boolean h264;
  private final int headerBytes;
  private final Output output;
  private final ParameterSets sets;
  private final UnitBuffer unit = new UnitBuffer(FIRST_BYTES);

  private boolean open;
  private long ticks;
  private boolean hasSlice;
  private boolean broken;

  /** Where the NAL unit that is in several packets begins; -1 if there is none. */
  private int fragmented = -1;

  private long lastTicks = Long.MIN_VALUE;

  /** Whether a marker does not mean the end of a picture. */
  private boolean markersLie;

  VideoDepacketizer(Codec codec, Output output, ParameterSets sets) {
    this.h264 = codec == Codec.H264;
    this.headerBytes = h264 ? 1 : 2;
    this.output = output;
    this.sets = sets;
  }

  @Override
  public void packet(ByteBuffer in, int at, int length, long time, boolean marker, boolean gap)
      throws Fault {
    if (gap) {
      dropFragment();
      broken |= open;
    }
    if (open && time != ticks) {
      // No marker came: the camera sets none, or it was lost (RFC 6184, 5.1 says not to rely on
      // it).
      flush();
    }
    if (gap && !open && !isBeginning(in, at, length)) {
      broken = true; // what is missing may be its own
    }
    open = true;
    ticks = time;
    if (length > headerBytes) {
      switch (type(in.get(at))) {
        case H264_STAP_A, H265_AP -> aggregate(in, at, length);
        case H264_FU_A, H265_FU -> fragment(in, at, length);
        default -> single(in, at, length);
      }
    }
    if (marker && !markersLie) {
      flush();
    }
  }

  /**
   * Whether an access unit begins here for certain: with a delimiter, or the first of parameter
   * sets (ITU-T H.264, 7.4.1.2.3; H.265, 7.4.2.4.4).
   */
  private boolean isBeginning(ByteBuffer in, int at, int length) {
    if (length == 0) {
      return false; // padding alone: RFC 3550, 5.1
    }
    int type = type(in.get(at));
    boolean several = type == (h264 ? H264_STAP_A : H265_AP);
    int first = several ? at + headerBytes + 2 : at;
    if (first >= at + length) {
      return false;
    }
    int nal = type(in.get(first));
    return h264 ? nal == H264_AUD || nal == H264_SPS : nal == H265_AUD || nal == H265_VPS;
  }

  private int type(byte header) {
    return h264 ? header & 0x1f : header >> 1 & 0x3f;
  }

  /** Types that are reserved for packets, 24 and more with H.264, mean nothing we could keep. */
  private void single(ByteBuffer in, int at, int length) throws Fault {
    dropFragment();
    if (isNal(in.get(at))) {
      nal(in, at, length);
    }
  }

  private boolean isNal(byte header) {
    if ((header & 0x80) != 0) {
      return false; // forbidden_zero_bit
    }
    return h264 ? (header & 0x1f) > 0 && (header & 0x1f) < 24 : (header >> 1 & 0x3f) < 48;
  }

  private void nal(ByteBuffer in, int at, int length) throws Fault {
    int start = unit.size();
    unit.addInt(length);
    unit.add(in, at, length);
    whole(start);
  }

  /** STAP-A: RFC 6184, 5.7.1; AP: RFC 7798, 4.4.2. */
  private void aggregate(ByteBuffer in, int at, int length) throws Fault {
    dropFragment();
    int next = at + headerBytes;
    int end = at + length;
    while (end - next > 2) {
      int size = in.getShort(next) & 0xffff;
      next += 2;
      if (size <= headerBytes || size > end - next) {
        return; // the rest is nonsense
      }
      if (isNal(in.get(next))) {
        nal(in, next, size);
      }
      next += size;
    }
  }

  /** FU-A: RFC 6184, 5.8; FU: RFC 7798, 4.4.3. */
  private void fragment(ByteBuffer in, int at, int length) throws Fault {
    byte flags = in.get(at + headerBytes);
    int from = at + headerBytes + 1;
    if ((flags & 0x80) != 0) {
      dropFragment();
      byte header =
          (byte)
              (h264
                  ? (in.get(at) & 0xe0) | (flags & 0x1f)
                  : (in.get(at) & 0x81) | ((flags & 0x3f) << 1));
      if (!isNal(header)) {
        return;
      }
      fragmented = unit.size();
      unit.addInt(0);
      unit.add(header);
      if (!h264) {
        unit.add(in.get(at + 1));
      }
    } else if (fragmented < 0) {
      return; // its start is missing
    }
    unit.add(in, from, at + length - from);
    if ((flags & 0x40) != 0) {
      int start = fragmented;
      fragmented = -1;
      unit.setInt(start, unit.size() - start - LENGTH_BYTES);
      whole(start);
    }
  }

  /** A NAL unit is complete, from its length on. */
  private void whole(int start) throws Fault {
    int at = start + LENGTH_BYTES;
    byte header = unit.get(at);
    int type = type(header);
    if (h264 ? type == 7 || type == 8 : type >= 32 && type <= 34) {
      sets.set(unit.copy(at, unit.size()));
      unit.truncate(start);
    } else if (h264 ? type >= 1 && type <= 5 : type < 32) {
      if (!hasSlice && ticks == lastTicks && !isFirstSlice(at)) {
        // Some cameras mark every packet, or every slice, as a picture's last.
        markersLie = true;
      }
      hasSlice = true;
    }
  }

  /**
   * first_mb_in_slice is 0, in one bit (ITU-T H.264, 7.3.3), or first_slice_segment_in_pic_flag
   * (H.265, 7.3.6.1).
   */
  private boolean isFirstSlice(int at) {
    return at + headerBytes < unit.size() && (unit.get(at + headerBytes) & 0x80) != 0;
  }

  private void dropFragment() {
    if (fragmented >= 0) {
      unit.truncate(fragmented);
      fragmented = -1;
    }
  }

  private void flush() throws Fault {
    dropFragment();
    try {
      // Without a slice there is no picture: parameter sets or SEI that were sent alone.
      // With a part missing it is no picture either, but a smear until the next keyframe.
      if (hasSlice && !broken) {
        output.unit(ticks, unit.content());
      }
    } finally {
      lastTicks = ticks;
      unit.clear();
      open = false;
      hasSlice = false;
      broken = false;
    }
  }
}
