package io.vigilnvr.tck;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Faults on demand from outside: {@code POST /cameras/front/stall}, {@code POST
 * /cameras/front/jump?seconds=-5}; {@code GET /cameras} tells what was sent to whom. On the
 * loopback address only, without a login.
 */
public final class ControlPort implements AutoCloseable {
  private final SimulatedCameras cameras;
  private final HttpServer server;

  private ControlPort(SimulatedCameras cameras, int port) throws IOException {
    this.cameras = cameras;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::handle);
  }

  /**
   * @param port 0 for one that is free
   */
  public static ControlPort start(SimulatedCameras cameras, int port) throws IOException {
    var control = new ControlPort(cameras, port);
    control.server.start();
    return control;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    int status;
    String body;
    try {
      String path = exchange.getRequestURI().getPath().replaceFirst("/$", "");
      if (exchange.getRequestMethod().equals("GET") && path.equals("/cameras")) {
        status = 200;
        body = describe();
      } else if (exchange.getRequestMethod().equals("POST")
          && path.matches("/cameras/[^/]+/[^/]+")) {
        String[] parts = path.split("/", -1);
        SimulatedCamera camera =
            cameras
                .call(() -> cameras.find(parts[2]))
                .orElseThrow(() -> new NoSuchElementException("no camera " + parts[2]));
        apply(camera, parts[3], query(exchange));
        status = 200;
        body = "{}\n";
      } else {
        throw new NoSuchElementException("GET /cameras or POST /cameras/NAME/FAULT");
      }
    } catch (NoSuchElementException e) {
      status = 404;
      body = "{\"error\":" + quoted(String.valueOf(e.getMessage())) + "}\n";
    } catch (IllegalArgumentException | IOException e) {
      status = 400;
      body = "{\"error\":" + quoted(String.valueOf(e.getMessage())) + "}\n";
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static void apply(SimulatedCamera camera, String fault, Map<String, String> query)
      throws IOException {
    boolean on = !query.getOrDefault("on", "true").equals("false");
    switch (fault) {
      case "stall" -> camera.stall();
      case "freeze" -> camera.freeze();
      case "resume" -> camera.resume();
      case "cut" -> camera.cut();
      case "refuse" -> camera.refuse();
      case "unplug" -> camera.unplug();
      case "half-open" -> camera.halfOpen();
      case "password" -> camera.password(required(query, "value"));
      case "expire-nonces" -> camera.expireNonces();
      case "garbage" -> camera.garbage(Integer.parseInt(query.getOrDefault("bytes", "4096")));
      case "garble" -> camera.garble(on);
      case "jump" ->
          camera.jump(
              Duration.ofMillis(Math.round(1000 * Double.parseDouble(required(query, "seconds")))));
      case "change" ->
          camera.change(
              query.getOrDefault("stream", "main"), CommandLine.sample(required(query, "sample")));
      case "missing-markers" -> camera.missingMarkers(on);
      case "rtcp" -> camera.rtcp(Rtcp.valueOf(required(query, "mode").toUpperCase(Locale.ROOT)));
      case "redirect" -> camera.redirect(URI.create(required(query, "to")));
      case "loss" ->
          camera.loss(
              Double.parseDouble(required(query, "fraction")),
              query.getOrDefault("tcp", "false").equals("true"));
      default -> throw new NoSuchElementException("no fault " + fault);
    }
  }

  private static Map<String, String> query(HttpExchange exchange) {
    var query = new HashMap<String, String>();
    String raw = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        query.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return query;
  }

  private static String required(Map<String, String> query, String name) {
    return Optional.ofNullable(query.get(name))
        .orElseThrow(() -> new IllegalArgumentException("?" + name + "= is missing"));
  }

  private String describe() {
    return cameras.call(
        () -> {
          var json = new StringBuilder("{\"cameras\":[");
          String comma = "";
          for (SimulatedCamera camera : cameras.cameras()) {
            json.append(comma).append("\n{\"name\":").append(quoted(camera.name()));
            json.append(",\"faults\":[");
            json.append(
                String.join(",", camera.faults().stream().map(ControlPort::quoted).toList()));
            json.append("],\"connections\":").append(camera.connections);
            json.append(",\"refusedLogins\":").append(camera.refusedLogins);
            json.append(",\"streams\":[");
            String streamComma = "";
            for (SimulatedStream stream : camera.streams()) {
              json.append(streamComma);
              describe(camera, stream, json);
              streamComma = ",";
            }
            json.append("]}");
            comma = ",";
          }
          return json.append("\n]}\n").toString();
        });
  }

  private static void describe(SimulatedCamera camera, SimulatedStream stream, StringBuilder json) {
    json.append("\n {\"name\":").append(quoted(stream.name));
    json.append(",\"uri\":").append(quoted(camera.uri(stream.name).toString()));
    json.append(",\"sharedUri\":").append(quoted(camera.sharedUri(stream.name).toString()));
    json.append(",\"sample\":").append(quoted(stream.sample().name()));
    json.append(",\"codec\":").append(quoted(stream.sample().video().name()));
    json.append(",\"nextFrame\":").append(camera.nextFrame(stream.name));
    json.append(",\"sessions\":[");
    String comma = "";
    for (SimulatedCamera.Session session : camera.sessions(stream.name)) {
      json.append(comma).append("\n  {\"peer\":").append(quoted(session.peer()));
      json.append(",\"transport\":").append(quoted(session.transport()));
      json.append(",\"since\":").append(quoted(session.since().toString()));
      json.append(",\"open\":").append(session.open());
      json.append(",\"firstFrame\":").append(session.firstFrame());
      json.append(",\"lastFrame\":").append(session.lastFrame());
      json.append(",\"frames\":").append(session.frames());
      json.append(",\"dropped\":").append(session.dropped());
      json.append(",\"packets\":").append(session.packets());
      json.append(",\"octets\":").append(session.octets());
      json.append(",\"requests\":").append(session.requests()).append('}');
      comma = ",";
    }
    json.append("]}");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
