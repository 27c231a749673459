package io.vigilnvr.ingest.protocol;

import java.io.IOException;

/** The other side sent what the protocol does not allow; the connection is of no use any more. */
public final class ProtocolException extends IOException {
  private static final long serialVersionUID = 1L;

  public ProtocolException(String message) {
    super(message);
  }
}
