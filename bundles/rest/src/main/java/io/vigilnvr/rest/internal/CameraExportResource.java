package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.rest.internal.KeptExports.Kept;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.jspecify.annotations.Nullable;

/** Takes recordings of a camera out of the system. */
@Path("cameras")
@Produces(MediaType.APPLICATION_JSON)
public final class CameraExportResource {
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final int MOST_AT_ONCE = 4;

  private final Backend backend;
  private final KeptExports exports;
  private final Semaphore streaming = new Semaphore(MOST_AT_ONCE);

  CameraExportResource(Backend backend, KeptExports exports) {
    this.backend = backend;
    this.exports = exports;
  }

  record ExportRequest(
      Instant from,
      Instant to,
      @Nullable String name,
      @Means(StreamRole.class) @Nullable String stream) {}

  @GET
  @Path("{camera}/export.mp4")
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
    return film(stream(camera, role), from, to);
  }

  /** One MP4 of a time, made while it is sent. */
  Response film(StreamId stream, Instant from, Instant to) throws IOException {
    if (streaming.availablePermits() == 0) {
      throw ProblemException.unavailable("There are enough exports under way.");
    }
    Export export = Export.of(backend.recordings(), stream, from, to);
    StreamingOutput body =
        out -> {
          streaming.acquireUninterruptibly();
          try {
            export.write(out, written -> {});
          } finally {
            streaming.release();
          }
        };
    return FileBody.streamed(body, SegmentResource.VIDEO)
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            attachment(stream.camera().value(), export.startedAt()))
        .build();
  }

  @POST
  @Path("{camera}/exports")
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Starts an export that is kept until it is removed",
      scope = Route.Scope.CAMERA,
      needs = Action.EXPORT,
      status = 201,
      returns = Kept.class,
      fails = {409, 503})
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
  static String attachment(String camera, Instant start) {
    String time = Json.text(start).substring(0, 19).replace(':', '-');
    return "attachment; filename=\"" + camera + "_" + time + "Z.mp4\"";
  }
}
