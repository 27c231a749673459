package io.vigilnvr.api.camera;

/** A camera could not be reached or used. The supervisor acts on {@link #kind}. */
public final class CameraException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What went wrong, by what to do about it. */
  public enum Kind {
    /** Nothing answers: try again soon. */
    UNREACHABLE,
    /**
     * The camera answers, and has no such stream: tell the user, and try again, as cameras say so
     * while they start.
     */
    NOT_FOUND,
    /** The login was refused: tell the user, and try again rarely. */
    UNAUTHORIZED,
    /** The camera answers, but not as its protocol says: try again, less and less often. */
    PROTOCOL,
    /** The settings cannot work: do not try again before they change. */
    CONFIGURATION
  }

  private final Kind kind;

  /** The message is shown to users: what and where, in words, without secrets. */
  public CameraException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public CameraException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
