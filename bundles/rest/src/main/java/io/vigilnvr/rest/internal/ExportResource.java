package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.rest.internal.KeptExports.Kept;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.jspecify.annotations.Nullable;

/** Takes recordings out of the system. */
@javax.ws.rs.Path("/")
@Produces(MediaType.APPLICATION_JSON)
public final class ExportResource {
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final int MOST_AT_ONCE = 4;

  private final Backend backend;
  private final KeptExports exports;
  private final Semaphore streaming = new Semaphore(MOST_AT_ONCE);

  ExportResource(Backend backend, KeptExports exports) {
    this.backend = backend;
    this.exports = exports;
  }

  record ExportRequest(Instant from, Instant to, @Nullable String name, @Nullable String stream) {}

  @GET
  @javax.ws.rs.Path("cameras/{camera}/export.mp4")
  @Produces({SegmentResource.VIDEO, Problem.MEDIA_TYPE})
  @Route(
      value = "One MP4 of a time of up to 24 h, cut at keyframes, without what was not recorded",
      scope = Route.Scope.CAMERA,
      needs = Action.EXPORT,
      fails = 503)
  public Response export(
      @PathParam("camera") String id,
      @QueryParam("from") @Nullable String fromText,
      @QueryParam("to") @Nullable String toText,
      @QueryParam("stream") @Nullable String streamText)
      throws IOException {
    Camera camera = existing(id);
    var query = new Query();
    Instant from = query.requiredInstant("from", fromText);
    Instant to = query.requiredInstant("to", toText);
    Optional<StreamRole> role = query.role(streamText);
    checkTime(query, from, to);
    if (streaming.availablePermits() == 0) {
      throw ProblemException.unavailable("There are enough exports under way.");
    }
    Export export = export(camera, role, from, to);
    StreamingOutput body =
        out -> {
          streaming.acquireUninterruptibly();
          try {
            export.write(out, written -> {});
          } finally {
            streaming.release();
          }
        };
    return Response.ok(body, SegmentResource.VIDEO)
        .header(
            HttpHeaders.CONTENT_DISPOSITION, attachment(camera.id().value(), export.startedAt()))
        .build();
  }

  @POST
  @javax.ws.rs.Path("cameras/{camera}/exports")
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Starts an export that is kept until it is removed",
      scope = Route.Scope.CAMERA,
      needs = Action.EXPORT,
      status = 201,
      returns = Kept.class,
      fails = 503)
  public Response keep(@PathParam("camera") String id, ExportRequest request) throws IOException {
    Camera camera = existing(id);
    var query = new Query();
    Optional<StreamRole> role = query.role(request.stream());
    String name = request.name() == null ? camera.name() : request.name();
    if (name.isBlank() || name.length() > 100 || name.chars().anyMatch(Character::isISOControl)) {
      query.wrong("name", "must be 1 to 100 characters of text");
    }
    checkTime(query, request.from(), request.to());
    Export export = export(camera, role, request.from(), request.to());
    Kept kept = exports.start(stream(camera, role), name, request.from(), request.to(), export);
    return Response.created(URI.create("exports/" + kept.id())).entity(kept).build();
  }

  @GET
  @javax.ws.rs.Path("exports")
  @Route(value = "Kept exports that one may see, newest first", scope = Route.Scope.SIGNED_IN)
  public Items<Kept> list(@Context Caller caller) {
    Identity who = caller.signedIn();
    Access access = backend.access();
    return Items.all(
        exports.list().stream()
            .filter(kept -> access.allows(who, Action.EXPORT, Permission.cameraId(kept.camera())))
            .toList());
  }

  @GET
  @javax.ws.rs.Path("exports/{export}")
  @Route(value = "A kept export", scope = Route.Scope.SIGNED_IN, fails = 404)
  public Kept get(@PathParam("export") String id, @Context Caller caller) {
    return visible(id, caller);
  }

  @GET
  @javax.ws.rs.Path("exports/{export}/file")
  @Produces({SegmentResource.VIDEO, Problem.MEDIA_TYPE})
  @Route(
      value = "A kept export's file; ranges of bytes are served",
      scope = Route.Scope.SIGNED_IN,
      fails = {404, 409, 416})
  public Response file(
      @PathParam("export") String id,
      @HeaderParam("Range") @Nullable String range,
      @HeaderParam("If-Range") @Nullable String ifRange,
      @Context Caller caller)
      throws IOException {
    Kept kept = visible(id, caller);
    if (!kept.is(KeptExports.State.READY)) {
      throw new ProblemException(409, "The export is " + kept.state() + ".");
    }
    Path film = exports.film(kept.id());
    try {
      Response answer =
          FileBody.answer(
              new FileBody.Wish(false, range, ifRange),
              SegmentResource.VIDEO,
              Files.size(film),
              "\"" + kept.id() + "\"",
              () -> Files.newByteChannel(film));
      return Response.fromResponse(answer)
          .header(HttpHeaders.CONTENT_DISPOSITION, attachment(kept.camera(), kept.from()))
          .build();
    } catch (NoSuchFileException e) {
      throw ProblemException.notFound();
    }
  }

  @DELETE
  @javax.ws.rs.Path("exports/{export}")
  @Route(value = "Removes a kept export", scope = Route.Scope.SIGNED_IN, status = 204, fails = 404)
  public Response remove(@PathParam("export") String id, @Context Caller caller)
      throws IOException {
    if (!exports.remove(visible(id, caller).id())) {
      throw ProblemException.notFound();
    }
    return Response.noContent().build();
  }

  private Kept visible(String id, Caller caller) {
    Kept kept = exports.find(id).orElseThrow(ProblemException::notFound);
    caller.require(backend.access(), Action.EXPORT, Permission.cameraId(kept.camera()));
    return kept;
  }

  private static void checkTime(Query query, Instant from, Instant to) {
    query.inOrder(from, to);
    if (Duration.between(from, to).compareTo(LONGEST) > 0) {
      query.wrong("to", "must be at most 24 h after from");
    }
    query.check();
  }

  private Export export(Camera camera, Optional<StreamRole> role, Instant from, Instant to)
      throws IOException {
    Recordings recordings = backend.recordings();
    return Export.of(recordings, stream(camera, role), from, to);
  }

  private static StreamId stream(Camera camera, Optional<StreamRole> role) {
    return new StreamId(camera.id(), role.orElse(camera.recording().stream()));
  }

  private Camera existing(String id) {
    return backend
        .cameras()
        .camera(Permission.cameraId(id))
        .orElseThrow(ProblemException::notFound);
  }

  /** A camera's id is safe in a file's name; colons are not. */
  private static String attachment(String camera, Instant start) {
    String time = Json.text(start).substring(0, 19).replace(':', '-');
    return "attachment; filename=\"" + camera + "_" + time + "Z.mp4\"";
  }
}
