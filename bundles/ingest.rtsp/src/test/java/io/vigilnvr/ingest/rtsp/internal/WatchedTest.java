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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What is read at once, and what waits for a tick: told by an engine whose ticks never come. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
final class WatchedTest {
  private static final int PICTURES = 25;

  private static final class Sink implements EngineSink {
    final AtomicInteger units = new AtomicInteger();
    final AtomicInteger handedOver = new AtomicInteger();
    volatile String failure = "";

    @Override
    public void format(StreamFormat format) {}

    @Override
    public void unit(int track, long pts, long dts, boolean keyframe, ByteBuffer payload) {
      units.incrementAndGet();
    }

    @Override
    public void handOver() {
      handedOver.set(units.get());
    }

    @Override
    public void lostPackets(long count) {}

    @Override
    public void failed(Kind kind, String cause) {
      failure = cause;
    }
  }

  private final Sink sink = new Sink();

  private void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      assertThat(sink.failure).isEmpty();
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Waits until the camera has sent a second's worth and none of it was read. */
  private int awaitGathering(SimulatedCamera camera) {
    int units;
    do {
      units = sink.units.get();
      long frames = sent(camera);
      await(() -> sent(camera) >= frames + PICTURES);
    } while (sink.units.get() != units);
    return units;
  }

  private static long sent(SimulatedCamera camera) {
    return camera.sessions("main").stream().mapToLong(SimulatedCamera.Session::frames).sum();
  }

  private EngineSession open(RtspEngine engine, SimulatedCamera camera, Transport transport) {
    var source = new StreamSource.Rtsp(camera.uri("main"), Optional.empty(), transport, false);
    return engine.open(new EngineRequest("front/main", source, Duration.ofSeconds(10)), sink);
  }

  /** The system holds too few datagrams for a tick; but their units go on at one, as all do. */
  @Test
  void datagramsAreReadAtOnceAndHandedOverAtTicks() throws Exception {
    try (var cameras = SimulatedCameras.start()) {
      SimulatedCamera camera = cameras.camera("front").stream("main", Sample.sub());
      var endless = new RtspEngine(Duration.ofDays(1));
      EngineSession session = open(endless, camera, Transport.UDP);
      await(() -> sink.units.get() >= PICTURES);
      assertThat(sink.handedOver).hasValue(0);
      session.close();
      endless.close();
      for (Transport transport : List.of(Transport.UDP, Transport.TCP)) {
        int before = sink.units.get();
        var engine = new RtspEngine();
        EngineSession other = open(engine, camera, transport);
        await(() -> sink.handedOver.get() >= before + PICTURES);
        other.close();
        engine.close();
      }
    }
  }

  @Test
  void whatIsWatchedIsReadAtOnceAndOnlyThat() throws Exception {
    var engine = new RtspEngine(Duration.ofDays(1));
    try (var cameras = SimulatedCameras.start()) {
      SimulatedCamera camera = cameras.camera("front").stream("main", Sample.sub());
      EngineSession session = open(engine, camera, Transport.TCP);
      await(() -> sent(camera) > 0);
      int gathering = awaitGathering(camera);
      session.watched(true);
      await(() -> sink.units.get() >= gathering + 3 * PICTURES);
      session.watched(false);
      int after = awaitGathering(camera);
      session.watched(true);
      await(() -> sink.units.get() >= after + 2 * PICTURES);
      session.close();
    } finally {
      engine.close();
    }
  }
}
