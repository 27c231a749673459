package io.vigilnvr.rest.internal;

import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads query parameters, and names all that are wrong at once. */
final class Query {
  static final int MOST_ITEMS = 1000;
  private static final int DEFAULT_ITEMS = 100;

  private final List<Problem> problems = new ArrayList<>();

  Optional<Instant> instant(String name, @Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    // A plus sign that was not escaped arrives as a space.
    Optional<Instant> read = Json.instant(text.replace(' ', '+'));
    if (read.isEmpty()) {
      wrong(name, "must be a time like 2026-11-22T14:03:05Z");
    }
    return read;
  }

  Instant requiredInstant(String name, @Nullable String text) {
    if (text == null) {
      wrong(name, "is required: a time like 2026-11-22T14:03:05Z");
    }
    return instant(name, text).orElse(Instant.EPOCH);
  }

  Optional<StreamRole> role(@Nullable String text) {
    try {
      return text == null ? Optional.empty() : Optional.of(StreamRole.of(text));
    } catch (IllegalArgumentException e) {
      wrong("stream", "must be main or sub");
      return Optional.empty();
    }
  }

  boolean flag(String name, @Nullable String text) {
    if (text != null && !text.equals("true") && !text.equals("false")) {
      wrong(name, "must be true or false");
    }
    return "true".equals(text);
  }

  int limit(@Nullable String text) {
    if (text == null) {
      return DEFAULT_ITEMS;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST_ITEMS) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    wrong("limit", "must be a whole number from 1 to " + MOST_ITEMS);
    return DEFAULT_ITEMS;
  }

  /** What a cursor of ours holds. */
  Optional<String> cursor(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      wrong("cursor", "must be the next of a former answer");
      return Optional.empty();
    }
  }

  static String toCursor(String content) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(content.getBytes(StandardCharsets.UTF_8));
  }

  void inOrder(Instant from, Instant to) {
    if (problems.isEmpty() && !from.isBefore(to)) {
      wrong("to", "must be later than from");
    }
  }

  void wrong(String name, String detail) {
    problems.add(new Problem("/" + name, detail));
  }

  /** Ends the request if anything was wrong. */
  void check() {
    if (!problems.isEmpty()) {
      throw ProblemException.invalid(problems);
    }
  }
}
