package io.vigilnvr.ingest.rtsp.internal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A connection that never blocks. */
interface Wire {
  /**
   * Reads what has arrived.
   *
   * @param into with room for at least 32 KiB
   * @return bytes read; 0 if there is nothing now, -1 at the end
   */
  int read(ByteBuffer into) throws IOException;

  /** Whether a read that leaves room has taken all there was, so that another one is in vain. */
  default boolean isTakenWhole() {
    return false;
  }

  /** Sends bytes, now or when there is room for them. */
  void write(ByteBuffer bytes) throws IOException;

  /** Sends what waits. */
  void flush() throws IOException;

  /** Whether something waits to be sent. */
  boolean isWaiting();
}
