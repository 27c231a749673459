package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.rest.internal.KeptExports.Kept;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Exports that are kept until somebody removes them. */
@Path("exports")
@Produces(MediaType.APPLICATION_JSON)
public final class ExportResource {
  private final Backend backend;
  private final KeptExports exports;

  ExportResource(Backend backend, KeptExports exports) {
    this.backend = backend;
    this.exports = exports;
  }

  @GET
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
  @Path("{export}")
  @Route(value = "A kept export", scope = Route.Scope.SIGNED_IN, fails = 404)
  public Kept get(@PathParam("export") String id, @Context Caller caller) {
    return visible(id, caller);
  }

  @GET
  @Path("{export}/file")
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
    var film = exports.film(kept.id());
    try {
      Response answer =
          FileBody.answer(
              new FileBody.Wish(false, range, ifRange),
              SegmentResource.VIDEO,
              Files.size(film),
              "\"" + kept.id() + "\"",
              () -> Files.newByteChannel(film));
      return Response.fromResponse(answer)
          .header(
              HttpHeaders.CONTENT_DISPOSITION,
              CameraExportResource.attachment(kept.camera(), kept.from()))
          .build();
    } catch (NoSuchFileException e) {
      throw ProblemException.notFound();
    }
  }

  @DELETE
  @Path("{export}")
  @Route(
      value = "Removes a kept export; one that is under way ends",
      scope = Route.Scope.SIGNED_IN,
      status = 204,
      fails = 404)
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
}
