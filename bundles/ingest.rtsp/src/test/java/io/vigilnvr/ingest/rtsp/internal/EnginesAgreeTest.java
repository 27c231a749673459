package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.sun.jna.NativeLibrary;
import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.camera.StreamSource.Transport;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSession;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.ingest.IngestEngine;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.tck.FrameMark;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCameras;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Both engines get the same of the same stream, byte for byte. Skipped where there is no GStreamer,
 * unless {@code VIGIL_REQUIRE_GSTREAMER=1}. {@code -Dvigil.agree.minutes=30} makes each test go on
 * for so long, {@code -Dvigil.agree.samples=FOLDER} compares its MP4 files, too.
 */
@Execution(ExecutionMode.CONCURRENT)
final class EnginesAgreeTest {
  /** So many more than are to be compared, as one begins before the other. */
  private static final int MOST_APART = 150;

  /** A packet that is lost breaks so many pictures: its own, and one on each side. */
  private static final int MOST_BROKEN = 3;

  private static final int MINUTES = Integer.getInteger("vigil.agree.minutes", 0);
  private static final int UNITS = Math.max(200, MINUTES * 60 * 25);
  private static final Duration PATIENCE = Duration.ofMinutes(2 + 2 * MINUTES);

  /** What a unit was: for so many, keeping the bytes would take too much. */
  private record Unit(
      int track, long pts, long dts, boolean keyframe, String digest, List<FrameMark> marks) {
    long number() {
      return marks.get(0).number();
    }
  }

  private record Pair(Unit one, Unit other) {}

  private static final class Sink implements EngineSink {
    private final List<Unit> units = new ArrayList<>();
    final List<StreamFormat> formats = new ArrayList<>();
    volatile String failure = "";
    final AtomicLong lost = new AtomicLong();

    @Override
    public synchronized void format(StreamFormat format) {
      formats.add(format);
    }

    @Override
    public synchronized void unit(
        int track, long pts, long dts, boolean keyframe, ByteBuffer payload) {
      units.add(new Unit(track, pts, dts, keyframe, digest(payload), FrameMark.in(payload)));
    }

    private static String digest(ByteBuffer payload) {
      try {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        sha.update(payload.duplicate());
        return payload.remaining() + ":" + Rtp.hex(ByteBuffer.wrap(sha.digest(), 0, 12));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void lostPackets(long count) {
      lost.addAndGet(count);
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

  private final List<EngineSession> sessions = new ArrayList<>();
  private List<IngestEngine> engines = List.of();

  private static boolean isInstalled() {
    try {
      NativeLibrary.getInstance("gstreamer-1.0");
      return true;
    } catch (UnsatisfiedLinkError e) {
      return "1".equals(System.getenv("VIGIL_REQUIRE_GSTREAMER"));
    }
  }

  @BeforeEach
  void load() {
    assumeThat(isInstalled()).as("GStreamer").isTrue();
    engines =
        Stream.of("rtsp", "gstreamer")
            .flatMap(
                id ->
                    ServiceLoader.load(IngestEngine.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(engine -> engine.id().equals(id)))
            .toList();
    assertThat(engines).hasSize(2);
  }

  @AfterEach
  void close() {
    sessions.forEach(EngineSession::close);
    engines.forEach(IngestEngine::close);
  }

  private Sink receive(IngestEngine engine, URI uri, Transport transport) {
    var sink = new Sink();
    var source = new StreamSource.Rtsp(uri, Optional.empty(), transport, false);
    sessions.add(
        engine.open(new EngineRequest(uri.getPath(), source, Duration.ofSeconds(10)), sink));
    return sink;
  }

  private static void await(List<Sink> sinks, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(sinks).allMatch(sink -> sink.failure.isEmpty());
      assertThat(System.nanoTime()).as("in vain").isLessThan(deadline);
      LockSupport.parkNanos(10_000_000);
    }
  }

  /** All at once: they take their time, and little else. */
  @Test
  void onEveryByte() throws Exception {
    Map<String, List<Sink>> cases = new LinkedHashMap<>();
    try (var cameras = SimulatedCameras.start()) {
      List<String> names =
          new ArrayList<>(
              List.of(
                  "main",
                  "sub",
                  "bframes",
                  "h265",
                  "aac",
                  "opus",
                  "main over UDP",
                  "aac over UDP",
                  "opus over UDP"));
      names.addAll(files());
      for (String name : names) {
        String[] words = name.split(" ", 2);
        URI uri = cameras.camera("cam" + cases.size()).stream("main", sample(words[0])).uri("main");
        Transport transport = words.length > 1 ? Transport.UDP : Transport.TCP;
        cases.put(name, engines.stream().map(engine -> receive(engine, uri, transport)).toList());
      }
      List<Sink> all = cases.values().stream().flatMap(List::stream).toList();
      await(all, () -> all.stream().allMatch(sink -> sink.count() >= UNITS + MOST_APART));
    }
    // After so long, all that differs is to be known.
    assertAll(cases.entrySet().stream().map(each -> () -> compare(each.getKey(), each.getValue())));
  }

  private static List<String> files() throws IOException {
    String folder = System.getProperty("vigil.agree.samples", "");
    if (folder.isEmpty()) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(Path.of(folder))) {
      return all.map(Path::toString).filter(name -> name.endsWith(".mp4")).sorted().toList();
    }
  }

  private static Sample sample(String name) throws IOException {
    return Sample.BUILT_IN.contains(name) ? Sample.named(name) : Sample.file(Path.of(name));
  }

  private static void compare(String name, List<Sink> sinks) {
    long lost = sinks.stream().mapToLong(sink -> sink.lost.get()).sum();
    // A busy machine drops datagrams, of one or of the other.
    long allowance = name.endsWith("UDP") ? Math.max(10, UNITS / 100) : 0;
    assertThat(lost).as("lost of %s", name).isLessThanOrEqualTo(allowance);
    StreamFormat one = sinks.get(0).formats.get(0);
    assertThat(sinks.get(1).formats.get(0).tracks()).as(name).hasSameSizeAs(one.tracks());
    for (int track = 1; track <= one.tracks().size(); track++) {
      assertThat(sinks.get(1).formats.get(0).track(track)).as(name).isEqualTo(one.track(track));
      compare(name, sinks.get(0).of(track), sinks.get(1).of(track), lost);
    }
  }

  /** From the first unit on that both have. */
  private static void compare(String name, List<Unit> one, List<Unit> other, long lost) {
    int skipped = indexOf(one, other.get(0));
    int start = skipped < 0 ? indexOf(other, one.get(0)) : 0;
    assertThat(start).as("where both are the same in %s", name).isNotNegative();
    List<Pair> pairs =
        pairs(
            one.subList(Math.max(0, skipped), one.size()),
            other.subList(start, other.size()),
            lost * MOST_BROKEN);
    assertThat(pairs).as(name).hasSizeGreaterThan(UNITS / 4);
    // B-frames: until the depth of reordering is known, the first times may be guessed otherwise.
    Pair last = pairs.get(pairs.size() - 1);
    long ptsApart = pairs.get(0).one().pts() - pairs.get(0).other().pts();
    long dtsApart = last.one().dts() - last.other().dts();
    for (int i = 0; i < pairs.size(); i++) {
      Unit a = pairs.get(i).one();
      Unit b = pairs.get(i).other();
      assertThat(b.digest()).as("payload of unit %d of %s", i, name).isEqualTo(a.digest());
      assertThat(b.keyframe()).as("keyframe %d of %s", i, name).isEqualTo(a.keyframe());
      assertThat(a.pts() - b.pts())
          .as("pts of unit %d of %s", i, name)
          .isBetween(ptsApart - 1, ptsApart + 1);
      if (i >= 16) {
        assertThat(a.dts() - b.dts())
            .as("dts of unit %d of %s", i, name)
            .isBetween(dtsApart - 1, dtsApart + 1);
      }
    }
    // `./vigil test` says nothing of a test that is green; whoever lets it run for long wants this.
    System.out.printf("%s: %d units agree, %d packets lost%n", name, pairs.size(), lost);
  }

  /**
   * One behind the other, as long as nothing is lost; else by their times.
   *
   * @param unpaired so many may have reached one of the two only
   */
  private static List<Pair> pairs(List<Unit> one, List<Unit> other, long unpaired) {
    long apart = one.get(0).pts() - other.get(0).pts();
    List<Pair> pairs = new ArrayList<>();
    long left = unpaired;
    for (int i = 0, j = 0; i < one.size() && j < other.size(); ) {
      long later = one.get(i).pts() - other.get(j).pts() - apart;
      if (left > 0 && Math.abs(later) > 1) {
        left--;
        if (later < 0) {
          i++;
        } else {
          j++;
        }
      } else {
        pairs.add(new Pair(one.get(i++), other.get(j++)));
      }
    }
    return pairs;
  }

  private static int indexOf(List<Unit> units, Unit wanted) {
    for (int i = 0; i < units.size(); i++) {
      if (units.get(i).digest().equals(wanted.digest())) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Datagrams are lost, by the simulated camera's own dice: what is received nevertheless is whole.
   * What it should be is told by a connection over TCP, which loses nothing.
   */
  @Test
  void thatNothingBrokenIsReceived() throws Exception {
    Map<String, List<Sink>> cases = new LinkedHashMap<>();
    try (var cameras = SimulatedCameras.start()) {
      for (String name : List.of("main", "h265", "bframes")) {
        var camera = cameras.camera(name).stream("main", Sample.named(name));
        camera.loss(0.03, false);
        URI uri = camera.uri("main");
        cases.put(
            name,
            List.of(
                receive(engines.get(0), uri, Transport.TCP),
                receive(engines.get(0), uri, Transport.UDP),
                receive(engines.get(1), uri, Transport.UDP)));
      }
      List<Sink> all = cases.values().stream().flatMap(List::stream).toList();
      await(all, () -> all.stream().allMatch(sink -> sink.count() >= UNITS));
    }
    cases.forEach(EnginesAgreeTest::isWhole);
  }

  private static void isWhole(String name, List<Sink> sinks) {
    Map<Long, String> sent = new HashMap<>();
    sinks.get(0).of(1).forEach(unit -> sent.put(unit.number(), unit.digest()));
    for (int i = 1; i < sinks.size(); i++) {
      String which = name + " by engine " + i;
      assertThat(sinks.get(i).lost.get()).as("lost of " + which).isPositive();
      int compared = 0;
      for (Unit unit : sinks.get(i).of(1)) {
        assertThat(unit.marks()).as("a picture of " + which).hasSize(1);
        String whole = sent.get(unit.number());
        if (whole != null) {
          assertThat(unit.digest()).as("picture %d of %s", unit.number(), which).isEqualTo(whole);
          compared++;
        }
      }
      assertThat(compared).as("compared of " + which).isGreaterThan(UNITS / 4);
    }
  }
}
