package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.event.EventStore.Position;
import io.vigilnvr.api.event.EventType;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what is asked of events. */
final class EventQuery {
  static final int MOST_LABEL = 100;

  private EventQuery() {}

  /** The cameras that count: the one that is named, of those whose recordings they may see. */
  static Optional<Set<CameraId>> cameras(
      Query query, @Nullable String text, Identity who, Access access) {
    Optional<CameraId> asked = camera(query, text);
    if (asked.isPresent()) {
      return Optional.of(
          access.allows(who, Action.PLAY_BACK, asked.get()) ? Set.of(asked.get()) : Set.of());
    }
    return who.cameras()
        .map(
            all ->
                all.stream()
                    .filter(camera -> access.allows(who, Action.PLAY_BACK, camera))
                    .collect(Collectors.toUnmodifiableSet()));
  }

  static Optional<CameraId> camera(Query query, @Nullable String text) {
    try {
      return Optional.ofNullable(text).map(CameraId::new);
    } catch (IllegalArgumentException e) {
      query.wrong("camera", "must be a camera's id");
      return Optional.empty();
    }
  }

  static Optional<EventType> type(Query query, @Nullable String text) {
    try {
      return Optional.ofNullable(text).map(EventType::of);
    } catch (IllegalArgumentException e) {
      query.wrong("type", "must be motion, object, external or system");
      return Optional.empty();
    }
  }

  static Optional<String> word(Query query, String name, @Nullable String text) {
    if (text != null && !isWord(text)) {
      query.wrong(name, "must be 1 to " + MOST_LABEL + " characters of text");
      return Optional.empty();
    }
    return Optional.ofNullable(text);
  }

  static OptionalDouble score(Query query, @Nullable String text) {
    if (text == null) {
      return OptionalDouble.empty();
    }
    try {
      double score = Double.parseDouble(text);
      if (score >= 0 && score <= 1) {
        return OptionalDouble.of(score);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    query.wrong("minScore", "must be a number from 0 to 1");
    return OptionalDouble.empty();
  }

  /** Whether it can stand in a list, and in the database. */
  static boolean isWord(String text) {
    return !text.isBlank()
        && text.length() <= MOST_LABEL
        && text.codePoints()
            .noneMatch(
                one ->
                    Character.isISOControl(one) || Character.getType(one) == Character.SURROGATE);
  }

  static Optional<Position> position(Query query, @Nullable String text) {
    Optional<String> content = query.cursor(text);
    Optional<Position> place =
        content
            .filter(one -> one.matches("[^ ]+ [0-9a-z]{1,64}"))
            .flatMap(
                one -> {
                  int space = one.indexOf(' ');
                  return Json.instant(one.substring(0, space))
                      .map(at -> new Position(at, one.substring(space + 1)));
                });
    if (content.isPresent() && place.isEmpty()) {
      query.wrong("cursor", "must be the next of a former answer");
    }
    return place;
  }

  static String cursor(Position place) {
    return Query.toCursor(place.startedAt() + " " + place.id());
  }
}
