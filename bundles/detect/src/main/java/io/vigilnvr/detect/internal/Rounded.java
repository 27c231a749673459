package io.vigilnvr.detect.internal;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/** Numbers and times without digits that mean nothing. */
final class Rounded {
  private static final DateTimeFormatter MILLISECONDS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private Rounded() {}

  static double of(double value, int digits) {
    double scale = Math.pow(10, digits);
    return Math.round(value * scale) / scale;
  }

  /** As the API writes times: UTC with milliseconds. */
  static String of(Instant at) {
    return MILLISECONDS.format(at);
  }
}
