package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.record.Segment;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import javax.ws.rs.GET;
import javax.ws.rs.HEAD;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** The recorded files themselves, byte for byte. */
@Path("segments")
public final class SegmentResource {
  static final String VIDEO = "video/mp4";

  /** May follow an id: players look at a name's end before they look at its content. */
  static final String SUFFIX = ".mp4";

  private final Backend backend;

  SegmentResource(Backend backend) {
    this.backend = backend;
  }

  @GET
  @Path("{segment}")
  @Produces({VIDEO, Problem.MEDIA_TYPE})
  @Route(
      value = "A segment's file; ranges of bytes are served",
      scope = Route.Scope.SIGNED_IN,
      fails = {404, 416})
  public Response get(
      @PathParam("segment") String id,
      @HeaderParam("Range") @Nullable String range,
      @HeaderParam("If-Range") @Nullable String ifRange,
      @Context Caller caller)
      throws IOException {
    return answer(id, new FileBody.Wish(false, range, ifRange), caller);
  }

  @HEAD
  @Path("{segment}")
  @Produces({VIDEO, Problem.MEDIA_TYPE})
  @Route(
      value = "A segment's length and tag",
      scope = Route.Scope.SIGNED_IN,
      fails = {404, 416})
  public Response head(
      @PathParam("segment") String id,
      @HeaderParam("Range") @Nullable String range,
      @HeaderParam("If-Range") @Nullable String ifRange,
      @Context Caller caller)
      throws IOException {
    return answer(id, new FileBody.Wish(true, range, ifRange), caller);
  }

  private Response answer(String id, FileBody.Wish wish, Caller caller) throws IOException {
    Segment segment =
        backend
            .recordings()
            .segment(id.endsWith(SUFFIX) ? id.substring(0, id.length() - SUFFIX.length()) : id)
            .filter(SegmentWalk::isReadable)
            .orElseThrow(ProblemException::notFound);
    caller.require(backend.access(), Action.PLAY_BACK, segment.stream().camera());
    try {
      return FileBody.answer(
          wish, VIDEO, segment.bytes(), tag(segment), () -> backend.recordings().read(segment));
    } catch (NoSuchFileException e) {
      throw ProblemException.notFound();
    } catch (IOException e) {
      throw ProblemException.unavailable("The volume with this segment is away.");
    }
  }

  /** An open file only grows, so that its length says which bytes are in it. */
  private static String tag(Segment segment) {
    return "\"" + segment.sha256().orElse(segment.bytes() + "-" + segment.run()) + "\"";
  }
}
