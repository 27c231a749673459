package io.vigilnvr.media.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Sequence parameter set of H.264 (ITU-T H.264, 7.3.2.1.1 and E.1.1).
 *
 * @param reorderDepth by how many pictures the order of decoding differs from that of showing; 1 if
 *     it may, and it is not said by how many
 */
record H264Sps(
    int profile,
    int chromaFormat,
    int bitDepthLuma,
    int bitDepthChroma,
    int reorderDepth,
    Picture picture) {
  private static final int BASELINE = 66;
  private static final int MAX_REORDERED = 16; // A.3.1
  private static final int MAX_CODED_BUFFERS = 32; // E.2.2

  private static final int MAX_MACROBLOCKS = 1024;

  /** Takes a NAL unit with its header; empty if it is not a whole and sane SPS. */
  static Optional<H264Sps> parse(ByteBuffer nal) {
    if (nal.remaining() < 4 || (nal.get(nal.position()) & 0x1f) != NalUnits.H264_SPS) {
      return Optional.empty();
    }
    BitReader in = BitReader.ofNal(nal);
    in.skip(8);
    int profile = in.number(8);
    if (!isProfile(profile)) {
      return Optional.empty();
    }
    in.skip(16);
    in.unsigned(31);
    int chromaFormat = 1;
    int bitDepthLuma = 8;
    int bitDepthChroma = 8;
    boolean separatePlanes = false;
    if (hasChromaFormat(profile)) {
      chromaFormat = in.unsigned(3);
      separatePlanes = chromaFormat == 3 && in.flag();
      bitDepthLuma = 8 + in.unsigned(6);
      bitDepthChroma = 8 + in.unsigned(6);
      in.skip(1);
      if (in.flag()) {
        skipScalingLists(in, chromaFormat == 3 ? 12 : 8);
      }
    }
    in.unsigned(12);
    int orderCountType = in.unsigned(2);
    if (orderCountType == 0) {
      in.unsigned(12);
    } else if (orderCountType == 1) {
      in.skip(1);
      in.signed();
      in.signed();
      int cycle = in.unsigned(255);
      for (int i = 0; i < cycle; i++) {
        in.signed();
      }
    }
    int references = in.unsigned(16);
    in.skip(1);
    int width = 16 * (1 + in.unsigned(MAX_MACROBLOCKS - 1));
    int mapUnits = 1 + in.unsigned(MAX_MACROBLOCKS - 1);
    boolean framesOnly = in.flag();
    int height = 16 * mapUnits * (framesOnly ? 1 : 2);
    if (!framesOnly) {
      in.skip(1);
    }
    in.skip(1);
    if (in.flag()) {
      boolean planes = chromaFormat == 0 || separatePlanes;
      int unitX = planes || chromaFormat == 3 ? 1 : 2;
      int unitY = (planes || chromaFormat != 1 ? 1 : 2) * (framesOnly ? 1 : 2);
      width -= unitX * (in.unsigned(width) + in.unsigned(width));
      height -= unitY * (in.unsigned(height) + in.unsigned(height));
    }
    boolean usability = in.flag();
    if (in.overrun() || width < 1 || height < 1) {
      return Optional.empty();
    }
    int[] pixel = {1, 1};
    double rate = 0;
    // Type 2 and the baseline profile are shown in the order of decoding.
    boolean inOrder = profile == BASELINE || orderCountType == 2;
    // A picture between two others needs both; more than one out of order is rarely left unsaid.
    int unsaid = inOrder || references < 2 ? 0 : 1;
    int reorderDepth = unsaid;
    if (usability) {
      int[] said = VideoUsability.pixel(in);
      VideoUsability.skipSignal(in);
      boolean timing = in.flag();
      long unitsInTick = timing ? in.bits(32) : 0;
      long timeScale = timing ? in.bits(32) : 0;
      in.skip(timing ? 1 : 0);
      // A cut VUI says nothing; the size before it still stands.
      if (!in.overrun()) {
        pixel = said;
        rate = timing ? VideoUsability.rate(timeScale, 2 * unitsInTick) : 0;
      }
      reorderDepth = inOrder ? 0 : reorderDepth(in, unsaid);
    }
    return Optional.of(
        new H264Sps(
            profile,
            chromaFormat,
            bitDepthLuma,
            bitDepthChroma,
            reorderDepth,
            new Picture(width, height, pixel[0], pixel[1], rate)));
  }

  /** From nal_hrd_parameters_present_flag to max_num_reorder_frames. */
  private static int reorderDepth(BitReader in, int unsaid) {
    boolean nal = in.flag();
    if (nal) {
      skipHypotheticalDecoder(in);
    }
    boolean vcl = in.flag();
    if (vcl) {
      skipHypotheticalDecoder(in);
    }
    if (nal || vcl) {
      in.skip(1);
    }
    in.skip(1);
    if (!in.flag()) {
      return unsaid;
    }
    in.skip(1);
    for (int i = 0; i < 4; i++) {
      in.unsigned();
    }
    int depth = in.unsigned(MAX_REORDERED);
    return in.overrun() ? unsaid : depth;
  }

  private static void skipHypotheticalDecoder(BitReader in) {
    int buffers = 1 + in.unsigned(MAX_CODED_BUFFERS - 1);
    in.skip(8);
    for (int i = 0; i < buffers; i++) {
      in.unsigned();
      in.unsigned();
      in.skip(1);
    }
    in.skip(20);
  }

  /** The profiles of Annex A, G, H and I; with another one nothing that follows can be read. */
  private static boolean isProfile(int profile) {
    return hasChromaFormat(profile) || profile == BASELINE || profile == 77 || profile == 88;
  }

  /** Profiles whose SPS and avcC carry chroma format and bit depths. */
  static boolean hasChromaFormat(int profile) {
    return switch (profile) {
      case 44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244 -> true;
      default -> false;
    };
  }

  private static void skipScalingLists(BitReader in, int lists) {
    for (int list = 0; list < lists && !in.overrun(); list++) {
      if (in.flag()) {
        int last = 8;
        int next = 8;
        for (int i = 0; i < (list < 6 ? 16 : 64) && next != 0; i++) {
          next = Math.floorMod(last + in.signed(), 256);
          last = next == 0 ? last : next;
        }
      }
    }
  }
}
