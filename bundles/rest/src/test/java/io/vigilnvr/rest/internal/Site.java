package io.vigilnvr.rest.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.task.Tasks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.servlet.MultipartConfigElement;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.jspecify.annotations.Nullable;

/** The real servlets in a real server on a free port, with everything behind them in memory. */
final class Site implements AutoCloseable {
  /** Smaller than in the distribution, so that it is soon too much. */
  static final int MOST_UPLOAD = 1024 * 1024;

  final FakeBackend backend = new FakeBackend();
  final RestServlet rest;
  final KeptExports exports;
  final Resources.Parts parts;
  final LogRing log = new LogRing();
  final ChangeInbox inbox = new ChangeInbox();
  final ChangeFeed feed;
  final EventBell bell = new EventBell();
  final EventFeed events;
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final List<Thread> threads = new ArrayList<>();

  Site(Path folder) throws Exception {
    Files.createDirectories(folder);
    exports = new KeptExports(folder.resolve("exports"), backend, new Threads());
    parts =
        new Resources.Parts(
            exports,
            new SystemHistory(backend, new Idle()),
            log,
            new CameraSearch(new Threads(), Duration.ofMillis(500)));
    rest = new RestServlet(backend, new Threads(), parts);
    feed = new ChangeFeed(inbox, backend, exports, new Threads());
    events = new EventFeed(bell, backend, new Threads());
    server.addConnector(connector);
    var context = new ServletContextHandler();
    var api = new ServletHolder(rest);
    api.getRegistration()
        .setMultipartConfig(
            new MultipartConfigElement(
                folder.toString(), MOST_UPLOAD, MOST_UPLOAD + 64 * 1024, 64 * 1024));
    context.addServlet(api, "/api/v1/*");
    context.addServlet(new ServletHolder(new ChangesServlet(backend, feed)), "/api/v1/changes");
    context.addServlet(
        new ServletHolder(new EventStreamServlet(backend, events)), "/api/v1/events/stream");
    var health = new ServletHolder(new HealthServlet(backend));
    context.addServlet(health, "/health/live");
    context.addServlet(health, "/health/ready");
    context.addServlet(new ServletHolder(new MetricsServlet(backend)), "/metrics");
    var errors = new ErrorPageErrorHandler();
    errors.addErrorPage(400, 599, "/vigil-error");
    context.setErrorHandler(errors);
    context.addServlet(new ServletHolder(new ErrorServlet(backend)), "/vigil-error");
    server.setHandler(context);
    server.start();
    rest.getServletConfig();
  }

  /** For what a test does itself. */
  private static final class Idle implements Tasks {
    @Override
    public Handle start(String name, Body body) {
      return () -> {};
    }

    @Override
    public Handle repeat(String name, Duration pause, Body body) {
      return () -> {};
    }
  }

  /** What the distribution's threads do, without its care. */
  private final class Threads implements Tasks {
    @Override
    public Handle start(String name, Body body) {
      var thread =
          new Thread(
              () -> {
                try {
                  body.run();
                } catch (InterruptedException e) {
                  // The site is closed.
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              },
              name);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
      return thread::interrupt;
    }

    @Override
    public Handle repeat(String name, Duration pause, Body body) {
      throw new UnsupportedOperationException();
    }
  }

  String url(String path) {
    return "http://localhost:" + connector.getLocalPort() + path;
  }

  /** All that is served behind {@link #rest}. */
  List<Object> resources() {
    var all = new ArrayList<>(Resources.all(backend, parts));
    all.add(new OpenApiResource(all, List.of(), backend.version()));
    return all;
  }

  String token(Role role, String... cameras) {
    Optional<Set<CameraId>> only =
        cameras.length == 0
            ? Optional.empty()
            : Optional.of(Set.copyOf(List.of(cameras).stream().map(CameraId::new).toList()));
    return backend.accounts.tokenFor(role.word(), role, only);
  }

  Call as(Role role, String... cameras) {
    return new Call().header("Authorization", "Bearer " + token(role, cameras));
  }

  Call anonymous() {
    return new Call();
  }

  /** Requests with the same headers. */
  final class Call {
    private final Map<String, String> headers = new LinkedHashMap<>();

    Call header(String name, String value) {
      var call = new Call();
      call.headers.putAll(headers);
      call.headers.put(name, value);
      return call;
    }

    Answer get(String path) {
      return send("GET", path, null);
    }

    Answer post(String path, String json) {
      return send("POST", path, json);
    }

    Answer send(String method, String path, @Nullable String json) {
      var request =
          HttpRequest.newBuilder(URI.create(url(path.startsWith("/") ? path : "/api/v1/" + path)));
      request.timeout(Duration.ofSeconds(20));
      if (json != null && !headers.containsKey("Content-Type")) {
        request.header("Content-Type", "application/json");
      }
      headers.forEach(request::header);
      request.method(
          method,
          json == null
              ? HttpRequest.BodyPublishers.noBody()
              : HttpRequest.BodyPublishers.ofString(json));
      try {
        return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
      } catch (IOException e) {
        throw new IllegalStateException(method + " " + path, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /** An answer, read to its end. */
  record Answer(HttpResponse<byte[]> response) {
    int status() {
      return response.statusCode();
    }

    byte[] bytes() {
      return response.body();
    }

    String text() {
      return new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
    }

    JsonNode json() {
      try {
        return Json.MAPPER.readTree(response.body());
      } catch (IOException e) {
        throw new IllegalStateException("not JSON: " + text(), e);
      }
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    @Override
    public String toString() {
      return status() + " " + header("Content-Type") + " " + text();
    }
  }

  @Override
  public void close() {
    feed.deactivate();
    events.deactivate();
    threads.forEach(Thread::interrupt);
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the server does not stop", e);
    }
  }
}
