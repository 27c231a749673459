package io.vigilnvr.api.record;

import java.util.Locale;

/** Why there is no recording of a moment. */
public enum GapCause {
  /** The camera could not be reached, or was lost. */
  OFFLINE,
  /** The camera refused the login. */
  UNAUTHORIZED,
  /** The camera was connected but sent nothing. */
  STALLED,
  /** The camera was switched off by its owner. */
  DISABLED,
  /** The recording plan did not ask for it. */
  NOT_SCHEDULED,
  /** Recording on events only, and there was none. */
  NO_EVENT,
  /** The disk was full, failed or too slow. */
  STORAGE,
  /** Vigil itself was not running, or could not keep up. */
  PLATFORM,
  DELETED_BY_RETENTION,
  /** The wall clock was set; these times did not pass, or passed twice. */
  CLOCK_STEP;

  /** The word in the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * @throws IllegalArgumentException if there is no such cause
   */
  public static GapCause of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
