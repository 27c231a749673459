package io.vigilnvr.media.codec;

import io.vigilnvr.api.media.Codec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** AVCDecoderConfigurationRecord, the payload of {@code avcC} (ISO/IEC 14496-15, 5.3.3.1). */
final class AvcConfig {
  private static final int MAX_SPS = 31;
  private static final int MAX_PPS = 255;
  private static final int MAX_SET_BYTES = 0xffff;

  private AvcConfig() {}

  static Optional<ByteBuffer> of(ParameterSets sets) {
    if (sets.sps().isEmpty()
        || sets.sps().size() > MAX_SPS
        || sets.pps().isEmpty()
        || sets.pps().size() > MAX_PPS) {
      return Optional.empty();
    }
    ByteBuffer first = sets.sps().get(0);
    Optional<H264Sps> parsed = H264Sps.parse(first);
    int size = 7 + 4;
    for (List<ByteBuffer> kind : List.of(sets.sps(), sets.pps())) {
      for (ByteBuffer unit : kind) {
        if (unit.remaining() > MAX_SET_BYTES) {
          return Optional.empty();
        }
        size += 2 + unit.remaining();
      }
    }
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    H264Sps sps = parsed.get();
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put((byte) 1);
    out.put(first.slice(first.position() + 1, 3));
    out.put((byte) (0xfc | 3));
    out.put((byte) (0xe0 | sets.sps().size()));
    put(out, sets.sps());
    out.put((byte) sets.pps().size());
    put(out, sets.pps());
    if (H264Sps.hasChromaFormat(sps.profile())) {
      out.put((byte) (0xfc | sps.chromaFormat()));
      out.put((byte) (0xf8 | sps.bitDepthLuma() - 8));
      out.put((byte) (0xf8 | sps.bitDepthChroma() - 8));
      out.put((byte) 0);
    }
    return Optional.of(out.flip().asReadOnlyBuffer());
  }

  /** Views of its parameter sets, as far as they are whole. */
  static List<ByteBuffer> units(ByteBuffer config) {
    List<ByteBuffer> units = new ArrayList<>();
    if (config.remaining() < 7) {
      return units;
    }
    ByteBuffer in = config.duplicate().position(config.position() + 5);
    if (take(in, in.get() & 0x1f, units) && in.hasRemaining()) {
      take(in, in.get() & 0xff, units);
    }
    return units;
  }

  /** {@code 4d0028}: profile, constraints and level, as RFC 6381, 3.3 wants them. */
  static Optional<String> suffix(ByteBuffer config) {
    int at = config.position();
    if (config.remaining() < 7 || config.get(at) != 1) {
      return Optional.empty();
    }
    int bits = config.getInt(at) & 0xffffff;
    return Optional.of(String.format("%06x", bits));
  }

  static Optional<Picture> picture(ByteBuffer config) {
    return sps(config).map(H264Sps::picture);
  }

  static int reorderDepth(ByteBuffer config) {
    return sps(config).map(H264Sps::reorderDepth).orElse(0);
  }

  private static Optional<H264Sps> sps(ByteBuffer config) {
    return NalUnits.parameterSetsOf(Codec.H264, config).sps().stream()
        .flatMap(sps -> H264Sps.parse(sps).stream())
        .findFirst();
  }

  static void put(ByteBuffer out, List<ByteBuffer> units) {
    for (ByteBuffer unit : units) {
      out.putShort((short) unit.remaining());
      out.put(unit.duplicate());
    }
  }

  /** Takes up to {@code count} units with lengths of two bytes; whether all were whole. */
  static boolean take(ByteBuffer in, int count, List<ByteBuffer> units) {
    for (int i = 0; i < count; i++) {
      if (in.remaining() < 2) {
        return false;
      }
      int length = in.getShort() & 0xffff;
      if (length > in.remaining()) {
        return false;
      }
      units.add(in.slice(in.position(), length));
      in.position(in.position() + length);
    }
    return true;
  }
}
