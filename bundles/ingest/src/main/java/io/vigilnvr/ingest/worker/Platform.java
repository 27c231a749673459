package io.vigilnvr.ingest.worker;

import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.ingest.protocol.FrameReader;
import io.vigilnvr.ingest.protocol.Frames;
import io.vigilnvr.ingest.protocol.Message;
import io.vigilnvr.ingest.protocol.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.function.Consumer;

/** The connection to a platform. The worker thread's. */
final class Platform {
  /** Holds what eight cameras send in 20 ms; a larger picture gets more for as long as it takes. */
  private static final int BUFFER_BYTES = 256 << 10;

  private final SocketChannel channel;
  private final FrameReader reader = new FrameReader();
  private final ByteBuffer in = ByteBuffer.allocateDirect(16 << 10);
  private final ArrayDeque<byte[]> messages = new ArrayDeque<>();
  private ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);

  /** Whether it has said hello and been welcomed. */
  boolean welcome;

  Platform(SocketChannel channel) {
    this.channel = channel;
  }

  /**
   * Reads what there is.
   *
   * @throws IOException when the connection is of no use any more
   */
  void read(Consumer<Message> handler) throws IOException {
    while (true) {
      in.clear();
      int count = channel.read(in);
      if (count < 0) {
        throw new IOException("the platform hung up");
      }
      if (count == 0) {
        return;
      }
      reader.read(
          in.flip(),
          new FrameReader.Handler() {
            @Override
            public void message(Message message) {
              handler.accept(message);
            }

            @Override
            public void unit(int handle, AccessUnit unit) throws IOException {
              throw new ProtocolException("units do not go this way");
            }
          });
    }
  }

  void send(Message message) {
    messages.addLast(Frames.encode(message));
  }

  /** Writes what there is and the socket takes; asks the key for more if it does not take all. */
  void flush(Collection<WorkerStream> streams, SelectionKey key) throws IOException {
    while (true) {
      int needed = fill(streams);
      if (out.position() == 0 && needed > 0) {
        out = ByteBuffer.allocateDirect(needed);
        continue;
      }
      if (out.position() == 0) {
        if (out.capacity() > BUFFER_BYTES) {
          out = ByteBuffer.allocateDirect(BUFFER_BYTES);
        }
        interest(key, SelectionKey.OP_READ);
        return;
      }
      out.flip();
      channel.write(out);
      boolean blocked = out.hasRemaining();
      out.compact();
      if (blocked) {
        interest(key, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        return;
      }
    }
  }

  /** Fills the buffer; returns how much more room than it has the next piece needs, or 0. */
  private int fill(Collection<WorkerStream> streams) {
    while (true) {
      byte[] message = messages.peekFirst();
      if (message == null) {
        break;
      }
      if (message.length > out.remaining()) {
        return message.length;
      }
      out.put(message);
      messages.removeFirst();
    }
    int needed = 0;
    if (welcome) {
      for (WorkerStream stream : streams) {
        needed = Math.max(needed, stream.drain(out));
      }
    }
    return needed;
  }

  boolean idle() {
    return out.position() == 0 && messages.isEmpty();
  }

  private static void interest(SelectionKey key, int operations) {
    if (key.interestOps() != operations) {
      key.interestOps(operations);
    }
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      Log.line("closing the platform's connection", e);
    }
  }
}
