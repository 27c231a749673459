package io.vigilnvr.rest.internal;

import java.io.IOException;
import java.io.OutputStream;
import javax.ws.rs.core.StreamingOutput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A body that is made while it is sent. Jersey ends a body in order whatever its maker throws, so
 * that half a film would look like a whole one; this remembers that it broke off, and {@link
 * RestServlet} cuts the connection.
 */
final class Streamed implements StreamingOutput {
  private static final Logger log = LoggerFactory.getLogger(Streamed.class);

  private final StreamingOutput body;
  private volatile boolean broken;

  Streamed(StreamingOutput body) {
    this.body = body;
  }

  @Override
  public void write(OutputStream out) {
    var watched = new Watched(out);
    try {
      body.write(watched);
    } catch (IOException | RuntimeException e) {
      broken = true;
      if (watched.clientIsGone) {
        log.debug("a client went before it had everything", e);
      } else {
        log.warn("an answer broke off", e);
      }
    }
  }

  boolean isBroken() {
    return broken;
  }

  /** Tells a client that went from a disk that failed. */
  private static final class Watched extends OutputStream {
    private final OutputStream out;
    private boolean clientIsGone;

    Watched(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      try {
        out.write(bytes, offset, count);
      } catch (IOException e) {
        clientIsGone = true;
        throw e;
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        out.flush();
      } catch (IOException e) {
        clientIsGone = true;
        throw e;
      }
    }
  }
}
