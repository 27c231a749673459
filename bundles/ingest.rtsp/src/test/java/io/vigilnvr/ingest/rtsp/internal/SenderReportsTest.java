package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.tck.Rtcp;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCameras;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A camera that sends its sound later than the pictures of the same moment; the timestamps of both
 * begin anywhere, as RFC 3550, 5.1 asks for.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
final class SenderReportsTest {
  private static final int UNITS = 30;

  private static final class Sink implements EngineSink {
    private Optional<StreamFormat> format = Optional.empty();
    private double pictureSeconds;
    private final List<Double> behind = new ArrayList<>();
    volatile String failure = "";

    @Override
    public synchronized void format(StreamFormat next) {
      format = Optional.of(next);
    }

    /** Notes how much older sound is than the picture that came before it. */
    @Override
    public synchronized void unit(
        int track, long pts, long dts, boolean keyframe, ByteBuffer payload) {
      StreamFormat known = format.orElseThrow();
      double seconds = pts / (double) known.track(track).timescale();
      if (track == known.primary().number()) {
        pictureSeconds = seconds;
      } else {
        behind.add(pictureSeconds - seconds);
      }
    }

    @Override
    public void lostPackets(long count) {}

    @Override
    public void failed(Kind kind, String cause) {
      failure = cause;
    }

    synchronized List<Double> behind() {
      return List.copyOf(behind);
    }
  }

  /** Wrong reports are as good as none: then it is arrival that counts, on a busy machine, too. */
  @ParameterizedTest
  @CsvSource({"RIGHT,1.5,0.2", "WRONG,0,1", "ABSENT,0,1"})
  void putSoundBesideItsPictures(Rtcp reports, double behind, double tolerance) throws Exception {
    var engine = new RtspEngine();
    var sink = new Sink();
    try (var cameras = SimulatedCameras.start()) {
      var camera =
          cameras.camera("front").stream("main", Sample.aac()).soundLate(Duration.ofMillis(1500));
      camera.rtcp(reports);
      var source =
          new StreamSource.Rtsp(
              camera.uri("main"), Optional.empty(), StreamSource.Transport.TCP, false);
      var session = engine.open(new EngineRequest("front", source, Duration.ofSeconds(10)), sink);
      while (sink.behind().size() < UNITS) {
        assertThat(sink.failure).isEmpty();
        LockSupport.parkNanos(10_000_000);
      }
      session.close();
    } finally {
      engine.close();
    }
    assertThat(sink.behind())
        .allSatisfy(each -> assertThat(each).isBetween(behind - tolerance, behind + tolerance));
  }
}
