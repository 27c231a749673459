package io.vigilnvr.live.internal;

import java.nio.ByteBuffer;

/** The connection to one viewer. None of this waits for the viewer. */
interface Wire {
  /** Told once for each message, on whatever thread; also before the call returns. */
  @FunctionalInterface
  interface Sent {
    void done(boolean well);
  }

  void text(String text, Sent sent);

  /**
   * @param bytes a view of its own
   */
  void bytes(ByteBuffer bytes, Sent sent);

  void ping();

  /** Says good-bye (RFC 6455, 7.4), after what is on its way. */
  void close(int code, String reason);

  /** Ends the connection without a word. */
  void cut();
}
