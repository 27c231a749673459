package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.camera.StreamSource.Transport;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSession;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCamera;
import io.vigilnvr.tck.SimulatedCameras;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A camera agrees to send datagrams, and a firewall takes them all. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
final class TransportTest {
  private static final class Sink implements EngineSink {
    final AtomicInteger units = new AtomicInteger();
    volatile String failure = "";

    @Override
    public void format(StreamFormat format) {}

    @Override
    public void unit(int track, long pts, long dts, boolean keyframe, ByteBuffer payload) {
      units.incrementAndGet();
    }

    @Override
    public void lostPackets(long count) {}

    @Override
    public void failed(Kind kind, String cause) {
      failure = kind + ": " + cause;
    }
  }

  @Test
  void whatDoesNotComeByUdpIsAskedForOverTcpUnlessTheSettingsForbid() throws Exception {
    var engine = new RtspEngine();
    try (var cameras = SimulatedCameras.start()) {
      SimulatedCamera camera = cameras.camera("front").stream("main", Sample.sub());
      camera.loss(1, false);
      var either = new Sink();
      var onlyUdp = new Sink();
      EngineSession one = open(engine, camera, Transport.AUTO, either);
      EngineSession other = open(engine, camera, Transport.UDP, onlyUdp);
      while (either.units.get() < 5 || onlyUdp.failure.isEmpty()) {
        assertThat(either.failure).isEmpty();
        LockSupport.parkNanos(10_000_000);
      }
      assertThat(onlyUdp.failure).startsWith("UNREACHABLE").contains("nothing arrives by UDP");
      assertThat(onlyUdp.units).hasValue(0);
      assertThat(camera.sessions("main"))
          .extracting(SimulatedCamera.Session::transport)
          .containsExactlyInAnyOrder("udp", "udp", "tcp");
      one.close();
      other.close();
    } finally {
      engine.close();
    }
  }

  private static EngineSession open(
      RtspEngine engine, SimulatedCamera camera, Transport transport, Sink sink) {
    var source = new StreamSource.Rtsp(camera.uri("main"), Optional.empty(), transport, false);
    return engine.open(new EngineRequest("front/main", source, Duration.ofSeconds(10)), sink);
  }
}
