package io.vigilnvr.live.internal;

import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.plugin.Described;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.RestResource;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.task.Tasks;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.QueryParam;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.annotations.ReferenceScope;

/** HLS of live streams, for players that have no WebSocket. A stream is kept while it is played. */
@Path("cameras")
@Component(service = RestResource.class)
public final class HlsResource implements RestResource {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Each holds some seconds of a stream in memory. */
  private static final int MOST_RINGS = 6;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /** So many wait for the first parts of a stream, each on a thread of the web server. */
  private static final int MOST_WAITING = 12;

  private static final Pattern PART = Pattern.compile("([0-9]{1,18})\\.m4s");
  private static final Pattern INIT = Pattern.compile("init-([0-9]{1,18})\\.mp4");

  private final Services services;
  private final Gate gate;
  private final Pump pump;
  private final Semaphore places = new Semaphore(MOST_WAITING);
  private final ConcurrentMap<StreamId, HlsRing> rings = new ConcurrentHashMap<>();

  @Activate
  public HlsResource(
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks,
      @Reference Clock clock,
      @Reference Services services) {
    this.services = services;
    gate = new Gate(services, clock);
    pump = new Pump(tasks, "live-hls", 1);
    tasks.repeat("live-hls-check", LOOK, this::look);
  }

  @Deactivate
  void deactivate() {
    forgetAll();
  }

  /** Another hub knows nothing of what is watched at this one. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void setHub(StreamHub hub) {
    forgetAll();
  }

  void unsetHub(StreamHub hub) {
    forgetAll();
  }

  private void forgetAll() {
    rings.keySet().forEach(this::forget);
  }

  private void forget(StreamId stream) {
    HlsRing gone = rings.remove(stream);
    if (gone != null) {
      gone.close();
    }
  }

  private void look() {
    long now = System.nanoTime();
    rings.forEach(
        (stream, ring) -> {
          if (ring.isIdle(now)) {
            forget(stream);
          }
        });
  }

  /** Says how it is to be asked for: by a WebSocket. */
  @GET
  @Path("{camera}/live")
  @Described(
      value = "Live by WebSocket; without an upgrade it only says so",
      status = 101,
      fails = {403, 404, 422, 426, 429})
  public Response upgrade(@PathParam("camera") String camera, @Context Identity identity)
      throws InvalidSettingsException {
    stream(identity, camera, null);
    return Response.status(426).header("Upgrade", "websocket").build();
  }

  @GET
  @Path("{camera}/live/index.m3u8")
  @Described(
      value = "A live playlist (HLS); the first one waits up to 10 s for three parts",
      type = "application/vnd.apple.mpegurl",
      fails = {403, 404, 422})
  public Response playlist(
      @PathParam("camera") String camera,
      @QueryParam("stream") @Nullable String role,
      @Context Identity identity)
      throws InterruptedException, InvalidSettingsException {
    StreamId stream = stream(identity, camera, role);
    if (gate.isMissing(stream)) {
      throw refused(Problem.NOT_FOUND);
    }
    HlsRing ring = ring(stream);
    Optional<String> text = ring.playlist(System.nanoTime());
    if (text.isEmpty() && places.tryAcquire()) {
      // The rest of the API has no asynchronous answers; few may wait on the server's threads.
      try {
        text = ring.awaitPlaylist(LONGEST_WAIT);
      } finally {
        places.release();
      }
    }
    return text.map(list -> Response.ok(list, "application/vnd.apple.mpegurl").build())
        .orElseThrow(() -> refused(Problem.UNAVAILABLE));
  }

  @GET
  @Path("{camera}/live/{stream}/{file}")
  @Described(
      value = "A part of a live playlist",
      type = "video/mp4",
      fails = {403, 404, 422})
  public Response file(
      @PathParam("camera") String camera,
      @PathParam("stream") String role,
      @PathParam("file") String file,
      @Context Identity identity)
      throws InvalidSettingsException {
    HlsRing ring = rings.get(stream(identity, camera, role));
    if (ring == null) {
      throw refused(Problem.NOT_FOUND);
    }
    Matcher part = PART.matcher(file);
    if (part.matches()) {
      return ring.part(Long.parseLong(part.group(1)), System.nanoTime())
          .map(HlsResource::response)
          .orElseThrow(() -> refused(Problem.NOT_FOUND));
    }
    Matcher init = INIT.matcher(file);
    if (init.matches()) {
      return ring.init(Long.parseLong(init.group(1)), System.nanoTime())
          .map(HlsResource::response)
          .orElseThrow(() -> refused(Problem.NOT_FOUND));
    }
    throw refused(Problem.NOT_FOUND);
  }

  private static Response response(HlsPart part) {
    StreamingOutput output = part::writeTo;
    return Response.ok(output, "video/mp4").header("Content-Length", part.byteCount()).build();
  }

  private static Response response(ByteBuffer init) {
    byte[] bytes = new byte[init.remaining()];
    init.get(bytes);
    return Response.ok(bytes, "video/mp4").build();
  }

  private StreamId stream(Identity identity, String camera, @Nullable String role)
      throws InvalidSettingsException {
    try {
      return gate.stream(identity, camera, role);
    } catch (RefusedException e) {
      if (e.problem().status() == 422) {
        throw new InvalidSettingsException("/stream", "must be main or sub");
      }
      throw refused(e.problem());
    }
  }

  private HlsRing ring(StreamId stream) {
    StreamHub hub = services.hub().orElseThrow(() -> refused(Problem.UNAVAILABLE));
    return rings.computeIfAbsent(
        stream,
        id -> {
          if (rings.size() >= MOST_RINGS) {
            throw refused(Problem.TOO_MANY);
          }
          var ring = new HlsRing(id.role().word(), pump, System.nanoTime());
          ring.fedBy(hub.follow(id, HlsRing.MAX_QUEUED_BYTES, ring));
          return ring;
        });
  }

  private static WebApplicationException refused(Problem problem) {
    var response = Response.status(problem.status());
    if (problem.status() == 503 || problem.status() == 429) {
      response.header("Retry-After", "2");
    }
    return new WebApplicationException(response.build());
  }
}
