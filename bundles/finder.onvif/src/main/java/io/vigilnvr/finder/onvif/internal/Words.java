package io.vigilnvr.finder.onvif.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Texts of strangers, made fit to be shown and logged. */
final class Words {
  private Words() {}

  /** On one line, without characters that cannot be seen, and not longer than so many. */
  static String plain(String text, int most) {
    var plain = new StringBuilder();
    text.codePoints()
        .limit(4L * most)
        .map(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) ? ' ' : c)
        .filter(Words::isVisible)
        .forEach(plain::appendCodePoint);
    String one = plain.toString().strip().replaceAll(" {2,}", " ");
    if (one.codePointCount(0, one.length()) <= most) {
      return one;
    }
    return one.substring(0, one.offsetByCodePoints(0, most)).strip();
  }

  /** Formats are left out too: they turn the direction of what follows. */
  private static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  /** Undoes percent-encoding of UTF-8; what is none stays as it is. */
  static String decoded(String text) {
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); ) {
      int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (text.charAt(i) == '%' && high >= 0 && low >= 0) {
        bytes.write(high << 4 | low);
        i += 3;
      } else {
        int c = text.codePointAt(i);
        bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        i += Character.charCount(c);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
