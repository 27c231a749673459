package io.vigilnvr.api.auth;

import java.util.Locale;

/** What a user is, each including what the ones after it may do. */
public enum Role {
  ADMIN,
  /** Live, playback, export, PTZ, review. */
  OPERATOR,
  /** Live and playback. */
  VIEWER;

  /** The word in the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException if there is no such role
   */
  public static Role of(String word) {
    for (Role role : values()) {
      if (role.word().equals(word)) {
        return role;
      }
    }
    throw new IllegalArgumentException("must be admin, operator or viewer");
  }
}
