package io.vigilnvr.rest.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.rest.internal.StorageResource.VolumeView;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;

/** How this installation is; for admins. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
public final class SystemResource {
  private final Backend backend;

  SystemResource(Backend backend) {
    this.backend = backend;
  }

  /**
   * @param cameras how many are in each state
   * @param degraded what is not as it should be, and why
   */
  record SystemView(
      String version,
      String node,
      Instant startedAt,
      long uptimeSeconds,
      Counts counts,
      Map<String, Integer> cameras,
      List<VolumeView> volumes,
      List<Degraded> degraded) {}

  record Counts(int cameras, int streams, int workers, int plugins) {}

  record Degraded(String check, String cause) {}

  @GET
  @Path("system")
  @Route(value = "Version, counts, volumes, and what is not well", scope = Route.Scope.SYSTEM)
  public SystemView system() {
    Instant now = backend.clock().instant();
    var states = states();
    return new SystemView(
        backend.version(),
        node(),
        backend.startedAt(),
        Duration.between(backend.startedAt(), now).toSeconds(),
        new Counts(
            states.values().stream().mapToInt(Integer::intValue).sum(),
            orNone(() -> backend.hub().streams()).size(),
            orNone(() -> backend.ingest().workers()).size(),
            orNone(() -> backend.catalog().plugins()).size()),
        states,
        orNone(() -> backend.recordings().volumes()).stream().map(VolumeView::of).toList(),
        Health.degraded(backend.healthChecks()));
  }

  private Map<String, Integer> states() {
    var states = new TreeMap<String, Integer>();
    for (CameraState state : CameraState.values()) {
      states.put(state.word(), 0);
    }
    for (Camera camera : orNone(() -> backend.cameras().cameras())) {
      try {
        CameraRegistry registry = backend.cameras();
        states.merge(registry.status(camera.id()).state().word(), 1, Integer::sum);
      } catch (NoSuchElementException | ProblemException e) {
        // It went just now.
      }
    }
    return states;
  }

  @FunctionalInterface
  private interface Lookup<T> {
    List<T> get();
  }

  /** What is not running has none; {@code degraded} says so. */
  private static <T> List<T> orNone(Lookup<T> lookup) {
    try {
      return lookup.get();
    } catch (ProblemException e) {
      return List.of();
    }
  }

  private static String node() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
