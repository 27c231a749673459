package io.vigilnvr.detect.internal;

/** Numbers without digits that mean nothing. */
final class Rounded {
  private Rounded() {}

  static double of(double value, int digits) {
    double scale = Math.pow(10, digits);
    return Math.round(value * scale) / scale;
  }
}
