package io.vigilnvr.demo.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraDraft;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.task.Tasks;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds the simulated cameras of {@code vigil run --demo}, whose address is in {@code VIGIL_DEMO}.
 * It works from inside, so that the demonstration needs no password before its user has chosen one.
 */
@Component(service = DemoCameras.class, immediate = true)
public final class DemoCameras {
  private static final Logger log = LoggerFactory.getLogger(DemoCameras.class);

  /** What people call the cameras, and the paths of their streams. */
  private static final Map<String, Map<String, String>> CAMERAS =
      Map.of(
          "Front door", Map.of("url", "/door/main"),
          "Garden", Map.of("url", "/garden/main", "subUrl", "/garden/sub"),
          "Garage", Map.of("url", "/garage/main"));

  @Activate
  public DemoCameras(
      @Reference CameraRegistry cameras,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks) {
    this(Optional.ofNullable(System.getenv("VIGIL_DEMO")), cameras, tasks);
  }

  DemoCameras(Optional<String> address, CameraRegistry cameras, Tasks tasks) {
    address
        .filter(base -> !base.isEmpty())
        .ifPresent(base -> tasks.start("demo", () -> addWhatIsMissing(base, cameras)));
  }

  private static void addWhatIsMissing(String base, CameraRegistry cameras)
      throws InterruptedException, InvalidSettingsException {
    while (true) {
      try {
        var there = cameras.cameras().stream().map(Camera::name).toList();
        for (var camera : CAMERAS.entrySet()) {
          if (!there.contains(camera.getKey())) {
            cameras.create(draft(camera.getKey(), base, camera.getValue()));
            log.info("demo camera added: {}", camera.getKey());
          }
        }
        return;
      } catch (StoreUnavailableException e) {
        Thread.sleep(Duration.ofMillis(500).toMillis());
      }
    }
  }

  private static CameraDraft draft(String name, String base, Map<String, String> paths) {
    var settings = new HashMap<String, Object>();
    paths.forEach((setting, path) -> settings.put(setting, base + path));
    return new CameraDraft(
        name,
        "rtsp",
        true,
        Map.copyOf(settings),
        RecordingPlan.DEFAULT,
        List.of(),
        List.of(),
        List.of(),
        List.of("demo"));
  }
}
