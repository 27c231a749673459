package io.vigilnvr.media.codec;

/** The start of the video usability information, which H.264 and H.265 share (Annex E of both). */
final class VideoUsability {
  /** Faster than any camera; beyond it a rate is taken for nonsense. */
  private static final double MAX_FRAME_RATE = 1000;

  private static final int EXTENDED_SAR = 255;

  /** Table E-1: width and height of a pixel by aspect_ratio_idc. */
  private static final int[][] PIXELS = {
    {1, 1}, {1, 1}, {12, 11}, {10, 11}, {16, 11}, {40, 33}, {24, 11}, {20, 11}, {32, 11}, {80, 33},
    {18, 11}, {15, 11}, {64, 33}, {160, 99}, {4, 3}, {3, 2}, {2, 1}
  };

  private VideoUsability() {}

  /** Reads aspect_ratio_info: width and height of a pixel. */
  static int[] pixel(BitReader in) {
    if (!in.flag()) {
      return PIXELS[0];
    }
    int idc = in.number(8);
    if (idc == EXTENDED_SAR) {
      int width = in.number(16);
      int height = in.number(16);
      return width > 0 && height > 0 ? new int[] {width, height} : PIXELS[0];
    }
    return idc < PIXELS.length ? PIXELS[idc] : PIXELS[0];
  }

  /** Skips from overscan_info to chroma_loc_info. */
  static void skipSignal(BitReader in) {
    if (in.flag()) {
      in.skip(1);
    }
    if (in.flag()) {
      in.skip(4);
      if (in.flag()) {
        in.skip(24);
      }
    }
    if (in.flag()) {
      in.unsigned();
      in.unsigned();
    }
  }

  /** Pictures in one second, or 0 where that makes no sense. */
  static double rate(long ticksPerSecond, long ticksPerPicture) {
    if (ticksPerPicture == 0) {
      return 0;
    }
    double rate = (double) ticksPerSecond / ticksPerPicture;
    return rate <= MAX_FRAME_RATE ? rate : 0;
  }
}
