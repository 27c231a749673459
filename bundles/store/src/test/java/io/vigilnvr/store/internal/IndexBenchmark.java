package io.vigilnvr.store.internal;

import com.zaxxer.hikari.HikariDataSource;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.storage.VolumeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;

/**
 * Times the index at a million segments: 16 cameras for 43 days. A main class, not a test:
 *
 * <pre>mvn -f bundles/store/pom.xml exec:java -Dexec.classpathScope=test \
 *   -Dexec.mainClass=io.vigilnvr.store.internal.IndexBenchmark</pre>
 */
final class IndexBenchmark {
  private static final int CAMERAS = 16;
  private static final int SEGMENTS = 1_000_000;
  private static final int BATCH = 1000;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final VolumeId DISK = new VolumeId("disk-1");

  private IndexBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("vigil-benchmark");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (Server server = new EmbeddedServer(folder)) {
      new Schema(server.database()).migrate();
      try (HikariDataSource readers = Lease.pool("vigil", 8, server.database());
          HikariDataSource recorder = Lease.pool("vigil-recorder", 3, server.database());
          var main = new LocalTransactions("vigil", readers);
          var own = new LocalTransactions("vigil-recorder", recorder)) {
        run(new JpaSegmentIndex(main, own));
      }
    }
  }

  private static void run(JpaSegmentIndex index) throws Exception {
    long started = System.nanoTime();
    for (int i = 0; i < SEGMENTS; i += BATCH) {
      index.upsert(LongStream.range(i, i + BATCH).mapToObj(IndexBenchmark::segment).toList());
    }
    long nanos = System.nanoTime() - started;
    say("insert %d in batches of %d: %d/s", SEGMENTS, BATCH, SEGMENTS * 1_000_000_000L / nanos);
    var stream = new StreamId(new CameraId("camera-7"), StreamRole.MAIN);
    Instant middle = START.plus(Duration.ofDays(20));
    List<Segment> open =
        LongStream.range(500_000, 500_016).mapToObj(IndexBenchmark::segment).toList();
    time("upsert of 16 that are there", () -> index.upsert(open));
    time("find 1 minute", () -> index.find(stream, middle, middle.plusSeconds(60)));
    time("find 1 hour", () -> index.find(stream, middle, middle.plus(Duration.ofHours(1))));
    time("find 1 day", () -> index.find(stream, middle, middle.plus(Duration.ofDays(1))));
    time("find 7 days", () -> index.find(stream, middle, middle.plus(Duration.ofDays(7))));
    time("find by id", () -> index.find("camera-7-main-500007"));
    time("oldest 100 of volume", () -> index.oldest(DISK, Optional.empty(), 100));
    time("oldest 100 of camera", () -> index.oldest(DISK, Optional.of(stream.camera()), 100));
    time("page of 1000", () -> index.page(DISK, "camera-7-main-5", 1000));
    time("bytes of volume", () -> index.bytes(DISK, Optional.empty()));
    time("bytes of camera", () -> index.bytes(DISK, Optional.of(stream.camera())));
    time("count of volume", () -> index.count(DISK));
    var ids = new ArrayList<String>();
    index.oldest(DISK, Optional.empty(), 1000).forEach(segment -> ids.add(segment.id()));
    int[] at = {0};
    time(
        "mark 16 as garbage",
        () -> index.markGarbage(ids.subList(at[0], at[0] += 16), GapCause.DELETED_BY_RETENTION));
    time("garbage 100", () -> index.garbage(DISK, 100));
    time("conditions of camera", () -> index.conditions(stream.camera(), START, middle));
    at[0] = 0;
    time("remove 16", () -> index.remove(ids.subList(at[0], at[0] += 16)));
  }

  private static void time(String what, Runnable work) throws Exception {
    time(
        what,
        () -> {
          work.run();
          return what;
        });
  }

  private static void time(String what, Callable<?> work) throws Exception {
    long[] nanos = new long[21];
    for (int i = 0; i < nanos.length; i++) {
      long started = System.nanoTime();
      work.call();
      nanos[i] = System.nanoTime() - started;
    }
    long first = nanos[0];
    Arrays.sort(nanos);
    say(
        "%-30s first %7.2f ms, median %7.2f ms, worst %7.2f ms",
        what, first / 1e6, nanos[10] / 1e6, nanos[20] / 1e6);
  }

  private static void say(String format, Object... values) {
    System.out.printf(format + "%n", values);
  }

  private static Segment segment(long n) {
    var stream = new StreamId(new CameraId("camera-" + n % CAMERAS), StreamRole.MAIN);
    long minute = n / CAMERAS;
    Instant from = START.plusSeconds(minute * 60);
    var keyframes = new ArrayList<Segment.Keyframe>();
    for (int i = 0; i < 30; i++) {
      keyframes.add(new Segment.Keyframe(812 + i * 1_000_003L, (minute * 60 + i * 2L) * 90_000L));
    }
    return new Segment(
        stream.camera() + "-main-" + n,
        stream,
        START.toEpochMilli(),
        from,
        from.plusSeconds(60),
        minute * 60 * 90_000,
        (minute + 1) * 60 * 90_000,
        90_000,
        812,
        30_000_812,
        1500,
        n * 1500,
        n * 1500 + 1499,
        "avc1.4d0028,mp4a.40.2",
        keyframes,
        Optional.of("0123456789abcdef".repeat(4)),
        Segment.State.SEALED,
        DISK,
        stream.camera() + "/main/2026/01/01/00/20260101T000000.000Z-" + n + ".mp4");
  }
}
