package io.vigilnvr.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigilnvr.tck.FrameMark;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCamera;
import io.vigilnvr.tck.SimulatedCameras;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else's PostgreSQL instead of the embedded one. */
final class ExternalDatabaseIT {
  private static final Duration SOON = Duration.ofMinutes(3);

  @TempDir Path folder;

  @Test
  void recordsWithItAndWithoutIt() throws Exception {
    Optional<Path> tools = ExternalPostgres.installed();
    assumeTrue(tools.isPresent(), "no PostgreSQL is installed");
    try (ExternalPostgres postgres = ExternalPostgres.start(tools.get());
        SimulatedCameras cameras = SimulatedCameras.start();
        Vigil vigil = Vigil.unpack(folder).with(postgres.environment())) {
      SimulatedCamera camera = cameras.camera("mast").stream("main", Sample.main());
      vigil.start();
      assertThat(vigil.data().resolve("database").resolve("data")).doesNotExist();
      Api api = vigil.api();
      String id = Cameras.add(api, "Mast", camera.uri("main"), Map.of());
      long before =
          Await.until(
                  "frames",
                  SOON,
                  () -> {
                    try {
                      return Footage.of(api, id);
                    } catch (AssertionError away) {
                      return new Footage(java.util.List.of(), java.util.List.of());
                    }
                  },
                  seen -> seen.frames().size() > 50)
              .lastFrame();

      postgres.stop();
      Await.until(
          "not ready",
          SOON,
          () -> Api.status(vigil.root() + "/health/ready"),
          status -> status == 503);
      long during = camera.nextFrame("main");
      postgres.startAgain();
      Footage footage =
          Await.until(
              "frames sent while the database was away",
              SOON,
              () -> {
                try {
                  return Footage.of(api, id);
                } catch (AssertionError away) {
                  return new Footage(java.util.List.of(), java.util.List.of());
                }
              },
              seen -> seen.lastFrame() > during);
      assertThat(footage.firstFrame()).isLessThan(before);
      assertThat(FrameMark.problem(footage.frames())).isEmpty();
    }
  }
}
