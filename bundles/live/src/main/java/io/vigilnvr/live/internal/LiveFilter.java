package io.vigilnvr.live.internal;

import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.task.Tasks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.servlet.Filter;
import javax.servlet.FilterChain;
import javax.servlet.FilterConfig;
import javax.servlet.ServletException;
import javax.servlet.ServletRequest;
import javax.servlet.ServletResponse;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.HttpConnection;
import org.eclipse.jetty.websocket.api.WebSocketPolicy;
import org.eclipse.jetty.websocket.server.WebSocketServerFactory;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.annotations.ReferenceScope;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardFilterAsyncSupported;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardFilterName;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardFilterPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests for a WebSocket out of those for cameras, and lets everything else through. Who
 * may not watch is told so before there is a WebSocket, by a status; so a page of another origin
 * learns nothing, and opens nothing.
 */
@Component(service = Filter.class)
@HttpWhiteboardFilterPattern("/api/v1/cameras/*")
@HttpWhiteboardFilterName("vigil-live")
@HttpWhiteboardFilterAsyncSupported
public final class LiveFilter implements Filter {
  private static final Logger log = LoggerFactory.getLogger(LiveFilter.class);

  private static final Pattern LIVE = Pattern.compile("/api/v1/cameras/([^/;]{1,63})/live");
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int THREADS = 2;
  private static final int MOST_TEXT_BYTES = 1024;
  private static final long GOOD_BYE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Services services;
  private final Gate gate;
  private final LiveSockets sockets;
  private final Pump pump;

  /** Guards {@link #factory} and {@link #stopped}. */
  private final Object lock = new Object();

  private @Nullable WebSocketServerFactory factory;
  private boolean stopped;

  @Activate
  public LiveFilter(
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks,
      @Reference Clock clock,
      @Reference Services services) {
    this.services = services;
    gate = new Gate(services, clock);
    sockets = new LiveSockets(gate);
    pump = new Pump(tasks, "live-send", THREADS);
    tasks.repeat("live-check", LOOK, () -> sockets.look(System.nanoTime()));
  }

  /** Tells viewers at once; {@link Services} may not know yet. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void setHub(StreamHub hub) {
    sockets.leave();
    sockets.watch();
  }

  void unsetHub(StreamHub hub) {
    sockets.leave();
  }

  @Override
  public void init(FilterConfig config) {
    // Jetty's part is made with the first request, which knows the server.
  }

  @Override
  public void destroy() {
    // Done by deactivate.
  }

  /** Says good-bye to all. Recording has nothing to do with them. */
  @Deactivate
  void deactivate() {
    WebSocketServerFactory last;
    synchronized (lock) {
      stopped = true;
      last = factory;
    }
    sockets.closeAll(LiveSocket.GOING_AWAY, "going away");
    long deadline = System.nanoTime() + GOOD_BYE_NANOS;
    while (sockets.count() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    sockets.cutAll();
    if (last != null) {
      try {
        last.stop();
      } catch (Exception e) {
        log.warn("the WebSockets did not stop as they should", e);
      }
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request instanceof HttpServletRequest http
        && response instanceof HttpServletResponse answer
        && "websocket".equalsIgnoreCase(http.getHeader("Upgrade"))
        && "GET".equals(http.getMethod())) {
      Matcher path = LIVE.matcher(http.getRequestURI());
      if (path.matches()) {
        open(http, answer, path.group(1));
        return;
      }
    }
    chain.doFilter(request, response);
  }

  private void open(HttpServletRequest request, HttpServletResponse response, String camera)
      throws IOException {
    try {
      upgrade(request, response, wanted(request, camera));
    } catch (RefusedException e) {
      refuse(request, response, e.problem());
    }
  }

  /** What a viewer wants and may have. */
  private record Wanted(
      Identity identity, Credential credential, StreamId stream, boolean transcoded) {}

  private Wanted wanted(HttpServletRequest request, String camera) throws RefusedException {
    Credential credential =
        Credential.of(request).orElseThrow(() -> new RefusedException(Problem.NOT_SIGNED_IN));
    Identity identity = gate.identify(credential);
    List<String> origins = Collections.list(request.getHeaders("Origin"));
    // No browser sends a token by itself, and other clients have no origin.
    boolean needsOrigin = credential.cookie() || !origins.isEmpty();
    if (needsOrigin && !Origin.isOwn(origins, request.getScheme(), request.getHeader("Host"))) {
      throw new RefusedException(Problem.BAD_ORIGIN);
    }
    StreamId stream = gate.stream(identity, camera, request.getParameter("stream"));
    String transcode = request.getParameter("transcode");
    if (transcode != null && !transcode.equals("h264")) {
      throw new RefusedException(Problem.BAD_TRANSCODE);
    }
    if (transcode != null && services.transcoder().isEmpty()) {
      throw new RefusedException(Problem.NO_TRANSCODER);
    }
    if (!sockets.hasRoom(identity)) {
      throw new RefusedException(Problem.TOO_MANY);
    }
    return new Wanted(identity, credential, stream, transcode != null);
  }

  private void upgrade(HttpServletRequest request, HttpServletResponse response, Wanted wanted)
      throws IOException, RefusedException {
    WebSocketServerFactory present = factory(request);
    if (!present.isUpgradeRequest(request, response)) {
      throw new RefusedException(Problem.NOT_FOUND);
    }
    var socket = new JettySocket(wire -> opened(wanted, wire), sockets::closed);
    present.acceptWebSocket(
        (upgrade, answer) -> {
          // None: to compress what is compressed costs, and only an extension unpacks a bomb.
          answer.setExtensions(List.of());
          return socket;
        },
        request,
        response);
  }

  private LiveSocket opened(Wanted wanted, Wire wire) {
    var socket =
        new LiveSocket(
            wanted.stream,
            wanted.credential,
            wanted.transcoded ? transcoded(wanted.stream) : asIs(wanted.stream),
            wire,
            pump,
            System.nanoTime());
    sockets.opened(socket, wanted.identity);
    return socket;
  }

  private LiveSocket.Source asIs(StreamId stream) {
    return viewer ->
        services.hub().map(hub -> hub.follow(stream, LiveSocket.MAX_QUEUED_BYTES, viewer));
  }

  private LiveSocket.Source transcoded(StreamId stream) {
    return viewer ->
        services
            .transcoder()
            .map(transcoder -> transcoder.watch(stream, LiveSocket.MAX_QUEUED_BYTES, viewer));
  }

  private WebSocketServerFactory factory(HttpServletRequest request)
      throws IOException, RefusedException {
    synchronized (lock) {
      if (stopped) {
        throw new RefusedException(Problem.UNAVAILABLE);
      }
      WebSocketServerFactory present = factory == null ? newFactory(request) : factory;
      factory = present;
      return present;
    }
  }

  private static WebSocketServerFactory newFactory(HttpServletRequest request) throws IOException {
    if (!(request.getAttribute(HttpConnection.class.getName()) instanceof HttpConnection http)) {
      throw new IOException("this is not Jetty");
    }
    var policy = WebSocketPolicy.newServerPolicy();
    policy.setMaxTextMessageSize(MOST_TEXT_BYTES);
    policy.setMaxBinaryMessageSize(MOST_TEXT_BYTES);
    policy.setIdleTimeout(TimeUnit.SECONDS.toMillis(75));
    var made = new WebSocketServerFactory(request.getServletContext(), policy);
    made.addBean((Executor) http.getServer().getThreadPool(), false);
    try {
      made.start();
    } catch (Exception e) {
      throw new IOException("WebSockets cannot be served", e);
    }
    return made;
  }

  private static void refuse(
      HttpServletRequest request, HttpServletResponse response, Problem problem)
      throws IOException {
    byte[] body =
        Texts.problem(problem.status(), problem.title(), problem.detail(), request.getRequestURI())
            .getBytes(StandardCharsets.UTF_8);
    response.setStatus(problem.status());
    response.setContentType("application/problem+json");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (problem.status() == Problem.NOT_SIGNED_IN.status()) {
      response.setHeader("WWW-Authenticate", "Bearer realm=\"vigil\"");
    }
    if (problem.status() == 429 || problem.status() == 503) {
      response.setHeader("Retry-After", "2");
    }
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
