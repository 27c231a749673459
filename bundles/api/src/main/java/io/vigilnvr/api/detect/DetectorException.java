package io.vigilnvr.api.detect;

/** A detector cannot look; the message says why, in words a user understands. */
public final class DetectorException extends Exception {
  private static final long serialVersionUID = 1L;

  public DetectorException(String message) {
    super(message);
  }

  public DetectorException(String message, Throwable cause) {
    super(message, cause);
  }
}
