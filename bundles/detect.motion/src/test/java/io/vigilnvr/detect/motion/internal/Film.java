package io.vigilnvr.detect.motion.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/** Pictures made in code: a yard with things that have shapes, under whatever light, with noise. */
final class Film {
  static final int WIDTH = 320;
  static final int HEIGHT = 180;

  /** What is before the yard: brightness at a pixel, or a negative number where it is not. */
  @FunctionalInterface
  interface Thing {
    Thing NONE = (x, y) -> -1;

    double at(int x, int y);

    /** With stripes, as clothes and cars have folds and windows. */
    static Thing box(double left, double top, double width, double height, double brightness) {
      return (x, y) ->
          x >= left && x < left + width && y >= top && y < top + height
              ? brightness + 25 * Math.sin((x - left) / 3.0) * Math.cos((y - top) / 5.0)
              : -1;
    }
  }

  /** How bright what is lit is. */
  @FunctionalInterface
  interface Light {
    Light DAY = brightness -> brightness;

    double of(double brightness);
  }

  private final double[] yard = new double[WIDTH * HEIGHT];
  private final Random random;
  private final double noise;

  /**
   * @param noise standard deviation, in levels
   */
  Film(long seed, double noise) {
    random = new Random(seed);
    this.noise = noise;
    double[] coarse = new double[21 * 13];
    for (int i = 0; i < coarse.length; i++) {
      coarse[i] = 50 + 130 * random.nextDouble();
    }
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        // Flat patches with hard edges, some of them with a pattern.
        int patch = y / 15 * 21 + x / 16;
        double pattern = patch % 3 == 0 ? 14 * Math.sin(x * 0.9) * Math.sin(y * 0.7) : 0;
        yard[y * WIDTH + x] = coarse[patch] + pattern;
      }
    }
  }

  byte[] picture(Light light, Thing thing) {
    byte[] pixels = new byte[WIDTH * HEIGHT];
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        double before = thing.at(x, y);
        double lit = light.of(before < 0 ? yard[y * WIDTH + x] : before);
        pixels[y * WIDTH + x] = (byte) clamp(lit + noise * random.nextGaussian());
      }
    }
    return pixels;
  }

  private static int clamp(double level) {
    return (int) Math.max(0, Math.min(255, Math.round(level)));
  }

  /** So many pictures of the yard. */
  List<byte[]> pictures(int number, IntFunction<Light> light, IntFunction<Thing> thing) {
    List<byte[]> pictures = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      pictures.add(picture(light.apply(i), thing.apply(i)));
    }
    return pictures;
  }

  /** The yard by day, with nothing before it. */
  List<byte[]> still(int number) {
    return pictures(number, i -> Light.DAY, i -> Thing.NONE);
  }
}
