package io.vigilnvr.live.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.jetty.websocket.api.BatchMode;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.WebSocketFrameListener;
import org.eclipse.jetty.websocket.api.WebSocketListener;
import org.eclipse.jetty.websocket.api.WriteCallback;
import org.eclipse.jetty.websocket.api.extensions.Frame;
import org.jspecify.annotations.Nullable;

/** Jetty's end of a {@link LiveSocket}. */
final class JettySocket implements WebSocketListener, WebSocketFrameListener {
  private final Function<Wire, LiveSocket> opened;
  private final Consumer<LiveSocket> closed;
  private volatile @Nullable LiveSocket socket;
  private volatile boolean listening = true;

  JettySocket(Function<Wire, LiveSocket> opened, Consumer<LiveSocket> closed) {
    this.opened = opened;
    this.closed = closed;
  }

  @Override
  public void onWebSocketConnect(Session session) {
    // Each message goes out as it is; gathering small ones would cost time.
    session.getRemote().setBatchMode(BatchMode.OFF);
    socket = opened.apply(new SessionWire(session));
  }

  @Override
  public void onWebSocketFrame(Frame frame) {
    LiveSocket to = socket;
    if (to != null && listening) {
      listening = to.heard(System.nanoTime());
    }
  }

  @Override
  public void onWebSocketText(String message) {
    LiveSocket to = socket;
    if (to != null && listening) {
      to.said(message);
    }
  }

  @Override
  public void onWebSocketBinary(byte[] payload, int offset, int length) {
    LiveSocket to = socket;
    if (to != null) {
      to.close(LiveSocket.REFUSED_DATA, "send text");
    }
  }

  @Override
  public void onWebSocketClose(int statusCode, @Nullable String reason) {
    LiveSocket to = socket;
    if (to != null) {
      closed.accept(to);
    }
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    // Jetty closes the connection and says so.
  }

  private record SessionWire(Session session) implements Wire {
    @Override
    public void text(String text, Sent sent) {
      send(sent, callback -> session.getRemote().sendString(text, callback));
    }

    @Override
    public void bytes(ByteBuffer bytes, Sent sent) {
      send(sent, callback -> session.getRemote().sendBytes(bytes, callback));
    }

    private static void send(Sent sent, Consumer<WriteCallback> way) {
      try {
        way.accept(
            new WriteCallback() {
              @Override
              public void writeSuccess() {
                sent.done(true);
              }

              @Override
              public void writeFailed(Throwable cause) {
                sent.done(false);
              }
            });
      } catch (RuntimeException e) {
        // Jetty's way to say that the connection is closed.
        sent.done(false);
      }
    }

    @Override
    public void ping() {
      try {
        session.getRemote().sendPing(ByteBuffer.allocate(0));
      } catch (IOException | RuntimeException e) {
        cut();
      }
    }

    @Override
    public void close(int code, String reason) {
      session.close(code, reason);
    }

    @Override
    public void cut() {
      try {
        session.disconnect();
      } catch (IOException | RuntimeException e) {
        // It is gone already.
      }
    }
  }
}
