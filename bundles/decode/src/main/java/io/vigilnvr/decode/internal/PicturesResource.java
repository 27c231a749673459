package io.vigilnvr.decode.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.decode.DecodeUnavailableException;
import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.plugin.Described;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.RestResource;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
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

/** Pictures by HTTP: {@code snapshot.jpg}, {@code live.mjpeg} and {@code preview.jpg}. */
@Component(service = RestResource.class)
@Path("cameras")
public final class PicturesResource implements RestResource {
  private static final Logger log = LoggerFactory.getLogger(PicturesResource.class);

  private static final int MOST_VIEWERS = 16;
  private static final int WIDEST_PX = 3840;
  private static final int PREVIEW_PX = 320;
  private static final int MJPEG_PX = 640;
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration ASKED_AGAIN = Duration.ofSeconds(2);
  private static final String BEARER = "Bearer ";
  private static final String COOKIE = "__Host-vigil";
  private static final long CACHE_BYTES = 32L << 20;
  private static final String JPEG = "image/jpeg";
  private static final String TIME_HEADER = "X-Vigil-Time";

  /** UTC with milliseconds, as everywhere in the API. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private static final String BOUNDARY = "vigil-picture";

  private final DecodeService decode;
  private final CameraRegistry cameras;
  private final Access access;
  private final Accounts accounts;
  private final StreamHub hub;
  private final Recorded recorded;
  private final JpegCache previews = new JpegCache(CACHE_BYTES);
  private final Map<String, CompletionStage<Jpeg>> underWay = new ConcurrentHashMap<>();
  private final AtomicInteger viewers = new AtomicInteger();

  @Activate
  public PicturesResource(
      @Reference DecodeService decode,
      @Reference CameraRegistry cameras,
      @Reference Access access,
      @Reference Accounts accounts,
      @Reference StreamHub hub,
      @Reference Recordings recordings) {
    this.decode = decode;
    this.cameras = cameras;
    this.access = access;
    this.accounts = accounts;
    this.hub = hub;
    recorded = new Recorded(recordings);
  }

  /** The newest picture of a camera. */
  @GET
  @Path("{camera}/snapshot.jpg")
  @Described(
      value = "The newest picture of a camera",
      type = JPEG,
      fails = {403, 404, 422})
  public Response snapshot(
      @PathParam("camera") String id,
      @QueryParam("width") @Nullable String widthText,
      @QueryParam("stream") @Nullable String streamText,
      @Context Identity who)
      throws InvalidSettingsException {
    CameraId camera = allowed(id, Action.VIEW_LIVE, who);
    int width = width(widthText, WIDEST_PX);
    StreamId stream = stream(camera, role(streamText), widthText == null ? WIDEST_PX : width);
    Jpeg jpeg = await(decode.newest(stream, width, PATIENCE));
    return picture(jpeg, "no-store");
  }

  /** The recorded picture of a moment: its keyframe, or the last before it. */
  @GET
  @Path("{camera}/preview.jpg")
  @Described(
      value = "The recorded picture of a moment: its keyframe, or the last before it",
      type = JPEG,
      fails = {403, 404, 422})
  public Response preview(
      @PathParam("camera") String id,
      @QueryParam("at") @Nullable String atText,
      @QueryParam("width") @Nullable String widthText,
      @QueryParam("stream") @Nullable String streamText,
      @Context Identity who)
      throws InvalidSettingsException {
    CameraId camera = allowed(id, Action.PLAY_BACK, who);
    int width = width(widthText, PREVIEW_PX);
    Instant at = instant(atText);
    Recorded.Place place =
        recorded
            .find(camera, role(streamText), at)
            .orElseThrow(() -> Refusal.notFound("Nothing is recorded at that time."));
    String key = place.key() + "/" + width;
    Optional<Jpeg> known = previews.get(key);
    Jpeg jpeg = known.isPresent() ? known.get() : preview(place, key, width);
    return picture(
        jpeg, place.isFinal() ? "private, max-age=86400, immutable" : "private, max-age=10");
  }

  private Jpeg preview(Recorded.Place place, String key, int width) {
    CompletionStage<Jpeg> making = underWay.get(key);
    if (making != null) {
      return await(making);
    }
    try {
      Recorded.Keyframe keyframe = recorded.read(place);
      CompletionStage<Jpeg> started =
          decode.keyframe(
              place.segment().stream(), keyframe.track(), keyframe.unit(), width, PATIENCE);
      underWay.put(key, started);
      started.whenComplete((jpeg, failure) -> underWay.remove(key, started));
      Jpeg jpeg = await(started);
      previews.put(key, jpeg);
      return jpeg;
    } catch (IOException e) {
      log.debug("no preview of {}", key, e);
      throw Refusal.notFound("What was recorded at that time cannot be read.");
    }
  }

  private static Response picture(Jpeg jpeg, String cacheControl) {
    byte[] bytes = new byte[jpeg.bytes().remaining()];
    jpeg.bytes().duplicate().get(bytes);
    return Response.ok(bytes, JPEG)
        .header(TIME_HEADER, TIME.format(jpeg.captured()))
        .header("Cache-Control", cacheControl)
        .build();
  }

  /** Pictures one after the other, for as long as somebody takes them. */
  @GET
  @Path("{camera}/live.mjpeg")
  @Described(
      value = "Pictures as they come, for as long as somebody reads",
      type = "multipart/x-mixed-replace",
      fails = {403, 404, 422})
  public Response mjpeg(
      @PathParam("camera") String id,
      @QueryParam("fps") @Nullable String fpsText,
      @QueryParam("width") @Nullable String widthText,
      @QueryParam("stream") @Nullable String streamText,
      @Context Request request,
      @Context HttpHeaders headers,
      @Context Identity who)
      throws InvalidSettingsException {
    CameraId camera = allowed(id, Action.VIEW_LIVE, who);
    int width = width(widthText, MJPEG_PX);
    Duration interval = interval(fpsText);
    StreamId stream = stream(camera, role(streamText), width);
    String secret = secret(headers);
    if (viewers.get() >= MOST_VIEWERS) {
      throw Refusal.unavailable("As many watch as may: " + MOST_VIEWERS + ".", 5);
    }
    Response.ResponseBuilder answer =
        Response.ok()
            .type("multipart/x-mixed-replace; boundary=" + BOUNDARY)
            .header("Cache-Control", "no-store");
    return request.getMethod().equals(HttpMethod.HEAD)
        ? answer.build()
        : answer
            .entity(
                (StreamingOutput)
                    out -> {
                      viewers.incrementAndGet();
                      try {
                        send(camera, stream, width, interval, secret, out);
                      } finally {
                        viewers.decrementAndGet();
                      }
                    })
            .build();
  }

  private void send(
      CameraId camera,
      StreamId stream,
      int width,
      Duration interval,
      String secret,
      OutputStream out) {
    try (var watched = decode.jpegs(stream, width, interval)) {
      long number = -1;
      long lastNanos = System.nanoTime();
      long patienceNanos = PATIENCE.plus(interval).toNanos();
      // Whoever wants to go on after a while without pictures asks again.
      while (mayWatch(secret, camera) && System.nanoTime() - lastNanos < patienceNanos) {
        Optional<JpegStream.Numbered> next = watched.stream().after(number, ASKED_AGAIN);
        if (next.isPresent()) {
          number = next.get().number();
          lastNanos = System.nanoTime();
          write(next.get().jpeg(), out);
        }
      }
    } catch (IOException e) {
      log.debug("a viewer of {} has gone", stream);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asked again and again: sessions end and roles change while somebody watches. */
  private boolean mayWatch(String secret, CameraId camera) {
    return accounts
        .peek(secret)
        .filter(who -> access.allows(who, Action.VIEW_LIVE, camera))
        .isPresent();
  }

  private static String secret(HttpHeaders headers) {
    String authorization = headers.getHeaderString(HttpHeaders.AUTHORIZATION);
    if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return authorization.substring(BEARER.length()).trim();
    }
    Cookie cookie = headers.getCookies().get(COOKIE);
    return cookie == null ? "" : cookie.getValue();
  }

  private static void write(Jpeg jpeg, OutputStream out) throws IOException {
    byte[] bytes = new byte[jpeg.bytes().remaining()];
    jpeg.bytes().duplicate().get(bytes);
    String head =
        "--"
            + BOUNDARY
            + "\r\nContent-Type: "
            + JPEG
            + "\r\nContent-Length: "
            + bytes.length
            + "\r\n"
            + TIME_HEADER
            + ": "
            + TIME.format(jpeg.captured())
            + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
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

  /** The smallest that is large enough: it costs least to decode. */
  private StreamId stream(CameraId camera, Optional<StreamRole> asked, int width) {
    StreamId main = new StreamId(camera, StreamRole.MAIN);
    StreamId sub = new StreamId(camera, StreamRole.SUB);
    if (asked.isPresent()) {
      return new StreamId(camera, asked.get());
    }
    Optional<StreamStatus> small = hub.status(sub).filter(status -> status.widthPx() > 0);
    boolean enough = small.isPresent() && small.get().widthPx() >= width;
    return enough || (small.isPresent() && hub.status(main).isEmpty()) ? sub : main;
  }

  private static Jpeg await(CompletionStage<Jpeg> made) {
    try {
      return made.toCompletableFuture().get(PATIENCE.toMillis() + 1000, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DecodeUnavailableException unavailable) {
        throw Refusal.unavailable(unavailable);
      }
      if (e.getCause() instanceof NoSuchElementException) {
        throw Refusal.notFound("The camera is offline: there is no picture.");
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw Refusal.unavailable("There was no picture in time.", 2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.unavailable("Vigil is being stopped.", 5);
    }
  }

  private static int width(@Nullable String text, int usual) throws InvalidSettingsException {
    if (text == null) {
      return usual;
    }
    try {
      int width = Integer.parseInt(text);
      if (width >= 16 && width <= WIDEST_PX) {
        return width;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new InvalidSettingsException("/width", "must be a whole number from 16 to 3840");
  }

  private static Duration interval(@Nullable String text) throws InvalidSettingsException {
    try {
      double fps = text == null ? 5 : Double.parseDouble(text);
      if (fps >= 0.1 && fps <= 30) {
        return Duration.ofNanos((long) (1e9 / fps));
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new InvalidSettingsException("/fps", "must be a number from 0.1 to 30");
  }

  private static Optional<StreamRole> role(@Nullable String text) throws InvalidSettingsException {
    try {
      return text == null ? Optional.empty() : Optional.of(StreamRole.of(text));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingsException("/stream", "must be main or sub");
    }
  }

  private static Instant instant(@Nullable String text) throws InvalidSettingsException {
    if (text != null) {
      try {
        // A plus sign that was not escaped arrives as a space.
        OffsetDateTime at = OffsetDateTime.parse(text.replace(' ', '+'));
        if (at.getYear() > 0 && at.getYear() < 9999) {
          return at.toInstant();
        }
      } catch (DateTimeParseException e) {
        // Said below.
      }
    }
    throw new InvalidSettingsException("/at", "is required: a time like 2026-11-22T14:03:05Z");
  }
}
