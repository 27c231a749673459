package io.vigilnvr.media.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Sequence parameter set of H.265 (ITU-T H.265, 7.3.2.2 and E.2.1).
 *
 * @param profileTierLevel the 12 bytes from general_profile_space to general_level_idc, as hvcC has
 *     them
 * @param reorderDepth by how many pictures the order of decoding differs from that of showing; 0 if
 *     it cannot be read
 */
record H265Sps(
    ByteBuffer profileTierLevel,
    int temporalLayers,
    boolean temporalIdNested,
    int chromaFormat,
    int bitDepthLuma,
    int bitDepthChroma,
    int reorderDepth,
    Picture picture) {
  private static final int MAX_SIDE_PX = 16384;
  private static final int MAX_SETS = 64;
  private static final int MAX_REORDERED = 16; // A.4.2

  /** More than this many pictures no reference picture set may hold (H.265, 7.4.8). */
  private static final int MAX_DELTAS = 32;

  /** Takes a NAL unit with its header; empty if it is not a whole and sane SPS. */
  static Optional<H265Sps> parse(ByteBuffer nal) {
    if (nal.remaining() < 4 || (nal.get(nal.position()) >> 1 & 0x3f) != NalUnits.H265_SPS) {
      return Optional.empty();
    }
    BitReader in = BitReader.ofNal(nal);
    in.skip(16 + 4);
    int subLayers = in.number(3);
    boolean nested = in.flag();
    ByteBuffer profileTierLevel = ByteBuffer.allocate(12);
    while (profileTierLevel.hasRemaining()) {
      profileTierLevel.put((byte) in.number(8));
    }
    skipSubLayers(in, subLayers);
    in.unsigned(15);
    int chromaFormat = in.unsigned(3);
    boolean separatePlanes = chromaFormat == 3 && in.flag();
    int width = in.unsigned(MAX_SIDE_PX);
    int height = in.unsigned(MAX_SIDE_PX);
    if (in.flag()) {
      boolean planes = chromaFormat == 0 || separatePlanes;
      int unitX = planes || chromaFormat == 3 ? 1 : 2;
      int unitY = planes || chromaFormat != 1 ? 1 : 2;
      width -= unitX * (in.unsigned(width) + in.unsigned(width));
      height -= unitY * (in.unsigned(height) + in.unsigned(height));
    }
    int bitDepthLuma = 8 + in.unsigned(8);
    int bitDepthChroma = 8 + in.unsigned(8);
    if (in.overrun() || width < 1 || height < 1) {
      return Optional.empty();
    }
    // What follows is needed for times only; the size stands without it.
    int orderCountBits = 4 + in.unsigned(12);
    int reorderDepth = reorderDepth(in, subLayers);
    Picture picture =
        usability(in, orderCountBits, width, height).orElse(new Picture(width, height, 1, 1, 0));
    return Optional.of(
        new H265Sps(
            profileTierLevel.flip().asReadOnlyBuffer(),
            subLayers + 1,
            nested,
            chromaFormat,
            bitDepthLuma,
            bitDepthChroma,
            reorderDepth,
            picture));
  }

  /** Of all sub-layers together: the last one's number. */
  private static int reorderDepth(BitReader in, int subLayers) {
    int depth = 0;
    for (int i = in.flag() ? 0 : subLayers; i <= subLayers; i++) {
      in.unsigned();
      depth = in.unsigned(MAX_REORDERED);
      in.unsigned();
    }
    return in.overrun() ? 0 : depth;
  }

  private static Optional<Picture> usability(
      BitReader in, int orderCountBits, int width, int height) {
    for (int i = 0; i < 6; i++) {
      in.unsigned();
    }
    boolean scaling = in.flag();
    if (scaling && in.flag()) {
      skipScalingLists(in);
    }
    in.skip(2);
    if (in.flag()) {
      in.skip(8);
      in.unsigned();
      in.unsigned();
      in.skip(1);
    }
    skipReferencePictureSets(in);
    if (in.flag()) {
      int longTerm = in.unsigned(32);
      in.skip(longTerm * (orderCountBits + 1));
    }
    in.skip(2);
    if (!in.flag()) {
      return Optional.empty();
    }
    int[] pixel = VideoUsability.pixel(in);
    VideoUsability.skipSignal(in);
    in.skip(3);
    if (in.flag()) {
      for (int i = 0; i < 4; i++) {
        in.unsigned();
      }
    }
    boolean timing = in.flag();
    long unitsInTick = timing ? in.bits(32) : 0;
    long timeScale = timing ? in.bits(32) : 0;
    if (in.overrun()) {
      return Optional.empty();
    }
    return Optional.of(
        new Picture(
            width, height, pixel[0], pixel[1], VideoUsability.rate(timeScale, unitsInTick)));
  }

  private static void skipSubLayers(BitReader in, int subLayers) {
    boolean[] profile = new boolean[subLayers];
    boolean[] level = new boolean[subLayers];
    for (int i = 0; i < subLayers; i++) {
      profile[i] = in.flag();
      level[i] = in.flag();
    }
    if (subLayers > 0) {
      in.skip(2 * (8 - subLayers));
    }
    for (int i = 0; i < subLayers; i++) {
      in.skip((profile[i] ? 88 : 0) + (level[i] ? 8 : 0));
    }
  }

  private static void skipScalingLists(BitReader in) {
    for (int size = 0; size < 4; size++) {
      for (int matrix = 0; matrix < 6 && !in.overrun(); matrix += size == 3 ? 3 : 1) {
        if (!in.flag()) {
          in.unsigned();
        } else {
          int coefficients = Math.min(64, 1 << (4 + 2 * size)) + (size > 1 ? 1 : 0);
          for (int i = 0; i < coefficients; i++) {
            in.signed();
          }
        }
      }
    }
  }

  /** H.265, 7.3.7; only how many pictures each set has must be known to get past them. */
  private static void skipReferencePictureSets(BitReader in) {
    int sets = in.unsigned(MAX_SETS);
    int previous = 0;
    for (int set = 0; set < sets && !in.overrun(); set++) {
      int deltas = 0;
      if (set > 0 && in.flag()) {
        in.skip(1);
        in.unsigned();
        for (int i = 0; i <= previous; i++) {
          boolean used = in.flag();
          if (used || in.flag()) {
            deltas++;
          }
        }
      } else {
        deltas = in.unsigned(16) + in.unsigned(16);
        for (int i = 0; i < deltas; i++) {
          in.unsigned();
          in.skip(1);
        }
      }
      previous = Math.min(deltas, MAX_DELTAS);
    }
  }
}
