package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.jna.NativeLibrary;
import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.camera.StreamSource.Transport;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSession;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.ingest.IngestEngine;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCameras;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Both engines get the same of the same stream, byte for byte. Skipped where there is no GStreamer,
 * unless {@code VIGIL_REQUIRE_GSTREAMER=1}.
 */
@Timeout(120)
final class EnginesAgreeTest {
  private static final int UNITS = 200;

  /** Starts and ends of what the two received differ by so many units at most. */
  private static final int MOST_APART = 150;

  private record Unit(int track, long pts, long dts, boolean keyframe, String payload) {}

  private static final class Sink implements EngineSink {
    final List<Unit> units = new ArrayList<>();
    final List<StreamFormat> formats = new ArrayList<>();
    volatile String failure = "";

    @Override
    public synchronized void format(StreamFormat format) {
      formats.add(format);
    }

    @Override
    public synchronized void unit(
        int track, long pts, long dts, boolean keyframe, ByteBuffer payload) {
      units.add(new Unit(track, pts, dts, keyframe, Rtp.hex(payload)));
    }

    @Override
    public void lostPackets(long count) {
      failure = count + " packets lost";
    }

    @Override
    public void failed(Kind kind, String cause) {
      failure = cause;
    }

    synchronized List<Unit> of(int track) {
      return units.stream().filter(unit -> unit.track() == track).toList();
    }

    synchronized int count() {
      return units.size();
    }
  }

  private static Sample sample(String name) {
    return switch (name) {
      case "main" -> Sample.main();
      case "sub" -> Sample.sub();
      case "bframes" -> Sample.bFrames();
      case "h265" -> Sample.h265();
      default -> Sample.aac();
    };
  }

  private static boolean isInstalled() {
    try {
      NativeLibrary.getInstance("gstreamer-1.0");
      return true;
    } catch (UnsatisfiedLinkError e) {
      return "1".equals(System.getenv("VIGIL_REQUIRE_GSTREAMER"));
    }
  }

  @ParameterizedTest
  @CsvSource({"main,TCP", "sub,TCP", "bframes,TCP", "h265,TCP", "aac,TCP", "main,UDP", "aac,UDP"})
  void onEveryByte(String name, Transport transport) throws Exception {
    assumeThat(isInstalled()).as("GStreamer").isTrue();
    List<IngestEngine> engines =
        ServiceLoader.load(IngestEngine.class).stream()
            .filter(each -> Stream.of("rtsp", "gstreamer").anyMatch(each.get().id()::equals))
            .map(ServiceLoader.Provider::get)
            .toList();
    assertThat(engines).hasSize(2);
    var sinks = List.of(new Sink(), new Sink());
    var sessions = new ArrayList<EngineSession>();
    try (var cameras = SimulatedCameras.start()) {
      var uri = cameras.camera("one").stream("main", sample(name)).uri("main");
      for (int i = 0; i < 2; i++) {
        sessions.add(
            engines
                .get(i)
                .open(
                    new EngineRequest(
                        "one",
                        new StreamSource.Rtsp(uri, Optional.empty(), transport, false),
                        Duration.ofSeconds(10)),
                    sinks.get(i)));
      }
      while (sinks.stream().anyMatch(sink -> sink.count() < UNITS + MOST_APART)) {
        assertThat(sinks).allMatch(sink -> sink.failure.isEmpty());
        LockSupport.parkNanos(10_000_000);
      }
    } finally {
      sessions.forEach(EngineSession::close);
      engines.forEach(IngestEngine::close);
    }
    StreamFormat one = sinks.get(0).formats.get(0);
    assertThat(sinks.get(1).formats.get(0).tracks()).hasSameSizeAs(one.tracks());
    for (int track = 1; track <= one.tracks().size(); track++) {
      assertThat(sinks.get(1).formats.get(0).track(track)).isEqualTo(one.track(track));
      compare(sinks.get(0).of(track), sinks.get(1).of(track));
    }
  }

  /** From the first unit on that both have. */
  private static void compare(List<Unit> one, List<Unit> other) {
    int start = indexOf(other, one.get(0));
    if (start < 0) {
      compare(other, one);
      return;
    }
    int count = Math.min(one.size(), other.size() - start);
    assertThat(count).isGreaterThan(UNITS / 4);
    // B-frames: until the depth of reordering is known, the first times may be guessed otherwise.
    long ptsApart = one.get(0).pts() - other.get(start).pts();
    long dtsApart = one.get(count - 1).dts() - other.get(start + count - 1).dts();
    for (int i = 0; i < count; i++) {
      Unit a = one.get(i);
      Unit b = other.get(start + i);
      assertThat(b.payload()).as("payload of unit %d", i).isEqualTo(a.payload());
      assertThat(b.keyframe()).as("keyframe %d", i).isEqualTo(a.keyframe());
      assertThat(a.pts() - b.pts()).as("pts of unit %d", i).isBetween(ptsApart - 1, ptsApart + 1);
      if (i >= 16) {
        assertThat(a.dts() - b.dts()).as("dts of unit %d", i).isBetween(dtsApart - 1, dtsApart + 1);
      }
    }
  }

  private static int indexOf(List<Unit> units, Unit wanted) {
    for (int i = 0; i < Math.min(units.size(), MOST_APART); i++) {
      if (units.get(i).payload().equals(wanted.payload())) {
        return i;
      }
    }
    return -1;
  }
}
