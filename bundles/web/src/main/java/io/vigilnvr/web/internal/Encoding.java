package io.vigilnvr.web.internal;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a file lies in the bundle; the smallest first. */
enum Encoding {
  BROTLI("br", ".br"),
  GZIP("gzip", ".gz"),
  IDENTITY("identity", "");

  static final List<Encoding> ALL = List.of(values());

  /** As in {@code Content-Encoding}. */
  final String token;

  final String suffix;

  Encoding(String token, String suffix) {
    this.token = token;
    this.suffix = suffix;
  }

  /** Whether {@code Accept-Encoding} names it and does not refuse it (RFC 9110, 12.5.3). */
  boolean acceptedBy(@Nullable String header) {
    if (this == IDENTITY) {
      return true;
    }
    if (header == null) {
      return false;
    }
    for (String one : header.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = one.split(";", -1);
      if (parts[0].strip().equals(token)) {
        return parts.length < 2 || !parts[1].strip().matches("q\\s*=\\s*0(\\.0*)?");
      }
    }
    return false;
  }
}
