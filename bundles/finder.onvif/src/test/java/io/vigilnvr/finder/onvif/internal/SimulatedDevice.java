package io.vigilnvr.finder.onvif.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Pattern;

/** A device that answers questions by UDP, and by HTTP says where its streams are. */
final class SimulatedDevice implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("<w:MessageID>([^<]*)</w:MessageID>");
  private static final Pattern OPERATION = Pattern.compile("<s:Body><([A-Za-z]+)");

  /** What it answers to a question of that id. */
  volatile Function<String, List<byte[]>> answers = id -> List.of();

  /** What it says to one of the operations, between the tags of the body; fails if empty. */
  volatile Function<String, String> service = question -> "";

  final List<String> heard = new CopyOnWriteArrayList<>();

  /** Operations and what they were asked with. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  private final InetAddress address;
  private final DatagramChannel channel;
  private final HttpServer server;
  private final Thread thread;

  /** Hears what is sent to it alone, at a port of its own. */
  SimulatedDevice(InetAddress address) throws IOException {
    this(
        address,
        DatagramChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(address, 0)));
  }

  /** Hears what is sent to a group in a network. */
  static SimulatedDevice inGroup(
      NetworkInterface network, InetAddress address, InetAddress group, int port)
      throws IOException {
    DatagramChannel channel =
        DatagramChannel.open(StandardProtocolFamily.INET)
            .setOption(StandardSocketOptions.SO_REUSEADDR, true)
            .bind(new InetSocketAddress(port));
    channel.join(group, network);
    return new SimulatedDevice(address, channel);
  }

  private SimulatedDevice(InetAddress address, DatagramChannel channel) throws IOException {
    this.address = address;
    this.channel = channel;
    server = HttpServer.create(new InetSocketAddress(address, 0), 0);
    server.createContext("/", this::serve);
    server.start();
    thread = new Thread(this::hear, "simulated-device");
    thread.start();
  }

  /** Where it hears questions. */
  InetSocketAddress group() throws IOException {
    return (InetSocketAddress) channel.getLocalAddress();
  }

  URI at(String path) {
    return URI.create(
        "http://" + address.getHostAddress() + ":" + server.getAddress().getPort() + path);
  }

  /** Behaves like a camera with these scopes. */
  void isCamera(String scopes) {
    answers =
        id ->
            List.of(
                Messages.probeMatches(
                    id, Messages.CAMERA_TYPE, scopes, at("/onvif/device_service").toString()));
  }

  /** Says to everybody that it has a large stream and a small one. */
  void tells(String main, String sub) {
    service =
        question -> {
          if (question.contains("<GetCapabilities")) {
            return Messages.capabilities(at("/onvif/media").toString());
          } else if (question.contains("<GetProfiles")) {
            return Messages.profiles(
                Messages.profile("s", "v", "H264", 640, 360),
                Messages.profile("m&amp;m", "v", "H264", 1920, 1080));
          }
          return Messages.streamUri(question.contains("<ProfileToken>m&amp;m<") ? main : sub);
        };
  }

  private void hear() {
    ByteBuffer in = ByteBuffer.allocate(65536);
    try {
      while (true) {
        var from = channel.receive(in.clear());
        String question = StandardCharsets.UTF_8.decode(in.flip()).toString();
        heard.add(question);
        var id = ID.matcher(question);
        if (id.find()) {
          for (byte[] answer : answers.apply(id.group(1))) {
            channel.send(ByteBuffer.wrap(answer), from);
          }
        }
      }
    } catch (ClosedChannelException e) {
      // That is its end.
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String question =
          new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var operation = OPERATION.matcher(question);
      asked.add(
          exchange.getRequestURI() + " " + (operation.find() ? operation.group(1) : "nothing"));
      String body = service.apply(question);
      byte[] answer = Messages.envelope("", body);
      exchange.getResponseHeaders().set("Content-Type", "application/soap+xml; charset=utf-8");
      exchange.sendResponseHeaders(body.isEmpty() ? 401 : 200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    server.stop(0);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
