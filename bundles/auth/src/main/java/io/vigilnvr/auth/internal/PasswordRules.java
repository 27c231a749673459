package io.vigilnvr.auth.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What user names and passwords must be: long and not guessed first; nothing about symbols. */
final class PasswordRules {
  static final int LEAST = 12;
  static final int MOST = 128;

  /** Below this, not even an unattended installation's password is taken. */
  static final int LEAST_UNATTENDED = 8;

  private static final Pattern USERNAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

  private final Set<String> common;

  PasswordRules() {
    try (InputStream in = PasswordRules.class.getResourceAsStream("common-passwords.txt")) {
      if (in == null) {
        throw new IllegalStateException("common-passwords.txt is missing");
      }
      common =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Optional<Problem> username(String username) {
    return USERNAME.matcher(username).matches()
        ? Optional.empty()
        : Optional.of(
            new Problem(
                "/username",
                "must be 1 to 64 letters, digits, dots, hyphens, underscores or @ signs, and start"
                    + " with a letter or digit"));
  }

  Optional<Problem> password(String username, String password) {
    int length = password.codePointCount(0, password.length());
    if (length < LEAST || length > MOST) {
      return problem("must have " + LEAST + " to " + MOST + " characters");
    }
    String plain = password.toLowerCase(Locale.ROOT);
    if (!username.isEmpty() && plain.equals(username.toLowerCase(Locale.ROOT))) {
      return problem("must not be the user name");
    }
    if (isCommon(plain)) {
      return problem("is one of those that are guessed first");
    }
    return Optional.empty();
  }

  /** A common one, one of them repeated, or a single character all along. */
  private boolean isCommon(String plain) {
    if (plain.chars().distinct().count() <= 2 || common.contains(plain)) {
      return true;
    }
    for (int part = 1; part <= plain.length() / 2; part++) {
      if (plain.length() % part == 0
          && plain.equals(plain.substring(0, part).repeat(plain.length() / part))
          && (part <= 4 || common.contains(plain.substring(0, part)))) {
        return true;
      }
    }
    return common.contains(plain.replaceFirst("[0-9!.?@#$]+$", ""));
  }

  private static Optional<Problem> problem(String detail) {
    return Optional.of(new Problem("/password", detail));
  }
}
