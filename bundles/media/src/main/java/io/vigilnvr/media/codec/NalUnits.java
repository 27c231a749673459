package io.vigilnvr.media.codec;

import io.vigilnvr.api.media.Codec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * NAL units of H.264 (ITU-T H.264, 7.3.1) and H.265 (ITU-T H.265, 7.3.1.1), in the two forms in
 * which they travel: with start codes (Annex B of both), as cameras and encoders give them, and
 * length-prefixed with four bytes (ISO/IEC 14496-15, 4.3.3), as {@link
 * io.vigilnvr.api.media.AccessUnit}s and MP4 have them.
 *
 * <p>Nothing here throws on garbage, copies what it can show as a view, or allocates more than what
 * it is given. Buffers are read from position to limit and left as they were, but for targets.
 */
public final class NalUnits {
  static final int H264_IDR = 5;
  static final int H264_SPS = 7;
  static final int H264_PPS = 8;
  static final int H264_DELIMITER = 9;
  static final int H264_FILLER = 12;
  static final int H265_FIRST_IRAP = 16;
  static final int H265_LAST_IRAP = 21;
  static final int H265_FIRST_NON_VCL = 32;
  static final int H265_VPS = 32;
  static final int H265_SPS = 33;
  static final int H265_PPS = 34;
  static final int H265_DELIMITER = 35;
  static final int H265_FILLER = 38;

  private static final int LENGTH_BYTES = 4;

  /** An access unit has tens of NAL units; beyond this it is garbage, and views of it a flood. */
  private static final int MAX_UNITS = 4096;

  private NalUnits() {}

  /**
   * How many bytes {@link #toLengthPrefixed} will write: a little more or less than there are,
   * because start codes have three bytes or four, and some units are left out.
   */
  public static int lengthPrefixedBytes(Codec codec, ByteBuffer annexB) {
    return convert(codec, annexB, null);
  }

  /**
   * Writes an access unit length-prefixed. Access unit delimiters and filler data are left out:
   * they say nothing that a length-prefixed access unit does not say. Parameter sets stay in. What
   * precedes the first start code is not a NAL unit, and is left out too.
   *
   * @param target gets the units at its position, which is moved behind them
   * @return the bytes written
   * @throws java.nio.BufferOverflowException if the target has less room than {@link
   *     #lengthPrefixedBytes} says; part of the units is written then
   */
  public static int toLengthPrefixed(Codec codec, ByteBuffer annexB, ByteBuffer target) {
    return convert(codec, annexB, target);
  }

  /**
   * Writes a length-prefixed access unit with start codes of four bytes: as many bytes as before.
   * It ends at the first length that is not whole.
   *
   * @param target gets the units at its position, which is moved behind them
   * @return the bytes written
   * @throws java.nio.BufferOverflowException if the target has too little room
   */
  public static int toAnnexB(ByteBuffer payload, ByteBuffer target) {
    int from = target.position();
    ByteBuffer in = payload.duplicate();
    for (int at = payload.position(); ; ) {
      int end = endOfUnit(payload, at);
      if (end < 0) {
        return target.position() - from;
      }
      target.putInt(1);
      target.put(in.limit(end).position(at + LENGTH_BYTES));
      at = end;
    }
  }

  /**
   * Whether decoding can start at a length-prefixed access unit.
   *
   * <p>H.264: it has an IDR slice. A recovery point (open GOP, gradual refresh) does not count,
   * because the pictures after it may refer to what is before it.
   *
   * <p>H.265: its first slice is of an IRAP picture: IDR, CRA or BLA. CRA counts although the
   * leading pictures that follow it in decoding order (RASL) may not be decodable when starting
   * there: a decoder must drop those by itself (H.265, 8.1.3), and many cameras send one IDR and
   * then CRA for ever.
   *
   * @return for other codecs always true
   */
  public static boolean keyframe(Codec codec, ByteBuffer payload) {
    if (!codec.isVideo()) {
      return true;
    }
    for (int at = payload.position(); ; ) {
      int end = endOfUnit(payload, at);
      if (end < 0) {
        return false;
      }
      int type = type(codec, payload, at + LENGTH_BYTES);
      if (codec == Codec.H264 && type == H264_IDR) {
        return true;
      }
      if (codec == Codec.H265 && type < H265_FIRST_NON_VCL) {
        return type >= H265_FIRST_IRAP && type <= H265_LAST_IRAP;
      }
      at = end;
    }
  }

  /** Whether the lengths of a length-prefixed access unit add up to it, and none is empty. */
  public static boolean isWellFormed(ByteBuffer payload) {
    int at = payload.position();
    while (at < payload.limit()) {
      at = endOfUnit(payload, at);
      if (at < 0) {
        return false;
      }
    }
    return payload.hasRemaining();
  }

  /** The units of a length-prefixed access unit, up to the first that is not whole; views. */
  public static List<ByteBuffer> units(ByteBuffer payload) {
    List<ByteBuffer> units = new ArrayList<>();
    for (int at = payload.position(); units.size() < MAX_UNITS; ) {
      int end = endOfUnit(payload, at);
      if (end < 0) {
        break;
      }
      units.add(payload.slice(at + LENGTH_BYTES, end - at - LENGTH_BYTES));
      at = end;
    }
    return units;
  }

  /** The parameter sets that a length-prefixed access unit has in band; views. */
  public static ParameterSets parameterSets(Codec codec, ByteBuffer payload) {
    return sorted(codec, units(payload));
  }

  /** Sorts single NAL units, e.g. those of an SDP (RFC 6184, 8.1; RFC 7798, 7.1), by type. */
  public static ParameterSets sorted(Codec codec, List<ByteBuffer> units) {
    List<ByteBuffer> vps = new ArrayList<>();
    List<ByteBuffer> sps = new ArrayList<>();
    List<ByteBuffer> pps = new ArrayList<>();
    for (ByteBuffer unit : units) {
      if (!unit.hasRemaining()) {
        continue;
      }
      int type = type(codec, unit, unit.position());
      if (codec == Codec.H265 && type == H265_VPS) {
        vps.add(unit);
      } else if (type == (codec == Codec.H265 ? H265_SPS : H264_SPS)) {
        sps.add(unit);
      } else if (type == (codec == Codec.H265 ? H265_PPS : H264_PPS)) {
        pps.add(unit);
      }
    }
    return new ParameterSets(vps, sps, pps);
  }

  /**
   * The codec config, {@code avcC} or {@code hvcC}, that parameter sets make.
   *
   * @return empty if sets are missing, broken, or too many or long for their counts; and for codecs
   *     that have no NAL units
   */
  public static Optional<ByteBuffer> codecConfig(Codec codec, ParameterSets sets) {
    return switch (codec) {
      case H264 -> AvcConfig.of(sets);
      case H265 -> HevcConfig.of(sets);
      default -> Optional.empty();
    };
  }

  /** The parameter sets in a codec config; what is there of them if it is broken. Views. */
  public static ParameterSets parameterSetsOf(Codec codec, ByteBuffer codecConfig) {
    return switch (codec) {
      case H264 -> sorted(codec, AvcConfig.units(codecConfig));
      case H265 -> sorted(codec, HevcConfig.units(codecConfig));
      default -> new ParameterSets(List.of(), List.of(), List.of());
    };
  }

  static int type(Codec codec, ByteBuffer bytes, int at) {
    return codec == Codec.H265 ? bytes.get(at) >> 1 & 0x3f : bytes.get(at) & 0x1f;
  }

  /** Index behind the unit whose length is at an index, or -1 if there is no whole one. */
  private static int endOfUnit(ByteBuffer payload, int at) {
    int left = payload.limit() - at - LENGTH_BYTES;
    if (left <= 0) {
      return -1;
    }
    int length = payload.getInt(at);
    return length > 0 && length <= left ? at + LENGTH_BYTES + length : -1;
  }

  private static int convert(Codec codec, ByteBuffer annexB, @Nullable ByteBuffer target) {
    int limit = annexB.limit();
    int written = 0;
    int at = startCode(annexB, annexB.position());
    while (at < limit) {
      int from = at + 3;
      int next = startCode(annexB, from);
      int to = next;
      // Zeros before a start code belong to it (leading and trailing_zero_8bits).
      while (to > from && annexB.get(to - 1) == 0) {
        to--;
      }
      if (to > from && !isLeftOut(codec, type(codec, annexB, from))) {
        if (target != null) {
          target.putInt(to - from);
          target.put(annexB.slice(from, to - from));
        }
        written += LENGTH_BYTES + to - from;
      }
      at = next;
    }
    return written;
  }

  private static boolean isLeftOut(Codec codec, int type) {
    return codec == Codec.H265
        ? type == H265_DELIMITER || type == H265_FILLER
        : type == H264_DELIMITER || type == H264_FILLER;
  }

  /** Index of the next 00 00 01 at or after an index, or the limit. */
  private static int startCode(ByteBuffer bytes, int from) {
    int last = bytes.limit() - 3;
    int at = from;
    while (at <= last) {
      int third = bytes.get(at + 2);
      if (third == 1 && bytes.get(at) == 0 && bytes.get(at + 1) == 0) {
        return at;
      }
      // Only a zero can be part of a start code that begins later than here and before at + 3.
      at += third == 0 ? 1 : 3;
    }
    return bytes.limit();
  }
}
