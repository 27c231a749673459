package io.vigilnvr.ingest.rtsp.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** TCP. */
final class PlainWire implements Wire {
  /** Requests are short; a camera that takes none for so long is not there. */
  private static final int MAX_WAITING_BYTES = 64 * 1024;

  private final SocketChannel channel;
  private ByteBuffer waiting = ByteBuffer.allocate(0);

  PlainWire(SocketChannel channel) {
    this.channel = channel;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return channel.read(into);
  }

  @Override
  public boolean isTakenWhole() {
    return true;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    if (!waiting.hasRemaining()) {
      channel.write(bytes);
    }
    if (bytes.hasRemaining()) {
      int size = waiting.remaining() + bytes.remaining();
      if (size > MAX_WAITING_BYTES) {
        throw new IOException("nothing is taken");
      }
      waiting = ByteBuffer.allocate(size).put(waiting).put(bytes).flip();
    }
  }

  @Override
  public void flush() throws IOException {
    if (waiting.hasRemaining()) {
      channel.write(waiting);
    }
  }

  @Override
  public boolean isWaiting() {
    return waiting.hasRemaining();
  }
}
