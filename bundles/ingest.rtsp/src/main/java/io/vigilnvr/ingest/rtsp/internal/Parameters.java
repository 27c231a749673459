package io.vigilnvr.ingest.rtsp.internal;

import java.util.Optional;

/** The value of a header field that is parts between semicolons, as Session and Transport are. */
record Parameters(String value) {
  private static final int MAX_PARTS = 32;

  /** What stands before the first semicolon. */
  String head() {
    int semicolon = value.indexOf(';');
    return (semicolon < 0 ? value : value.substring(0, semicolon)).strip();
  }

  Optional<Integer> number(String name) {
    return text(name).flatMap(Parameters::numberOf);
  }

  /** The first of {@code name=first-last}. */
  Optional<Integer> firstOfRange(String name) {
    return text(name)
        .map(range -> range.indexOf('-') < 0 ? range : range.substring(0, range.indexOf('-')))
        .flatMap(Parameters::numberOf);
  }

  private Optional<String> text(String name) {
    for (String part : value.split(";", MAX_PARTS)) {
      String text = part.strip();
      if (text.regionMatches(true, 0, name + "=", 0, name.length() + 1)) {
        return Optional.of(text.substring(name.length() + 1));
      }
    }
    return Optional.empty();
  }

  /** A number, but none below zero. */
  static Optional<Integer> numberOf(String text) {
    try {
      return Optional.of(Integer.parseInt(text.strip())).filter(number -> number >= 0);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
