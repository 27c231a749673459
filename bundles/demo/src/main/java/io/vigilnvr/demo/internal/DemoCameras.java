package io.vigilnvr.demo.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraDraft;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.task.Tasks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds simulated cameras of {@code vigil run --demo}, whose address is in {@code VIGIL_DEMO}, and
 * has the others found. It works from inside, so that the demonstration needs no password before
 * its user has chosen one.
 */
@Component(service = DemoCameras.class, immediate = true)
public final class DemoCameras {
  private static final Logger log = LoggerFactory.getLogger(DemoCameras.class);

  @Activate
  public DemoCameras(
      ComponentContext context,
      @Reference CameraRegistry cameras,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks) {
    this(
        Optional.ofNullable(System.getenv("VIGIL_DEMO")),
        cameras,
        tasks,
        () -> context.enableComponent(DemoFinder.NAME));
  }

  /**
   * @param finding has the finder begin
   */
  DemoCameras(Optional<String> address, CameraRegistry cameras, Tasks tasks, Runnable finding) {
    address
        .filter(base -> !base.isEmpty())
        .ifPresent(
            base -> {
              tasks.start("demo", () -> addWhatIsMissing(base, cameras));
              finding.run();
            });
  }

  private static void addWhatIsMissing(String base, CameraRegistry cameras)
      throws InterruptedException, InvalidSettingsException {
    while (true) {
      try {
        var there = cameras.cameras().stream().map(Camera::name).toList();
        for (DemoCamera camera : DemoCamera.ADDED) {
          if (!there.contains(camera.name())) {
            cameras.create(draft(camera, base));
            log.info("demo camera added: {}", camera.name());
          }
        }
        return;
      } catch (StoreUnavailableException e) {
        Thread.sleep(Duration.ofMillis(500).toMillis());
      }
    }
  }

  private static CameraDraft draft(DemoCamera camera, String base) {
    return new CameraDraft(
        camera.name(),
        DemoCamera.DRIVER,
        true,
        camera.settings(base),
        RecordingPlan.DEFAULT,
        List.of(),
        List.of(),
        List.of(),
        List.of("demo"));
  }
}
