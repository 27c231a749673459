package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
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
import org.junit.jupiter.params.provider.EnumSource;

/** G.711 is received as it is; that MP4 does not carry it is the worker's to know. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
final class G711Test {
  private static final class Sink implements EngineSink {
    private final List<StreamFormat> formats = new ArrayList<>();
    private final List<String> sound = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    volatile String failure = "";

    @Override
    public synchronized void format(StreamFormat format) {
      formats.add(format);
    }

    @Override
    public synchronized void unit(
        int track, long pts, long dts, boolean keyframe, ByteBuffer payload) {
      if (track == 2) {
        sound.add(Rtp.hex(payload));
        times.add(pts);
      }
    }

    @Override
    public void lostPackets(long count) {}

    @Override
    public void failed(Kind kind, String cause) {
      failure = cause;
    }

    synchronized int count() {
      return sound.size();
    }
  }

  /** Types 8 and 0 need no rtpmap: RFC 3551, 6. */
  @ParameterizedTest
  @EnumSource(
      value = Codec.class,
      names = {"PCMA", "PCMU"})
  void comesAsItIsSent(Codec codec) throws Exception {
    var engine = new RtspEngine();
    var sink = new Sink();
    String tone = codec == Codec.PCMA ? "34212134b4a1a1b4" : "1e0b0b1e9e8b8b9e";
    try (var cameras = SimulatedCameras.start()) {
      var camera = cameras.camera("front");
      camera.stream("main", codec == Codec.PCMA ? Sample.pcma() : Sample.named("pcmu"));
      var source =
          new StreamSource.Rtsp(
              camera.uri("main"), Optional.empty(), StreamSource.Transport.TCP, false);
      var session = engine.open(new EngineRequest("front", source, Duration.ofSeconds(10)), sink);
      while (sink.count() < 40) {
        assertThat(sink.failure).isEmpty();
        LockSupport.parkNanos(10_000_000);
      }
      session.close();
    } finally {
      engine.close();
    }
    assertThat(sink.formats.get(0).tracks())
        .extracting(Track::codec)
        .containsExactly(Codec.H264, codec);
    assertThat(sink.sound)
        .allMatch(packet -> packet.substring(4).equals(tone.repeat(20).substring(4)));
    for (int i = 1; i < 20; i++) {
      int number = Integer.parseInt(sink.sound.get(i).substring(0, 4), 16);
      int before = Integer.parseInt(sink.sound.get(i - 1).substring(0, 4), 16);
      assertThat(number).as("packet").isIn(before + 1, 0); // the sample is sent over and over
      assertThat(sink.times.get(i) - sink.times.get(i - 1)).isBetween(157L, 163L);
    }
  }
}
