package io.vigilnvr.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server on a port of its own that answers every connection as its script says. */
final class HostileCamera implements AutoCloseable {
  /** What is done with one connection; it ends with it. */
  interface Script {
    void serve(Talk talk) throws IOException;
  }

  private static final int MOST_HEARD = 1 << 20;

  private final ServerSocket socket;
  private final Script script;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

  private HostileCamera(ServerSocket socket, Script script) {
    this.socket = socket;
    this.script = script;
  }

  static HostileCamera start(Script script) throws IOException {
    HostileCamera camera =
        new HostileCamera(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    daemon(camera::accept);
    return camera;
  }

  URI uri() {
    return URI.create("rtsp://127.0.0.1:" + socket.getLocalPort() + "/live");
  }

  int connections() {
    return connections.get();
  }

  /** Everything that anybody sent to it, in the order of arrival. */
  String heard() {
    synchronized (heard) {
      return heard.toString(StandardCharsets.ISO_8859_1);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket client : open) {
      client.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        connections.incrementAndGet();
        open.add(client);
        daemon(() -> serve(client));
      }
    } catch (IOException closed) {
      // By close(); nobody is served any more.
    }
  }

  private void serve(Socket client) {
    try (client) {
      script.serve(new Talk(client.getInputStream(), client.getOutputStream(), uri(), this::hear));
    } catch (IOException | UncheckedIOException gone) {
      // The client has had enough, as it should.
    } finally {
      open.remove(client);
    }
  }

  private void hear(int octet) {
    synchronized (heard) {
      if (heard.size() < MOST_HEARD) {
        heard.write(octet);
      }
    }
  }

  private static void daemon(Runnable body) {
    Thread thread = new Thread(body, "hostile camera");
    thread.setDaemon(true);
    thread.start();
  }

  /** A request of RTSP, as far as a script cares. */
  record Request(String method, String cseq, String text) {}

  /** One connection. */
  record Talk(InputStream in, OutputStream out, URI own, Consumer<Integer> listener) {
    private static final Pattern CSEQ = Pattern.compile("(?im)^CSeq: *(\\d+)");

    /** The next request; the bytes of interleaved packets before it are skipped as they are. */
    Request next() throws IOException {
      StringBuilder text = new StringBuilder();
      while (text.indexOf("\r\n\r\n") < 0) {
        int octet = in.read();
        if (octet < 0) {
          throw new IOException("closed");
        }
        listener.accept(octet);
        text.append((char) octet);
      }
      String request = text.toString();
      Matcher cseq = CSEQ.matcher(request);
      return new Request(
          request.substring(0, Math.max(0, request.indexOf(' '))),
          cseq.find() ? cseq.group(1) : "0",
          request);
    }

    void send(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    void send(String text) throws IOException {
      send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Answers with a status, header lines that each end in CR LF, and a body. */
    void reply(Request to, String status, String headers, String body) throws IOException {
      String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
      send("RTSP/1.0 " + status + "\r\nCSeq: " + to.cseq() + "\r\n");
      send(headers + length + "\r\n" + body);
    }

    void describe(Request to, String headers, String sdp) throws IOException {
      reply(to, "200 OK", headers + "Content-Type: application/sdp\r\n", sdp);
    }

    /** What an ordinary camera says to everything but DESCRIBE. */
    void agree(Request to) throws IOException {
      String headers =
          switch (to.method()) {
            case "OPTIONS" -> "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n";
            case "SETUP" -> "Session: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n";
            default -> "Session: 1\r\n";
          };
      reply(to, "200 OK", headers, "");
    }

    /** Says no more, until the other side has closed. */
    void fallSilent() throws IOException {
      while (in.read() >= 0) {
        // What it has to say is of no interest.
      }
    }

    /** Waits between two bytes of something slow. */
    void pause(Duration time) {
      LockSupport.parkNanos(time.toNanos());
    }
  }
}
