package io.vigilnvr.ingest.gstreamer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSession;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCamera;
import io.vigilnvr.tck.SimulatedCameras;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A camera that fails for years must not fill the worker. */
@Isolated("counts the files of the process")
final class LeakTest {
  private static final class Waiting implements EngineSink {
    final CountDownLatch unit = new CountDownLatch(1);
    final CountDownLatch end = new CountDownLatch(1);

    @Override
    public void format(StreamFormat format) {}

    @Override
    public void unit(
        int track, long ptsTicks, long dtsTicks, boolean keyframe, ByteBuffer payload) {
      unit.countDown();
    }

    @Override
    public void lostPackets(long count) {}

    @Override
    public void failed(CameraException.Kind kind, String cause) {
      end.countDown();
    }
  }

  private static long openFiles() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  private static void connectAndLose(GStreamerEngine engine, SimulatedCamera camera)
      throws InterruptedException {
    Waiting sink = new Waiting();
    StreamSource source =
        new StreamSource.Rtsp(
            camera.uri("main"), Optional.empty(), StreamSource.Transport.TCP, false);
    EngineSession session =
        engine.open(new EngineRequest("front/main", source, Duration.ofSeconds(10)), sink);
    assertThat(sink.unit.await(60, TimeUnit.SECONDS)).isTrue();
    camera.cut();
    assertThat(sink.end.await(60, TimeUnit.SECONDS)).isTrue();
    session.close();
  }

  @Test
  void leavesNothingOpenOfAConnectionThatBroke() throws Exception {
    if (!"1".equals(System.getenv("VIGIL_REQUIRE_GSTREAMER"))) {
      Assumptions.assumeTrue(Library.INSTANCE.problem().isEmpty(), "GStreamer is not installed");
    }
    try (SimulatedCameras cameras = SimulatedCameras.start()) {
      SimulatedCamera camera = cameras.camera("front").stream("main", Sample.sub());
      GStreamerEngine engine = new GStreamerEngine();
      connectAndLose(engine, camera);
      long before = openFiles();
      for (int i = 0; i < 10; i++) {
        connectAndLose(engine, camera);
      }
      // Each had left a message that held its whole pipeline, with two sockets.
      assertThat(openFiles()).isLessThanOrEqualTo(before + 5);
    }
  }
}
