package io.vigilnvr.detect.motion.internal;

/**
 * Whether the picture is dark. Headlights and lightning do not make a day: brightness counts as it
 * is over some ten frames, and it must rise some way above where night began.
 */
final class Night {
  private static final double WEIGHT = 0.1;
  private static final double HYSTERESIS = 0.05;

  private double brightness = Double.NaN;
  private boolean isNight;

  /**
   * Takes the next frame's median brightness.
   *
   * @param below where night begins; 0: never
   */
  boolean next(double median, double below) {
    if (Double.isNaN(brightness)) {
      brightness = median;
      isNight = median < below;
    }
    brightness += WEIGHT * (median - brightness);
    isNight = brightness < (isNight && below > 0 ? below + HYSTERESIS : below);
    return isNight;
  }
}
