package io.vigilnvr.ingest.rtsp.internal;

import io.vigilnvr.api.camera.CameraException.Kind;

/** Ends a session: the camera cannot be received this way. The message is for the user. */
final class Fault extends Exception {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  Fault(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  static Fault protocol(String message) {
    return new Fault(Kind.PROTOCOL, message);
  }

  Kind kind() {
    return kind;
  }

  /** Nobody looks at where it was made, and a hostile camera may cause many. */
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
