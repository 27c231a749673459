package io.vigilnvr.api.event;

import java.util.Locale;

/** Where events come from. */
public enum EventType {
  /** Something moved. */
  MOTION,
  /** Something was recognised. */
  OBJECT,
  /** Another system said so. */
  EXTERNAL,
  /** Vigil itself noticed. */
  SYSTEM;

  /** The word for it in files and in the HTTP API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException if there is no such type
   */
  public static EventType of(String word) {
    for (EventType type : values()) {
      if (type.word().equals(word)) {
        return type;
      }
    }
    throw new IllegalArgumentException("not a type of events");
  }
}
