package io.vigilnvr.rest.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Answers for servlets that the server does not have yet. It listens before the whiteboard hands it
 * the first one, and would say 404 until then, which clients take for an answer. Before there is a
 * servlet only the server's own customizers are asked; this one must be there when the server
 * starts, so that Jetty starts after this bundle.
 */
@Component(service = HttpConfiguration.Customizer.class)
public final class EarlyAnswer implements HttpConfiguration.Customizer {
  /** Who is not there by then is not installed. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final Backend backend;
  private final Instant until;
  private final Set<Part> seen = ConcurrentHashMap.newKeySet();

  @Activate
  public EarlyAnswer(@Reference Backend backend) {
    this.backend = backend;
    this.until = backend.clock().instant().plus(LONGEST);
  }

  /** What is served by servlets of its own. */
  private enum Part {
    API("/api/v1/openapi.json", "vigil-rest"),
    HEALTH("/health/ready", "vigil-health"),
    METRICS("/metrics", "vigil-metrics"),
    PAGE("/", "vigil-web");

    /** A path that only this servlet has. */
    final String path;

    final String servlet;

    Part(String path, String servlet) {
      this.path = path;
      this.servlet = servlet;
    }

    /** What it is called in {@code /health/ready}. */
    String check() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Part of(String path) {
      if (path.startsWith("/api/")) {
        return API;
      }
      if (path.startsWith("/health/")) {
        return HEALTH;
      }
      return path.equals(METRICS.path) ? METRICS : PAGE;
    }

    boolean isServedBy(Server server) {
      for (var handler : server.getChildHandlersByClass(ServletContextHandler.class)) {
        if (handler instanceof ServletContextHandler context && context.isAvailable()) {
          var found = context.getServletHandler().getMatchedServlet(path);
          if (found != null && servlet.equals(found.getResource().getName())) {
            return true;
          }
        }
      }
      return false;
    }
  }

  @Override
  public void customize(Connector connector, HttpConfiguration config, Request request) {
    String path = request.getPathInfo() == null ? "/" : request.getPathInfo();
    Part part = Part.of(path);
    if (seen.contains(part)) {
      return;
    }
    Server server = connector.getServer();
    boolean served = part.isServedBy(server);
    // Who is told that all is ready asks the API or the page next.
    var unserved =
        part == Part.HEALTH
            ? Stream.of(Part.API, Part.PAGE).filter(one -> !one.isServedBy(server)).toList()
            : List.<Part>of();
    boolean settled = served && unserved.isEmpty();
    if (settled || backend.clock().instant().isAfter(until)) {
      seen.add(part);
      return;
    }
    if (served && !path.equals(part.path)) {
      return;
    }
    try {
      if (part == Part.HEALTH) {
        HealthServlet.answer(
            backend, path, request.getResponse(), unserved.stream().map(Part::check).toList());
      } else {
        ErrorServlet.answer(Problem.unsettled().at(path), request.getResponse());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    request.setHandled(true);
  }
}
