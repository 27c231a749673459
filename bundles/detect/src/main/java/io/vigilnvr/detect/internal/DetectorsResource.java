package io.vigilnvr.detect.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.detect.Analysis;
import io.vigilnvr.api.detect.Analysis.Standing;
import io.vigilnvr.api.detect.Analysis.State;
import io.vigilnvr.api.plugin.Described;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.RestResource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.ws.rs.GET;
import javax.ws.rs.HttpMethod;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.Cookie;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Request;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the detectors of a camera do, and one of them at work, by HTTP. */
@Component(service = RestResource.class)
@Path("cameras")
public final class DetectorsResource implements RestResource {
  private static final Logger log = LoggerFactory.getLogger(DetectorsResource.class);

  private static final int MOST_VIEWERS = 8;
  private static final Duration INTERVAL = Duration.ofMillis(200);

  /** Something is sent that often in any case: only so it is known that nobody is there. */
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(2);

  /** Whoever wants to go on after so many times without a frame asks again. */
  private static final int MOST_SILENT = 30;

  private static final String EVENTS = "text/event-stream";
  private static final String BEARER = "Bearer ";
  private static final String COOKIE = "__Host-vigil";
  private static final String BOUNDARY = "vigil-picture";

  /** What is told of how detectors do, for the description of the API. */
  record Standings(List<StandingView> items, Optional<String> next) {}

  /** What is told of one. */
  record StandingView(
      String id,
      State state,
      String cause,
      long frames,
      long dropped,
      double busyFraction,
      int ongoing) {}

  /** Writes one after the other, until it throws. */
  @FunctionalInterface
  private interface Writer {
    /**
     * @param next empty if nothing was looked at for a while
     */
    void write(Optional<Snapshot> next, OutputStream out) throws IOException;
  }

  private final Analysis analysis;
  private final CameraRegistry cameras;
  private final Access access;
  private final Accounts accounts;
  private final AtomicInteger viewers = new AtomicInteger();

  @Activate
  public DetectorsResource(
      @Reference Analysis analysis,
      @Reference CameraRegistry cameras,
      @Reference Access access,
      @Reference Accounts accounts) {
    this.analysis = analysis;
    this.cameras = cameras;
    this.access = access;
    this.accounts = accounts;
  }

  /** How each detector of a camera does. */
  @GET
  @Path("{camera}/detectors")
  @Described(
      value = "How each detector of a camera does, in the camera's order",
      returns = Standings.class,
      fails = {403, 404})
  public Response standings(@PathParam("camera") String id, @Context Identity who) {
    CameraId camera = allowed(id, Action.VIEW_LIVE, who);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("items", standings(camera).map(DetectorsResource::json).toList());
    body.put("next", null);
    return Response.ok(Json.bytes(body), "application/json")
        .header("Cache-Control", "no-store")
        .build();
  }

  /** Of all that the camera is bound to; the analysis takes up a change a moment later. */
  private Stream<Standing> standings(CameraId camera) {
    Map<String, Standing> known =
        analysis.standings(camera).stream()
            .collect(Collectors.toMap(Standing::detector, Function.identity()));
    return cameras.camera(camera).stream()
        .flatMap(one -> one.detectors().stream())
        .map(bound -> known.getOrDefault(bound.id(), begins(bound.id())));
  }

  private static Standing begins(String detector) {
    return new Standing(detector, State.WAITING, "it begins", 0, 0, 0, 0);
  }

  private static Map<String, Object> json(Standing standing) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", standing.detector());
    json.put("state", standing.state().name().toLowerCase(Locale.ROOT));
    json.put("cause", standing.cause());
    json.put("frames", standing.frames());
    json.put("dropped", standing.dropped());
    json.put("busyFraction", Rounded.of(standing.busyFraction(), 4));
    json.put("ongoing", standing.ongoing());
    return json;
  }

  /** A detector at work: what it sees, and why it counts or does not. */
  @GET
  @Path("{camera}/detectors/{detector}/debug")
  @Described(
      value =
          "A detector at work, as pictures or server-sent events: what it sees, and what counts",
      returns = DebugFrame.class,
      type = {EVENTS, "multipart/x-mixed-replace"},
      fails = {403, 404, 422})
  public Response debug(
      @PathParam("camera") String id,
      @PathParam("detector") String detector,
      @QueryParam("format") @Nullable String format,
      @Context Request request,
      @Context HttpHeaders headers,
      @Context Identity who)
      throws InvalidSettingsException {
    CameraId camera = allowed(id, Action.REVIEW, who);
    if (format != null && !format.equals("events") && !format.equals("mjpeg")) {
      throw new InvalidSettingsException("/format", "must be events or mjpeg");
    }
    checkItLooks(camera, detector);
    if (viewers.get() >= MOST_VIEWERS) {
      throw Refusal.unavailable("As many watch as may: " + MOST_VIEWERS + ".", 5);
    }
    boolean events =
        format == null
            ? String.valueOf(headers.getHeaderString(HttpHeaders.ACCEPT)).contains(EVENTS)
            : format.equals("events");
    String secret = secret(headers);
    Response.ResponseBuilder answer =
        Response.ok()
            .type(events ? EVENTS : "multipart/x-mixed-replace; boundary=" + BOUNDARY)
            .header("Cache-Control", "no-store")
            .header("X-Accel-Buffering", "no");
    if (request.getMethod().equals(HttpMethod.HEAD)) {
      return answer.build();
    }
    Writer writer = events ? DetectorsResource::event : new Pictures()::write;
    StreamingOutput body = out -> send(camera, detector, secret, writer, out);
    return answer.entity(body).build();
  }

  private void checkItLooks(CameraId camera, String detector) {
    Standing standing =
        standings(camera)
            .filter(one -> one.detector().equals(detector))
            .findFirst()
            .orElseThrow(() -> Refusal.notFound("The camera has no such detector at work."));
    if (standing.state() == State.MISSING
        || standing.state() == State.FAILED
        || !isTakenUp(camera, detector)) {
      throw Refusal.unavailable("It cannot look now: " + standing.cause() + ".", 5);
    }
  }

  private void send(
      CameraId camera, String detector, String secret, Writer writer, OutputStream out) {
    viewers.incrementAndGet();
    var newest = new NewestSnapshot(INTERVAL);
    try (Analysis.Watching watching = analysis.watch(camera, detector, newest)) {
      log.debug("{} of {} is watched by {}", detector, camera, watching);
      int silent = 0;
      while (silent < MOST_SILENT && mayWatch(secret, camera) && isTakenUp(camera, detector)) {
        Optional<Snapshot> next = newest.take(SIGN_OF_LIFE);
        silent = next.isPresent() ? 0 : silent + 1;
        writer.write(next, out);
        out.flush();
      }
    } catch (NoSuchElementException | IOException e) {
      log.debug("nobody watches {} of {} any more", detector, camera, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      viewers.decrementAndGet();
    }
  }

  /** Asked again and again: sessions end and roles change while somebody watches. */
  private boolean mayWatch(String secret, CameraId camera) {
    return accounts
        .peek(secret)
        .filter(who -> access.allows(who, Action.REVIEW, camera))
        .isPresent();
  }

  private boolean isTakenUp(CameraId camera, String detector) {
    return analysis.standings(camera).stream().anyMatch(one -> one.detector().equals(detector));
  }

  private static void event(Optional<Snapshot> next, OutputStream out) throws IOException {
    String text =
        next.isPresent()
            ? "event: frame\ndata: " + Json.text(next.get().json()) + "\n\n"
            : ": waiting\n\n";
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The last picture is sent again while there is no other. */
  private static final class Pictures {
    private byte[] last = {};

    void write(Optional<Snapshot> next, OutputStream out) throws IOException {
      if (next.isPresent()) {
        last = next.get().picture();
      }
      if (last.length > 0) {
        String head =
            "--"
                + BOUNDARY
                + "\r\nContent-Type: image/jpeg\r\nContent-Length: "
                + last.length
                + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(last);
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
      } else {
        // What stands before the first part is for nobody (RFC 2046, 5.1.1).
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  private static String secret(HttpHeaders headers) {
    String authorization = headers.getHeaderString(HttpHeaders.AUTHORIZATION);
    if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return authorization.substring(BEARER.length()).trim();
    }
    Cookie cookie = headers.getCookies().get(COOKIE);
    return cookie == null ? "" : cookie.getValue();
  }

  private CameraId allowed(String text, Action action, Identity who) {
    CameraId id;
    try {
      id = new CameraId(text);
    } catch (IllegalArgumentException e) {
      throw noCamera();
    }
    boolean visible = who.cameras().isEmpty() || who.cameras().get().contains(id);
    if (!visible || cameras.camera(id).isEmpty()) {
      throw noCamera();
    }
    if (!access.allows(who, action, id)) {
      throw Refusal.forbidden();
    }
    return id;
  }

  private static RuntimeException noCamera() {
    return Refusal.notFound("There is no such thing, or it is not visible to you.");
  }
}
