package io.vigilnvr.detect.motion.internal;

/**
 * How much it takes to be motion. Both measures fall steadily while the value rises, so more
 * sensitive never sees less.
 *
 * @param value 0 to 1
 */
record Sensitivity(double value) {
  private static final double MIDDLE = 0.5;

  Sensitivity {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("sensitivity is from 0 to 1: " + value);
    }
  }

  /** Fraction of the picture: 3 % at 0, 0.3 % at 0.5, 0.03 % at 1. */
  double leastArea() {
    return 0.003 * Math.pow(100, MIDDLE - value);
  }

  /**
   * Squared distance from the background, in variances of the pixel's noise: 50 at 0, 25 at 0.5,
   * 12.5 at 1.
   */
  double varianceThreshold() {
    return 25 * Math.pow(4, MIDDLE - value);
  }
}
