package io.vigilnvr.rest.internal;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A part of a file (RFC 9110, 14.2).
 *
 * @param first position of the first byte
 * @param count how many
 */
record ByteRange(long first, long count) {
  private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /** The range lies beyond the file. */
  static final class UnsatisfiableException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /**
   * @param header of the request
   * @param length of the file
   * @return empty if all is wanted: several ranges at once, and what is no range, are not regarded
   */
  static Optional<ByteRange> of(String header, long length) throws UnsatisfiableException {
    var match = ONE.matcher(header.replace(" ", ""));
    if (!match.matches() || (match.group(1).isEmpty() && match.group(2).isEmpty())) {
      return Optional.empty();
    }
    if (match.group(1).isEmpty()) {
      long last = Long.parseLong(match.group(2));
      if (last == 0 || length == 0) {
        throw new UnsatisfiableException();
      }
      long count = Math.min(last, length);
      return Optional.of(new ByteRange(length - count, count));
    }
    long first = Long.parseLong(match.group(1));
    long last = match.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(match.group(2));
    if (last < first) {
      return Optional.empty();
    }
    if (first >= length) {
      throw new UnsatisfiableException();
    }
    return Optional.of(new ByteRange(first, Math.min(last, length - 1) - first + 1));
  }
}
