package io.vigilnvr.rest.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraDraft;
import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StaleVersionException;
import io.vigilnvr.api.camera.StreamProbe;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.PluginCatalog.Kind;
import io.vigilnvr.rest.internal.CameraBody.CameraRequest;
import io.vigilnvr.rest.internal.CameraBody.CameraView;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PATCH;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.EntityTag;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Request;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Cameras: what they are set up to be, and how they are. */
@Path("cameras")
@Produces(MediaType.APPLICATION_JSON)
public final class CameraResource {
  /** Somebody else's change may come in between so often before a patch gives up. */
  private static final int TRIES = 5;

  private final Backend backend;
  private final CameraSearch search;

  CameraResource(Backend backend, CameraSearch search) {
    this.backend = backend;
    this.search = search;
  }

  /**
   * @param camera whose stored secrets count where none are sent
   */
  record TestRequest(String driver, Map<String, Object> settings, @Nullable String camera) {
    @Override
    public String toString() {
      return "TestRequest[" + driver + "]";
    }
  }

  /**
   * @param kind of failure: unreachable, unauthorized, protocol or configuration
   */
  record TestResult(
      boolean ok, List<ProbeView> streams, @Nullable String kind, @Nullable String cause) {}

  record ProbeView(
      @Means(StreamRole.class) String role,
      String codec,
      int widthPx,
      int heightPx,
      double frameRate,
      @Nullable String audioCodec) {
    static ProbeView of(StreamProbe probe) {
      return new ProbeView(
          probe.role().word(),
          probe.codec(),
          probe.widthPx(),
          probe.heightPx(),
          probe.frameRate(),
          probe.audioCodec().isEmpty() ? null : probe.audioCodec());
    }
  }

  /**
   * A camera that was found in the network.
   *
   * @param settings those that reach it, as far as they are known
   */
  record FoundCamera(String name, String driver, Map<String, Object> settings, String address) {}

  /**
   * @param finders what has looked; nothing can be found if there is none
   * @param failed of these, why one could not look
   */
  record Discovery(
      List<FoundCamera> items,
      @Nullable String next,
      List<String> finders,
      Map<String, String> failed) {}

  @GET
  @Route(value = "All cameras that one may see, by name", scope = Route.Scope.SIGNED_IN)
  public Items<CameraView> list(@Context Caller caller) {
    Identity who = caller.signedIn();
    Access access = backend.access();
    return Items.all(
        backend.cameras().cameras().stream()
            .filter(camera -> access.allows(who, Action.VIEW_LIVE, camera.id()))
            .map(camera -> view(camera, caller))
            .toList());
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Adds a camera",
      scope = Route.Scope.SYSTEM,
      status = 201,
      returns = CameraView.class)
  public Response create(CameraRequest request, @Context Caller caller)
      throws InvalidSettingsException {
    CameraDraft draft = CameraBody.draft(request, isSecret(request.driver()));
    Camera camera = backend.cameras().create(draft);
    return Response.created(URI.create("cameras/" + camera.id()))
        .entity(view(camera, caller))
        .tag(tag(camera))
        .build();
  }

  @GET
  @Path("{camera}")
  @Route(
      value = "A camera; settings are shown to those who may change them",
      scope = Route.Scope.CAMERA,
      needs = Action.VIEW_LIVE,
      returns = CameraView.class)
  public Response get(
      @PathParam("camera") String id, @Context Request request, @Context Caller caller) {
    Camera camera = existing(id);
    var unchanged = request.evaluatePreconditions(tag(camera));
    return unchanged == null ? single(camera, caller) : unchanged.build();
  }

  @PUT
  @Path("{camera}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Replaces a camera's set-up; secrets that are left out stay",
      scope = Route.Scope.CAMERA,
      returns = CameraView.class,
      fails = 412)
  public Response replace(
      @PathParam("camera") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      JsonNode body,
      @Context Caller caller)
      throws InvalidSettingsException, StaleVersionException {
    return change(id, ifMatch, caller, before -> withoutReadOnly(body, before));
  }

  @PATCH
  @Path("{camera}")
  @Consumes({"application/merge-patch+json", MediaType.APPLICATION_JSON})
  @Route(
      value = "Changes a camera (JSON merge patch); a secret set to null is removed",
      scope = Route.Scope.CAMERA,
      returns = CameraView.class,
      fails = 412)
  public Response patch(
      @PathParam("camera") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      JsonNode patch,
      @Context Caller caller)
      throws InvalidSettingsException, StaleVersionException {
    return change(
        id,
        ifMatch,
        caller,
        before -> {
          JsonNode now = Json.MAPPER.valueToTree(CameraBody.view(before, true));
          JsonNode wanted = withoutReadOnly(MergePatch.apply(now, patch), before);
          keepRemovedSecrets(patch, wanted, isSecret(before.driver()));
          return wanted;
        });
  }

  /** What a body asks of a camera as it is now. */
  private interface Wanted {
    JsonNode of(Camera before);
  }

  private Response change(String id, @Nullable String ifMatch, Caller caller, Wanted wanted)
      throws InvalidSettingsException, StaleVersionException {
    for (int i = 1; ; i++) {
      Camera before = existing(id);
      if (ifMatch != null && !matches(ifMatch, before)) {
        throw new StaleVersionException(before.version());
      }
      CameraRequest request = Json.bind(wanted.of(before), CameraRequest.class);
      CameraDraft draft = CameraBody.draft(request, isSecret(request.driver()));
      try {
        return single(backend.cameras().replace(before.id(), before.version(), draft), caller);
      } catch (StaleVersionException e) {
        if (ifMatch != null || i == TRIES) {
          throw e;
        }
      } catch (NoSuchElementException e) {
        throw ProblemException.notFound();
      }
    }
  }

  /** A secret is removed by giving it no value; one that is left out would stay. */
  private static void keepRemovedSecrets(
      JsonNode patch, JsonNode wanted, Predicate<String> isSecret) {
    if (wanted.get("settings") instanceof ObjectNode settings
        && patch.get("settings") instanceof ObjectNode changes) {
      changes
          .properties()
          .forEach(
              setting -> {
                if (setting.getValue().isNull() && isSecret.test(setting.getKey())) {
                  settings.put(setting.getKey(), "");
                }
              });
    }
  }

  /**
   * What was read can be sent back: the fields that cannot be changed, if they are as they were.
   */
  private static JsonNode withoutReadOnly(JsonNode body, Camera before) {
    ObjectNode kept = body.deepCopy();
    if (before.id().value().equals(kept.path("id").textValue())) {
      kept.remove("id");
    }
    if (Json.text(before.createdAt()).equals(kept.path("createdAt").textValue())) {
      kept.remove("createdAt");
    }
    return kept;
  }

  @DELETE
  @Path("{camera}")
  @Route(
      value = "Removes a camera; its recordings are removed by retention",
      scope = Route.Scope.CAMERA,
      status = 204,
      fails = 412)
  public Response delete(
      @PathParam("camera") String id, @HeaderParam("If-Match") @Nullable String ifMatch)
      throws StaleVersionException {
    Camera camera = existing(id);
    if (ifMatch != null && !matches(ifMatch, camera)) {
      throw new StaleVersionException(camera.version());
    }
    if (!backend.cameras().delete(camera.id())) {
      throw ProblemException.notFound();
    }
    return Response.noContent().build();
  }

  @GET
  @Path("{camera}/status")
  @Route(
      value = "How a camera is, since when, and why",
      scope = Route.Scope.CAMERA,
      needs = Action.VIEW_LIVE)
  public StatusView status(@PathParam("camera") String id) {
    try {
      return StatusView.of(backend, existing(id));
    } catch (NoSuchElementException e) {
      throw ProblemException.notFound();
    }
  }

  @POST
  @Path("test")
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Connects once, within 10 s, and says what the streams are, or why not",
      scope = Route.Scope.SYSTEM)
  public TestResult test(TestRequest request, @Context Caller caller)
      throws InvalidSettingsException {
    Map<String, Object> settings =
        CameraBody.withoutFlags(request.settings(), isSecret(request.driver()));
    settings.values().removeIf(value -> value == null);
    try {
      List<StreamProbe> probes =
          request.camera() == null
              ? backend.cameras().test(request.driver(), settings)
              : backend
                  .cameras()
                  .test(changeable(request.camera(), caller), request.driver(), settings);
      return new TestResult(true, probes.stream().map(ProbeView::of).toList(), null, null);
    } catch (NoSuchElementException e) {
      throw ProblemException.invalid("/camera", "there is no such camera");
    } catch (CameraException e) {
      return new TestResult(
          false,
          List.of(),
          e.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
          String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ProblemException.unavailable("Vigil is being stopped.");
    }
  }

  @POST
  @Path("discover")
  @Route(
      value = "Looks for cameras in the network, for 5 s at most",
      scope = Route.Scope.SYSTEM,
      fails = 429)
  public Discovery discover() {
    try {
      var finders = backend.finders();
      CameraSearch.Found found = search.run(finders);
      return new Discovery(
          found.cameras().stream()
              .map(
                  camera ->
                      new FoundCamera(
                          camera.name(), camera.driver(), camera.settings(), camera.address()))
              .toList(),
          null,
          List.copyOf(finders.keySet()),
          found.failed());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ProblemException.unavailable("Vigil is being stopped.");
    }
  }

  private Camera existing(String id) {
    CameraId camera = Permission.cameraId(id);
    return backend.cameras().camera(camera).orElseThrow(ProblemException::notFound);
  }

  /** The camera, if it is there and the caller may change it. */
  private CameraId changeable(String id, Caller caller) {
    return backend.cameras().cameras().stream()
        .map(Camera::id)
        .filter(camera -> camera.value().equals(id))
        .filter(camera -> backend.access().allows(caller.signedIn(), Action.ADMINISTER, camera))
        .findFirst()
        .orElseThrow();
  }

  private Predicate<String> isSecret(String driver) {
    try {
      return backend.catalog().secrets(Kind.CAMERA_DRIVER, driver)::contains;
    } catch (NoSuchElementException e) {
      return name -> false;
    }
  }

  private Response single(Camera camera, Caller caller) {
    return Response.ok(view(camera, caller)).tag(tag(camera)).build();
  }

  private CameraView view(Camera camera, Caller caller) {
    return CameraBody.view(
        camera, backend.access().allows(caller.signedIn(), Action.ADMINISTER, camera.id()));
  }

  private static EntityTag tag(Camera camera) {
    return new EntityTag(Long.toString(camera.version()));
  }

  /** RFC 9110, 13.1.1: any of a list of strong tags, or any at all. */
  private static boolean matches(String ifMatch, Camera camera) {
    String tag = "\"" + camera.version() + "\"";
    for (String one : ifMatch.split(",", -1)) {
      if (one.trim().equals("*") || one.trim().equals(tag)) {
        return true;
      }
    }
    return false;
  }
}
