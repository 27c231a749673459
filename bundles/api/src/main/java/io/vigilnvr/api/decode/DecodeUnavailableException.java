package io.vigilnvr.api.decode;

import java.time.Duration;

/** There is no picture now; trying again later may help. */
public final class DecodeUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  /**
   * @param message why, in words a user understands
   */
  public DecodeUnavailableException(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /** When it makes sense to ask again. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
