package io.vigilnvr.demo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraDraft;
import io.vigilnvr.api.camera.CameraFinder.FoundCamera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.camera.CameraStatus;
import io.vigilnvr.api.camera.StreamProbe;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.task.Tasks;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DemoCamerasTest {
  private final FakeRegistry registry = new FakeRegistry();
  private int finders;

  @Test
  void addsNothingWithoutAnAddress() {
    new DemoCameras(Optional.empty(), registry, new AtOnce(), () -> finders++);
    new DemoCameras(Optional.of(""), registry, new AtOnce(), () -> finders++);
    assertThat(registry.cameras).isEmpty();
    assertThat(finders).isZero();
  }

  @Test
  void addsCamerasOfTheSimulator() {
    new DemoCameras(Optional.of("rtsp://127.0.0.1:8554"), registry, new AtOnce(), () -> finders++);
    assertThat(registry.cameras)
        .extracting(Camera::name)
        .containsExactly("Front door", "Garden", "Garage");
    assertThat(finders).isEqualTo(1);
    assertThat(registry.cameras)
        .filteredOn(camera -> camera.name().equals("Garden"))
        .first()
        .extracting(Camera::settings)
        .isEqualTo(
            Map.of(
                "url", "rtsp://127.0.0.1:8554/garden/main",
                "subUrl", "rtsp://127.0.0.1:8554/garden/sub"));
  }

  @Test
  void findsThemAndThoseThatAreLeftToAdd() {
    new DemoCameras(Optional.of("rtsp://127.0.0.1:8554"), registry, new AtOnce(), () -> finders++);
    List<FoundCamera> found = new DemoFinder("rtsp://127.0.0.1:8554").find(Duration.ofSeconds(1));
    assertThat(found)
        .extracting(FoundCamera::name)
        .containsExactly("Front door", "Garden", "Garage", "Driveway", "Office");
    assertThat(found).extracting(FoundCamera::address).doesNotHaveDuplicates();
    assertThat(found)
        .extracting(FoundCamera::settings)
        .containsAll(registry.cameras.stream().map(Camera::settings).toList());
  }

  @Test
  void addsNoCameraTwice() {
    new DemoCameras(Optional.of("rtsp://127.0.0.1:8554"), registry, new AtOnce(), () -> finders++);
    new DemoCameras(Optional.of("rtsp://127.0.0.1:8554"), registry, new AtOnce(), () -> finders++);
    assertThat(registry.cameras).hasSize(3);
  }

  @Test
  void waitsForTheDatabase() {
    registry.refusals = 1;
    new DemoCameras(Optional.of("rtsp://127.0.0.1:8554"), registry, new AtOnce(), () -> finders++);
    assertThat(registry.cameras).hasSize(3);
  }

  private static final class AtOnce implements Tasks {
    @Override
    public Handle start(String name, Body body) {
      try {
        body.run();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
      return () -> {};
    }

    @Override
    public Handle repeat(String name, Duration pause, Body body) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class FakeRegistry implements CameraRegistry {
    final List<Camera> cameras = new ArrayList<>();
    int refusals;

    @Override
    public List<Camera> cameras() {
      return List.copyOf(cameras);
    }

    @Override
    public Camera create(CameraDraft draft) {
      if (refusals-- > 0) {
        throw new StoreUnavailableException("starting", new IOException("refused"));
      }
      var camera =
          new Camera(
              new CameraId("camera-" + cameras.size()),
              1,
              draft.name(),
              draft.driver(),
              draft.enabled(),
              draft.settings(),
              List.of(),
              draft.recording(),
              draft.detectors(),
              draft.zones(),
              draft.masks(),
              draft.labels(),
              Instant.EPOCH);
      cameras.add(camera);
      return camera;
    }

    @Override
    public Optional<Camera> camera(CameraId id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Camera replace(CameraId id, long version, CameraDraft draft) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean delete(CameraId id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CameraStatus status(CameraId id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<StreamProbe> test(String driver, Map<String, Object> settings) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<StreamProbe> test(CameraId camera, String driver, Map<String, Object> settings) {
      throw new UnsupportedOperationException();
    }
  }
}
