package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.camera.StreamSource.Transport;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSession;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.tck.Metadata;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCamera;
import io.vigilnvr.tck.SimulatedCameras;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

/** What an ONVIF camera tells beside its pictures, for a sink that wants it. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
final class MetadataTest {
  private static final int DOCUMENTS = 8;

  private static final class Sink implements EngineSink {
    private final List<String> documents = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private int tracks;
    private int units;
    private long firstPicture = Long.MIN_VALUE;
    private String failure = "";

    @Override
    public synchronized void format(StreamFormat format) {
      tracks = format.tracks().size();
    }

    @Override
    public synchronized void unit(
        int track, long pts, long dts, boolean keyframe, ByteBuffer payload) {
      units++;
      if (track == 1 && firstPicture == Long.MIN_VALUE) {
        firstPicture = pts;
      }
    }

    @Override
    public boolean wantsData() {
      return true;
    }

    @Override
    public synchronized void data(String type, long ticks, ByteBuffer payload) {
      assertThat(type).isEqualTo("application/vnd.onvif.metadata");
      documents.add(StandardCharsets.UTF_8.decode(payload).toString());
      times.add(ticks);
    }

    @Override
    public void lostPackets(long count) {}

    @Override
    public synchronized void failed(Kind kind, String cause) {
      failure = cause;
    }

    synchronized boolean hasEnough() {
      assertThat(failure).isEmpty();
      return documents.size() >= DOCUMENTS && units >= 25;
    }
  }

  /** With loss, what comes is whole all the same. */
  @ParameterizedTest
  @CsvSource({"TCP,0", "UDP,0", "UDP,0.1"})
  void comesInWholeDocuments(Transport transport, double loss) throws Exception {
    var engine = new RtspEngine();
    var sink = new Sink();
    try (var cameras = SimulatedCameras.start()) {
      SimulatedCamera camera = cameras.camera("front").stream("main", Sample.aac()).metadata();
      camera.loss(loss, false);
      var source = new StreamSource.Rtsp(camera.uri("main"), Optional.empty(), transport, false);
      EngineSession session =
          engine.open(new EngineRequest("front", source, Duration.ofSeconds(10)), sink);
      while (!sink.hasEnough()) {
        LockSupport.parkNanos(5_000_000);
      }
      session.close();
      assertThat(camera.metadataSetUps()).isEqualTo(1);
    } finally {
      engine.close();
    }
    assertThat(sink.tracks).as("pictures and sound").isEqualTo(2);
    List<Metadata> read =
        sink.documents.stream().flatMap(text -> Metadata.read(text).stream()).toList();
    assertThat(read).as("whole ones").hasSameSizeAs(sink.documents);
    for (int i = 1; i < read.size(); i++) {
      long numbers = read.get(i).number() - read.get(i - 1).number();
      assertThat(numbers).isPositive();
      assertThat(loss > 0 || numbers == 1).as("none is missing").isTrue();
      // Of each fifth picture.
      assertThat(sink.times.get(i) - sink.times.get(i - 1)).isEqualTo(numbers * 5 * 3600);
    }
    assertThat(Math.abs(sink.times.get(0) - sink.firstPicture))
        .as("on the clock of the pictures")
        .isLessThan(10 * 90_000);
  }
}
