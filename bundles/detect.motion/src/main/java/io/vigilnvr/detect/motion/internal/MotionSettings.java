package io.vigilnvr.detect.motion.internal;

import java.time.Duration;
import java.util.Map;

/**
 * What a user set for a camera.
 *
 * @param nightBelow median brightness, 0 to 1
 * @param minArea as a fraction of the picture; 0: by sensitivity
 */
record MotionSettings(
    Sensitivity day,
    Sensitivity night,
    double nightBelow,
    double minArea,
    boolean guard,
    boolean events,
    boolean onlyInZones,
    Duration offDelay,
    int ratePerSecond,
    Frames frames) {
  /** Which frames it looks at. */
  enum Frames {
    AUTO,
    ALL,
    KEYFRAMES
  }

  /** The settings as they come from the definition; what is missing has its default. */
  static MotionSettings of(Map<String, Object> settings) {
    return new MotionSettings(
        new Sensitivity(number(settings, "sensitivity", 0.5)),
        new Sensitivity(number(settings, "nightSensitivity", 0.5)),
        number(settings, "nightBelow", 0.15),
        number(settings, "minArea", 0) / 100,
        flag(settings, "guard", true),
        flag(settings, "events", true),
        flag(settings, "onlyInZones", false),
        Duration.ofSeconds((long) number(settings, "offDelaySeconds", 5)),
        (int) number(settings, "ratePerSecond", 5),
        frames(settings));
  }

  private static double number(Map<String, Object> settings, String name, double otherwise) {
    return settings.get(name) instanceof Number number ? number.doubleValue() : otherwise;
  }

  private static boolean flag(Map<String, Object> settings, String name, boolean otherwise) {
    return settings.get(name) instanceof Boolean flag ? flag : otherwise;
  }

  private static Frames frames(Map<String, Object> settings) {
    Object word = settings.getOrDefault("frames", "auto");
    if (word.equals("all")) {
      return Frames.ALL;
    }
    return word.equals("keyframes") ? Frames.KEYFRAMES : Frames.AUTO;
  }

  /** As a fraction of the picture. */
  double leastArea(boolean isNight) {
    return minArea > 0 ? minArea : sensitivity(isNight).leastArea();
  }

  Sensitivity sensitivity(boolean isNight) {
    return isNight ? night : day;
  }
}
