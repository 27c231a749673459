package io.vigilnvr.demo.internal;

import io.vigilnvr.api.camera.CameraFinder;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Finds the simulator's cameras, so that a demonstration has some to add. Only a demonstration has
 * this component, see {@link DemoCameras}.
 */
@Component(name = DemoFinder.NAME, enabled = false, property = CameraFinder.FINDER + "=demo")
public final class DemoFinder implements CameraFinder {
  static final String NAME = "io.vigilnvr.demo.finder";

  private final URI base;

  @Activate
  public DemoFinder() {
    this(System.getenv().getOrDefault("VIGIL_DEMO", ""));
  }

  DemoFinder(String base) {
    this.base = URI.create(base);
  }

  @Override
  public List<FoundCamera> find(Duration atMost) {
    var found = new ArrayList<FoundCamera>();
    Stream.concat(DemoCamera.ADDED.stream(), DemoCamera.LEFT.stream())
        .forEach(
            camera ->
                found.add(
                    new FoundCamera(
                        camera.name(),
                        DemoCamera.DRIVER,
                        camera.settings(base.toString()),
                        // All are at one address, and each is to be shown.
                        base.getHost() + " (" + (found.size() + 1) + ")")));
    return found;
  }
}
