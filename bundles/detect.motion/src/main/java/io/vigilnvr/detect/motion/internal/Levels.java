package io.vigilnvr.detect.motion.internal;

/**
 * How bright a picture is, and how it must be stretched to be as bright and as rich in contrast as
 * every other: a change of light as a whole is none any more then.
 *
 * @param median 0 to 255
 * @param gain that brings the middle half of the pixels to a span of 48 levels
 */
record Levels(double median, double gain) {
  /** Of the sampled grid: brightness needs no more pixels to be known. */
  private static final int STEP_PX = 6;

  private static final double SPAN = 48;

  /** Less contrast than this is a blank wall, or noise. */
  private static final double LEAST_SPREAD = 12;

  private static final double MOST_GAIN = 3;

  /** Measures a picture of bytes, row by row. */
  static Levels of(byte[] pixels, int widthPx, int heightPx) {
    int[] counts = new int[256];
    int total = 0;
    for (int y = STEP_PX / 2; y < heightPx; y += STEP_PX) {
      for (int x = STEP_PX / 2; x < widthPx; x += STEP_PX) {
        counts[pixels[y * widthPx + x] & 0xff]++;
        total++;
      }
    }
    double spread = quantile(counts, total * 0.75) - quantile(counts, total * 0.25);
    double gain = Math.min(MOST_GAIN, SPAN / Math.max(LEAST_SPREAD, spread));
    return new Levels(quantile(counts, total * 0.5), gain);
  }

  /** Between two levels if need be: whole ones would make the stretched picture jump. */
  private static double quantile(int[] counts, double rank) {
    double below = 0;
    for (int level = 0; level < counts.length; level++) {
      if (counts[level] > 0 && below + counts[level] >= rank) {
        return Math.max(0, level - 0.5 + (rank - below) / counts[level]);
      }
      below += counts[level];
    }
    return counts.length - 1;
  }

  /** What is added to a pixel after {@link #gain}: the median becomes 128. */
  double offset() {
    return 128 - median * gain;
  }

  /** 0 to 1. */
  double brightness() {
    return Math.min(1, median / 255);
  }
}
