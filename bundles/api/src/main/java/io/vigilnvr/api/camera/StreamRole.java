package io.vigilnvr.api.camera;

import java.util.Locale;

/** Which of a camera's simultaneous encodings a stream is. */
public enum StreamRole {
  /** Full resolution: recorded, and shown alone. */
  MAIN,
  /** Small: decoded for detection, and shown in grids. */
  SUB;

  /** The word in the API, in paths and in logs: {@code main} or {@code sub}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException if there is no such role
   */
  public static StreamRole of(String word) {
    for (StreamRole role : values()) {
      if (role.word().equals(word)) {
        return role;
      }
    }
    throw new IllegalArgumentException("must be main or sub");
  }
}
