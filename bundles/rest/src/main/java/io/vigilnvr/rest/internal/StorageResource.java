package io.vigilnvr.rest.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.PluginCatalog.Kind;
import io.vigilnvr.api.record.Recordings.VolumeStatus;
import io.vigilnvr.api.record.Volumes.Standing;
import io.vigilnvr.api.record.Volumes.Usage;
import io.vigilnvr.api.record.Volumes.VolumeInUseException;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.VolumeId;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Where recordings are kept, and how long the space will do; for admins. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
public final class StorageResource {
  private final Backend backend;

  StorageResource(Backend backend) {
    this.backend = backend;
  }

  /**
   * A volume.
   *
   * @param reservedBytes what is kept free
   * @param bytesPerDay what comes to it
   * @param fullAt when the oldest footage begins to make room; absent if age removes it before
   */
  record VolumeView(
      String id,
      String backend,
      String location,
      String state,
      @Nullable String cause,
      @Nullable Long totalBytes,
      @Nullable Long freeBytes,
      long recordedBytes,
      long segments,
      @Nullable Long reservedBytes,
      @Nullable Long bytesPerDay,
      @Nullable Instant fullAt,
      @Nullable Instant oldest) {
    static VolumeView of(VolumeStatus volume) {
      return of(volume, null, null, null, null);
    }

    static VolumeView of(Standing standing) {
      return of(
          standing.status(),
          standing.reservedBytes(),
          standing.bytesPerDay(),
          standing.fullAt().orElse(null),
          standing.oldest().orElse(null));
    }

    private static VolumeView of(
        VolumeStatus volume,
        @Nullable Long reservedBytes,
        @Nullable Long bytesPerDay,
        @Nullable Instant fullAt,
        @Nullable Instant oldest) {
      return new VolumeView(
          volume.id().value(),
          volume.backend(),
          volume.location(),
          volume.state(),
          volume.cause().isEmpty() ? null : volume.cause(),
          volume.capacity().map(Volume.Capacity::totalBytes).orElse(null),
          volume.capacity().map(Volume.Capacity::freeBytes).orElse(null),
          volume.recordedBytes(),
          volume.segments(),
          reservedBytes,
          bytesPerDay,
          fullAt,
          oldest);
    }
  }

  /** What a camera uses on all volumes. */
  record UsageView(String camera, long bytes, Instant oldest, Instant newest, long bytesPerDay) {
    static UsageView of(Usage usage) {
      return new UsageView(
          usage.camera().value(),
          usage.bytes(),
          usage.oldest(),
          usage.newest(),
          usage.bytesPerDay());
    }
  }

  record VolumeRequest(String backend, Map<String, Object> settings) {}

  @GET
  @Path("volumes")
  @Route(
      value = "Where recordings are kept, and until when that will do",
      scope = Route.Scope.SYSTEM)
  public Items<VolumeView> volumes() {
    return Items.all(backend.volumes().standings().stream().map(VolumeView::of).toList());
  }

  @POST
  @Path("volumes")
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Takes a volume into use; footage goes to the one with the most free space",
      scope = Route.Scope.SYSTEM,
      status = 201,
      returns = VolumeView.class)
  public Response add(VolumeRequest request) throws InvalidSettingsException, IOException {
    VolumeId id;
    try {
      Map<String, Object> settings =
          backend.catalog().check(Kind.STORAGE_BACKEND, request.backend(), request.settings());
      id = backend.volumes().add(request.backend(), settings);
    } catch (InvalidSettingsException e) {
      throw e.under("/settings");
    } catch (NoSuchElementException e) {
      throw ProblemException.invalid("/backend", "there is no such storage backend");
    }
    return Response.created(URI.create("volumes/" + id)).entity(view(id)).build();
  }

  private VolumeView view(VolumeId id) {
    return backend.volumes().standings().stream()
        .filter(standing -> standing.status().id().equals(id))
        .map(VolumeView::of)
        .findFirst()
        .orElseThrow(ProblemException::notFound);
  }

  @DELETE
  @Path("volumes/{volume}")
  @Route(
      value = "Takes a volume out of use; its files stay, and are not listed any more",
      scope = Route.Scope.SYSTEM,
      status = 204,
      fails = {404, 409})
  public Response remove(
      @PathParam("volume") String id, @QueryParam("forget") @Nullable String forgetText)
      throws IOException {
    boolean forget = "true".equals(forgetText);
    if (forgetText != null && !forget && !"false".equals(forgetText)) {
      throw ProblemException.invalid("/forget", "must be true or false");
    }
    try {
      backend.volumes().remove(volumeId(id), forget);
      return Response.noContent().build();
    } catch (NoSuchElementException e) {
      throw ProblemException.notFound();
    } catch (VolumeInUseException e) {
      throw new ProblemException(409, String.valueOf(e.getMessage()));
    }
  }

  private static VolumeId volumeId(String text) {
    try {
      return new VolumeId(text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.notFound();
    }
  }

  @GET
  @Path("storage/usage")
  @Route(value = "What each camera uses on all volumes", scope = Route.Scope.SYSTEM)
  public Items<UsageView> usage() {
    List<Usage> usage = backend.volumes().usage();
    return Items.all(usage.stream().map(UsageView::of).toList());
  }
}
