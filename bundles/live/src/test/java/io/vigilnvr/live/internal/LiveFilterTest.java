package io.vigilnvr.live.internal;

import static io.vigilnvr.live.internal.Fakes.init;
import static io.vigilnvr.live.internal.Fakes.picture;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.task.Tasks;
import io.vigilnvr.tck.FakeClock;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.servlet.DispatcherType;
import javax.servlet.http.HttpServlet;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.FilterHolder;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client can do to a server that is real, byte by byte. */
final class LiveFilterTest {
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int FIN = 0x80;

  private final Fakes.Site site = new Fakes.Site();
  private final Threads threads = new Threads();
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);
  private final List<Client> clients = new ArrayList<>();
  private final LiveFilter filter = new LiveFilter(threads, new FakeClock(), site);

  /** Threads as they are; nothing is repeated. */
  private static final class Threads implements Tasks {
    private final List<Thread> all = new CopyOnWriteArrayList<>();

    @Override
    public Handle start(String name, Body body) {
      var thread =
          new Thread(
              () -> {
                try {
                  body.run();
                } catch (Exception e) {
                  Thread.currentThread().interrupt();
                }
              },
              name);
      thread.setDaemon(true);
      thread.start();
      all.add(thread);
      return thread::interrupt;
    }

    @Override
    public Handle repeat(String name, Duration pause, Body body) {
      return () -> {};
    }
  }

  @BeforeEach
  void start() throws Exception {
    var context = new ServletContextHandler();
    context.addFilter(
        new FilterHolder(filter), "/api/v1/cameras/*", EnumSet.of(DispatcherType.REQUEST));
    context.addServlet(new ServletHolder(new Rest()), "/");
    server.setHandler(context);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.start();
  }

  private static final class Rest extends HttpServlet {
    private static final long serialVersionUID = 1L;
  }

  @AfterEach
  void stop() throws Exception {
    for (Client client : clients) {
      client.socket.close();
    }
    filter.deactivate();
    server.stop();
    threads.all.forEach(Thread::interrupt);
  }

  private Client request(String path, String... headers) throws IOException {
    var client = new Client(new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort()));
    clients.add(client);
    client.socket.setSoTimeout(20_000);
    var request =
        new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: " + host() + "\r\n")
            .append("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")
            .append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    client.out.write(request.append("\r\n").toString().getBytes(ISO_8859_1));
    client.readHead();
    return client;
  }

  private String host() {
    return "127.0.0.1:" + connector.getLocalPort();
  }

  private Client open() throws IOException {
    Client client = request("/api/v1/cameras/door/live", "Authorization: Bearer " + Fakes.TOKEN);
    assertThat(client.head).startsWith("HTTP/1.1 101 ");
    return client;
  }

  /** One connection, spoken by hand. */
  private static final class Client {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private String head = "";

    Client(Socket socket) throws IOException {
      this.socket = socket;
      in = new DataInputStream(socket.getInputStream());
      out = socket.getOutputStream();
    }

    void readHead() throws IOException {
      var bytes = new ByteArrayOutputStream();
      while (!bytes.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
        bytes.write(in.readUnsignedByte());
      }
      head = bytes.toString(ISO_8859_1);
    }

    void send(int first, byte[] payload) throws IOException {
      var frame = new ByteArrayOutputStream();
      frame.write(first);
      frame.write(FIN | (payload.length < 126 ? payload.length : 126));
      if (payload.length >= 126) {
        frame.write(payload.length >> 8);
        frame.write(payload.length);
      }
      frame.write(new byte[4]); // A mask of zeros changes nothing.
      frame.write(payload);
      out.write(frame.toByteArray());
    }

    /** The next frame: its opcode, and its payload. */
    String receive() throws IOException {
      int opcode = in.readUnsignedByte() & 0xf;
      int length = in.readUnsignedByte();
      if (length == 126) {
        length = in.readUnsignedShort();
      }
      byte[] payload = in.readNBytes(length);
      if (opcode == CLOSE) {
        int code = length < 2 ? 0 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
        return "close " + code;
      }
      return opcode + " " + new String(payload, UTF_8);
    }

    /** What the server closes with; pongs may come before. */
    String receiveClose() throws IOException {
      try {
        String frame = receive();
        while (frame.startsWith(PONG + " ")) {
          frame = receive();
        }
        return frame;
      } catch (EOFException e) {
        return "gone";
      }
    }
  }

  @Test
  void sendsTextAndMedia() throws IOException {
    Client client = open();
    await(() -> site.stream.viewer.isPresent());
    site.stream.offer(init("a"), picture(7, true));
    assertThat(client.receive()).startsWith("1 {\"type\":\"init\",\"mime\":\"a\"");
    assertThat(client.receive()).isEqualTo("2 init a");
    assertThat(client.receive()).isEqualTo("2 7");
    client.send(FIN | PING, "there?".getBytes(UTF_8));
    assertThat(client.receive()).isEqualTo(PONG + " there?");
    client.send(FIN | CLOSE, new byte[] {3, (byte) 0xe8});
    assertThat(client.receive()).isEqualTo("close 1000");
    await(() -> site.stream.open == 0);
  }

  @Test
  void compressesNothing() throws IOException {
    Client client =
        request(
            "/api/v1/cameras/door/live",
            "Authorization: Bearer " + Fakes.TOKEN,
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits");
    assertThat(client.head).startsWith("HTTP/1.1 101 ").doesNotContain("Extensions");
    // A compressed frame has a bit set that means nothing here.
    client.send(FIN | 0x40 | TEXT, new byte[] {1});
    assertThat(client.receiveClose()).isEqualTo("close 1002");
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/cameras/door/live,               Authorization: Basic eDp5,           401",
    "/api/v1/cameras/door/live,               Authorization: Bearer a-session,     401",
    "/api/v1/cameras/door/live,               X: y,                                401",
    "/api/v1/cameras/door/live?token=a-token, X: y,                                401",
    "/api/v1/cameras/none/live,               Authorization: Bearer a-token,       404",
    "/api/v1/cameras/NOPE/live,               Authorization: Bearer a-token,       404",
    "/api/v1/cameras/door/live?stream=x,      Authorization: Bearer a-token,       422",
    "/api/v1/cameras/door/live?transcode=x,   Authorization: Bearer a-token,       422",
    "/api/v1/cameras/door/live,               Cookie: __Host-vigil=a-session,      403",
  })
  void refusesInTheHandshake(String path, String header, int status) throws IOException {
    assertThat(request(path, header).head).startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void takesACookieFromItsOwnPage() throws IOException {
    String cookie = "Cookie: __Host-vigil=" + Fakes.SESSION;
    assertThat(request("/api/v1/cameras/door/live", cookie, "Origin: http://" + host()).head)
        .startsWith("HTTP/1.1 101 ");
    assertThat(request("/api/v1/cameras/door/live", cookie, "Origin: https://" + host()).head)
        .startsWith("HTTP/1.1 403 ");
    String token = "Authorization: Bearer " + Fakes.TOKEN;
    assertThat(request("/api/v1/cameras/door/live", token, "Origin: http://evil").head)
        .startsWith("HTTP/1.1 403 ");
  }

  @Test
  void saysThatPartsAreAway() throws IOException {
    site.away = true;
    assertThat(request("/api/v1/cameras/door/live", "Authorization: Bearer a-token").head)
        .startsWith("HTTP/1.1 503 ")
        .contains("Retry-After: 2");
  }

  @Test
  void takesNoLongText() throws IOException {
    Client client = open();
    client.send(FIN | TEXT, new byte[2000]);
    assertThat(client.receiveClose()).isEqualTo("close 1009");
    await(() -> site.stream.open == 0);
  }

  @Test
  void takesNoHugeFrame() throws IOException {
    Client client = open();
    // 10 MB are announced; the server does not wait for them.
    client.out.write(new byte[] {(byte) (FIN | BINARY), (byte) (FIN | 127)});
    client.out.write(new byte[] {0, 0, 0, 0, 0, (byte) 0x98, (byte) 0x96, (byte) 0x80});
    client.out.write(new byte[4]);
    assertThat(client.receiveClose()).isEqualTo("close 1009");
  }

  @Test
  void takesNoBinary() throws IOException {
    Client client = open();
    client.send(FIN | BINARY, new byte[] {1, 2, 3});
    assertThat(client.receiveClose()).isEqualTo("close 1003");
  }

  @Test
  void takesNoFragmentsForEver() throws IOException {
    Client client = open();
    client.send(TEXT, new byte[0]);
    for (int i = 0; i < 60; i++) {
      client.send(0, new byte[0]);
    }
    assertThat(client.receiveClose()).isEqualTo("close 1008");
    await(() -> site.stream.open == 0);
  }

  @Test
  void takesNoFloodOfPings() throws IOException {
    Client client = open();
    for (int i = 0; i < 60; i++) {
      client.send(FIN | PING, new byte[] {1});
    }
    assertThat(client.receiveClose()).isEqualTo("close 1008");
  }

  @Test
  void takesNothingThatIsWrong() throws IOException {
    Client utf = open();
    utf.send(FIN | TEXT, new byte[] {(byte) 0xc0, (byte) 0xaf});
    assertThat(utf.receiveClose()).isEqualTo("close 1007");
    Client opcode = open();
    opcode.send(FIN | 5, new byte[0]);
    assertThat(opcode.receiveClose()).isEqualTo("close 1002");
    Client unmasked = open();
    unmasked.out.write(new byte[] {(byte) (FIN | TEXT), 2, '{', '}'});
    assertThat(unmasked.receiveClose()).isEqualTo("close 1002");
  }

  @Test
  void saysGoodByeWhenItStops() throws IOException {
    Client client = open();
    await(() -> site.stream.open == 1);
    filter.deactivate();
    assertThat(client.receiveClose()).isEqualTo("close 1001");
    assertThat(site.stream.open).isZero();
    assertThat(request("/api/v1/cameras/door/live", "Authorization: Bearer a-token").head)
        .startsWith("HTTP/1.1 503 ");
  }

  @Test
  void letsOtherRequestsThrough() throws IOException {
    assertThat(request("/api/v1/cameras/door/status").head).startsWith("HTTP/1.1 405 ");
    assertThat(request("/api/v1/cameras/door/live/x").head).startsWith("HTTP/1.1 405 ");
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not come true within 60 s");
      }
      Thread.onSpinWait();
    }
  }
}
