package io.vigilnvr.media.codec;

import io.vigilnvr.api.media.Codec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** HEVCDecoderConfigurationRecord, the payload of {@code hvcC} (ISO/IEC 14496-15, 8.3.3.1). */
final class HevcConfig {
  private static final int FIXED_BYTES = 23;
  private static final int MAX_SETS = 64;
  private static final int MAX_SET_BYTES = 0xffff;
  private static final int[] TYPES = {NalUnits.H265_VPS, NalUnits.H265_SPS, NalUnits.H265_PPS};

  private HevcConfig() {}

  static Optional<ByteBuffer> of(ParameterSets sets) {
    List<List<ByteBuffer>> kinds = List.of(sets.vps(), sets.sps(), sets.pps());
    int size = FIXED_BYTES;
    for (List<ByteBuffer> kind : kinds) {
      if (kind.isEmpty() || kind.size() > MAX_SETS) {
        return Optional.empty();
      }
      size += 3;
      for (ByteBuffer unit : kind) {
        if (unit.remaining() > MAX_SET_BYTES) {
          return Optional.empty();
        }
        size += 2 + unit.remaining();
      }
    }
    Optional<H265Sps> parsed = H265Sps.parse(sets.sps().get(0));
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    H265Sps sps = parsed.get();
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put((byte) 1);
    out.put(sps.profileTierLevel().duplicate());
    // Spatial segmentation and parallelism unknown: 0, which is always true.
    out.putShort((short) 0xf000);
    out.put((byte) 0xfc);
    out.put((byte) (0xfc | sps.chromaFormat()));
    out.put((byte) (0xf8 | sps.bitDepthLuma() - 8));
    out.put((byte) (0xf8 | sps.bitDepthChroma() - 8));
    // Average frame rate unspecified.
    out.putShort((short) 0);
    out.put((byte) (sps.temporalLayers() << 3 | (sps.temporalIdNested() ? 4 : 0) | 3));
    out.put((byte) kinds.size());
    for (int i = 0; i < kinds.size(); i++) {
      // array_completeness: hvc1 has all sets here.
      out.put((byte) (0x80 | TYPES[i]));
      out.putShort((short) kinds.get(i).size());
      AvcConfig.put(out, kinds.get(i));
    }
    return Optional.of(out.flip().asReadOnlyBuffer());
  }

  /** Views of its parameter sets, as far as they are whole. */
  static List<ByteBuffer> units(ByteBuffer config) {
    List<ByteBuffer> units = new ArrayList<>();
    if (config.remaining() < FIXED_BYTES) {
      return units;
    }
    ByteBuffer in = config.duplicate().position(config.position() + FIXED_BYTES - 1);
    int arrays = in.get() & 0xff;
    for (int i = 0; i < arrays && in.remaining() >= 3; i++) {
      in.get();
      if (!AvcConfig.take(in, in.getShort() & 0xffff, units)) {
        break;
      }
    }
    return units;
  }

  /** {@code 1.6.L93.B0} (ISO/IEC 14496-15, E.3). */
  static Optional<String> suffix(ByteBuffer config) {
    int at = config.position();
    if (config.remaining() < FIXED_BYTES || config.get(at) != 1) {
      return Optional.empty();
    }
    int general = config.get(at + 1) & 0xff;
    StringBuilder text = new StringBuilder();
    int space = general >> 6;
    if (space > 0) {
      text.append((char) ('A' + space - 1));
    }
    text.append(general & 0x1f).append('.');
    int compatibility = Integer.reverse(config.getInt(at + 2));
    text.append(String.format("%X", compatibility)).append('.');
    text.append((general & 0x20) == 0 ? 'L' : 'H').append(config.get(at + 12) & 0xff);
    int last = 5;
    while (last >= 0 && config.get(at + 6 + last) == 0) {
      last--;
    }
    for (int i = 0; i <= last; i++) {
      text.append('.').append(String.format("%X", config.get(at + 6 + i)));
    }
    return Optional.of(text.toString());
  }

  static Optional<Picture> picture(ByteBuffer config) {
    return sps(config).map(H265Sps::picture);
  }

  static int reorderDepth(ByteBuffer config) {
    return sps(config).map(H265Sps::reorderDepth).orElse(0);
  }

  private static Optional<H265Sps> sps(ByteBuffer config) {
    return NalUnits.parameterSetsOf(Codec.H265, config).sps().stream()
        .flatMap(sps -> H265Sps.parse(sps).stream())
        .findFirst();
  }
}
