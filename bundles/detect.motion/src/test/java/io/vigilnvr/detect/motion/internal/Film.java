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

  /** How bright something looks that would be so bright by day. */
  @FunctionalInterface
  interface Light {
    Light DAY = (x, brightness) -> brightness;

    double of(int x, double brightness);

    static Light scaled(double factor) {
      return (x, brightness) -> brightness * factor;
    }

    static Light gamma(double exponent) {
      return (x, brightness) -> 255 * Math.pow(Math.max(0, brightness) / 255, exponent);
    }

    /** With little contrast. */
    static Light infrared() {
      return (x, brightness) -> 70 + 0.3 * brightness;
    }

    /** Strong at the right, weak at the left. */
    static Light lamp() {
      return (x, brightness) -> brightness * (0.6 + 1.0 * x / WIDTH);
    }

    /** Shade left of a soft edge. */
    static Light shade(double edge) {
      return shade(edge, 100, 0.65);
    }

    /** Shade left of an edge that is so wide, with so much of the light left. */
    static Light shade(double edge, double widthPx, double left) {
      return (x, brightness) ->
          brightness * (left + (1 - left) * Math.max(0, Math.min(1, (x - edge) / widthPx)));
    }
  }

  private final double[] yard = new double[WIDTH * HEIGHT];
  private final Random random;

  /** Of one pixel after the other, from anywhere on in each picture: drawing anew takes longest. */
  private final double[] noise = new double[(1 << 18) + 1];

  /**
   * @param noise standard deviation, in levels
   */
  Film(long seed, double noise) {
    random = new Random(seed);
    for (int i = 0; i < this.noise.length; i++) {
      this.noise[i] = noise * random.nextGaussian();
    }
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
    int from = random.nextInt(noise.length - pixels.length);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        double before = thing.at(x, y);
        double lit = light.of(x, before < 0 ? yard[y * WIDTH + x] : before);
        pixels[y * WIDTH + x] = (byte) clamp(lit + noise[from + y * WIDTH + x]);
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
