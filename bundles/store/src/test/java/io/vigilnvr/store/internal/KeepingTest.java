package io.vigilnvr.store.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventType;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex.Keeping;
import io.vigilnvr.api.storage.VolumeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Which footage is kept for events, and which events for footage. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KeepingTest {
  private static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");
  private static final CameraId DOOR = new CameraId("door");
  private static final CameraId YARD = new CameraId("yard");
  private static final VolumeId DISK = new VolumeId("disk-1");

  private final Server server;
  private final HikariDataSource pool;
  private final LocalTransactions transactions;
  private final JpaSegmentIndex index;
  private final JpaEventStore events;

  KeepingTest(@TempDir Path folder) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    server = new EmbeddedServer(folder);
    new Schema(server.database()).migrate();
    pool = Lease.pool("vigil", 4, server.database());
    transactions = new LocalTransactions("vigil", pool);
    index = new JpaSegmentIndex(transactions, transactions);
    events = new JpaEventStore(transactions);
  }

  @BeforeEach
  void empties() throws SQLException {
    execute("TRUNCATE event, segment, condition");
  }

  @AfterAll
  void stops() throws Exception {
    transactions.close();
    pool.close();
    server.close();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = server.database().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setNetworkTimeout(Runnable::run, 200_000);
      statement.execute("SET statement_timeout = 0");
      statement.execute(sql);
    }
  }

  private static Instant at(long seconds) {
    return T0.plusSeconds(seconds);
  }

  /** Minutes of a camera: the first starts at 0 s. */
  private void record(CameraId camera, int from, int to) {
    var minutes = new ArrayList<Segment>();
    for (int minute = from; minute < to; minute++) {
      minutes.add(segment(camera, minute, minute * 60L, minute * 60L + 60));
    }
    index.upsert(minutes);
  }

  private static Segment segment(CameraId camera, int number, long from, long to) {
    var stream = new StreamId(camera, StreamRole.MAIN);
    return new Segment(
        camera + "-main-" + number,
        stream,
        1,
        at(from),
        at(to),
        from * 90_000,
        to * 90_000,
        90_000,
        812,
        1000,
        1500,
        number * 1500L,
        number * 1500L + 1499,
        "avc1.4d0028",
        List.of(new Segment.Keyframe(812, from * 90_000)),
        Optional.of("0123456789abcdef".repeat(4)),
        Segment.State.SEALED,
        DISK,
        camera + "/" + number + ".mp4");
  }

  private void happens(String id, long from, Optional<Long> to, String label, String... zones) {
    events.insert(event(id, EventType.OBJECT, from, to, false, label, zones));
  }

  private static Event event(
      String id,
      EventType type,
      long from,
      Optional<Long> to,
      boolean retained,
      String label,
      String... zones) {
    return new Event(
        id,
        DOOR,
        type,
        label,
        OptionalDouble.empty(),
        at(from),
        to.map(KeepingTest::at),
        List.of(zones),
        Optional.empty(),
        Optional.empty(),
        false,
        retained,
        Map.of());
  }

  private static Keeping since(
      Instant any, Map<String, Instant> labels, Map<String, Instant> zones) {
    return new Keeping(DOOR, Duration.ofSeconds(5), Duration.ofSeconds(10), any, labels, zones);
  }

  private List<Integer> unkept(Keeping keeping) {
    return index.unkept(DISK, keeping, Instant.EPOCH, NEVER, 1000).stream()
        .map(segment -> (int) (segment.firstSequence() / 1500))
        .toList();
  }

  @Test
  void keepsWhatAnEventOverlapsWithBeforeAndAfter() {
    record(DOOR, 0, 6);
    record(YARD, 0, 6);
    happens("a", 64, Optional.of(111L), "person");
    assertThat(unkept(since(Instant.EPOCH, Map.of(), Map.of()))).containsExactly(3, 4, 5);
    assertThat(unkept(since(NEVER, Map.of(), Map.of()))).containsExactly(0, 1, 2, 3, 4, 5);
    events.insert(event("s", EventType.SYSTEM, 200, Optional.of(201L), true, "boot"));
    assertThat(unkept(since(Instant.EPOCH, Map.of(), Map.of()))).containsExactly(3, 4, 5);
  }

  @Test
  void touchingIsNotOverlapping() {
    record(DOOR, 0, 4);
    happens("a", 65, Optional.of(110L), "person");
    assertThat(unkept(since(Instant.EPOCH, Map.of(), Map.of()))).containsExactly(0, 2, 3);
  }

  @Test
  void keepsByAgeLabelZoneAndForGood() {
    record(DOOR, 0, 6);
    happens("a", 10, Optional.of(20L), "person");
    happens("b", 70, Optional.of(80L), "cat", "street", "path");
    happens("c", 130, Optional.of(140L), "cat", "street");
    events.insert(event("d", EventType.OBJECT, 190, Optional.of(200L), true, "dog"));
    happens("e", 250, Optional.of(260L), "dog");
    assertThat(unkept(since(at(240), Map.of(), Map.of()))).containsExactly(0, 1, 2, 5);
    assertThat(unkept(since(at(240), Map.of("person", at(0)), Map.of()))).containsExactly(1, 2, 5);
    assertThat(unkept(since(at(240), Map.of("person", at(11)), Map.of("path", at(0)))))
        .containsExactly(0, 2, 5);
    assertThat(unkept(since(NEVER, Map.of(), Map.of()))).containsExactly(0, 1, 2, 4, 5);
  }

  @Test
  void anEventThatLastsForHoursCountsForADay() {
    record(DOOR, 0, 2);
    record(DOOR, 300, 302);
    record(DOOR, 1500, 1502);
    happens("a", -7200, Optional.empty(), "motion");
    assertThat(unkept(since(Instant.EPOCH, Map.of(), Map.of()))).containsExactly(1500, 1501);
    events.change("a", Change.Step.END, event -> event.ended(at(300 * 60 + 30)));
    assertThat(unkept(since(Instant.EPOCH, Map.of(), Map.of()))).containsExactly(301, 1500, 1501);
  }

  @Test
  void givesTheOldestOfAStretchOfTime() {
    record(DOOR, 0, 10);
    happens("a", 130, Optional.of(140L), "person");
    index.markGarbage(List.of("door-main-4"), GapCause.DELETED_BY_RETENTION);
    Keeping all = since(Instant.EPOCH, Map.of(), Map.of());
    assertThat(index.unkept(DISK, all, at(60), at(481), 4))
        .extracting(Segment::id)
        .containsExactly("door-main-1", "door-main-3", "door-main-5", "door-main-6");
    assertThat(index.unkept(DISK, all, at(360), at(480), 9))
        .extracting(Segment::id)
        .containsExactly("door-main-6");
    assertThat(index.unkept(new VolumeId("other"), all, Instant.EPOCH, NEVER, 9)).isEmpty();
  }

  @Test
  void countsWhatEventsOverlap() {
    record(DOOR, 0, 6);
    record(YARD, 0, 6);
    happens("a", 50, Optional.of(70L), "person");
    happens("b", 55, Optional.of(56L), "person");
    assertThat(index.bytesOfEventsSince(DISK, T0)).isEqualTo(2000);
    assertThat(index.bytesOfEventsSince(DISK, at(60))).isEqualTo(1000);
  }

  @Test
  void namesEventsThatAreOverAndHaveNoFootage() {
    record(DOOR, 1, 2);
    happens("shown", 70, Optional.of(80L), "person");
    happens("old", 10, Optional.of(20L), "person");
    happens("longer", 11, Optional.of(20L), "cat");
    happens("lasting", 12, Optional.empty(), "person");
    happens("stuck", -90_000, Optional.empty(), "person");
    happens("young", 300, Optional.of(310L), "person");
    events.insert(event("wanted", EventType.OBJECT, 13, Optional.of(14L), true, "dog"));
    events.insert(event("boot", EventType.SYSTEM, 13, Optional.of(14L), false, "boot"));
    Keeping keeping = since(at(200), Map.of("cat", at(0)), Map.of());
    assertThat(index.spentEvents(keeping, Instant.EPOCH, at(200), 9))
        .containsExactly("stuck", "old", "boot");
    assertThat(index.spentEvents(keeping, Instant.EPOCH, at(200), 2))
        .containsExactly("stuck", "old");
    index.markGarbage(List.of("door-main-1"), GapCause.DELETED_BY_RETENTION);
    assertThat(index.spentEvents(keeping, Instant.EPOCH, at(200), 9))
        .containsExactly("stuck", "old", "boot", "shown");
    assertThat(index.spentEvents(keeping, at(11), at(70), 9)).containsExactly("boot");
    assertThat(index.oldestEvents()).containsExactly(Map.entry(DOOR, at(-90_000)));
  }

  @Test
  void hasNoCamerasWithoutEvents() {
    assertThat(index.oldestEvents()).isEmpty();
  }

  /** Prints; asked for by {@code -Dvigil.timing=true}. */
  @Test
  @EnabledIfSystemProperty(named = "vigil.timing", matches = "true")
  void answersSoonAtAHundredThousandSegmentsAndEvents() throws SQLException {
    execute(
        "INSERT INTO segment SELECT 'door-main-' || n, 'door', 'main', 1,"
            + " timestamptz '2026-03-01T10:00:00Z' + n * interval '1 minute',"
            + " timestamptz '2026-03-01T10:01:00Z' + n * interval '1 minute', n, n + 1, 90000, 812,"
            + " 30000000, 1500, n * 1500, n * 1500 + 1499, 'avc1', '\\x0000', NULL, 'sealed',"
            + " 'disk-1', 'p' || n FROM generate_series(0, 99999) n");
    execute(
        "INSERT INTO event (id, revision, step, camera, type, label, started_at, ended_at, zones,"
            + " reviewed, retained, data) SELECT 'e' || n, nextval('event_revision'), 'end',"
            + " CASE WHEN n % 10 = 0 THEN 'yard' ELSE 'door' END, 'object',"
            + " (ARRAY['person','car','cat'])[1 + n % 3],"
            + " timestamptz '2026-03-01T10:00:00Z' + n * interval '53 seconds',"
            + " timestamptz '2026-03-01T10:00:00Z' + (n * 53 + n % 90) * interval '1 second',"
            + " ARRAY['yard'], false, n % 500 = 0, '{}' FROM generate_series(0, 99999) n");
    execute("ANALYZE segment, event");
    Instant month = at(86_400L * 39);
    Keeping young = since(month, Map.of("person", at(0)), Map.of("street", at(0)));
    Keeping all = since(Instant.EPOCH, Map.of(), Map.of());
    time("all are kept, to the end", () -> index.unkept(DISK, all, Instant.EPOCH, NEVER, 50));
    time("first 50 by label and zone", () -> index.unkept(DISK, young, T0, NEVER, 50));
    time("all of ten days are kept", () -> index.unkept(DISK, all, T0, at(864_000), 50));
    time("none in the last hour", () -> index.unkept(DISK, all, at(5_900_000), NEVER, 50));
    Keeping retained = since(NEVER, Map.of(), Map.of());
    time("first 50 but retained", () -> index.unkept(DISK, retained, T0, NEVER, 50));
    time("bytes of events in a day", () -> index.bytesOfEventsSince(DISK, at(5_900_000)));
    time("no spent events", () -> index.spentEvents(young, T0, month, 500));
    time("oldest events", index::oldestEvents);
    execute("DELETE FROM segment WHERE started_at < timestamptz '2026-04-01'");
    time("500 spent events", () -> index.spentEvents(retained, T0, month, 500));
  }

  private static void time(String what, Supplier<?> work) {
    var millis = new ArrayList<Long>();
    for (int i = 0; i < 7; i++) {
      long started = System.nanoTime();
      assertThat(work.get()).isNotNull();
      millis.add((System.nanoTime() - started) / 100_000);
    }
    System.out.printf(
        "%-30s first %.1f ms, then %s/10 ms%n", what, millis.get(0) / 10.0, millis.subList(1, 7));
  }

  /** What the planner is to do: ask an index for each, and never read a table whole. */
  @Test
  void asksAnIndexForEachSegment() throws SQLException {
    try (Connection connection = server.database().getConnection();
        Statement statement = connection.createStatement()) {
      var sql = new KeepingSql(connection, since(at(0), Map.of("person", at(1)), Map.of()));
      sql.add("EXPLAIN SELECT id FROM segment s WHERE volume = 'v' AND camera = 'door'");
      sql.addNotKept();
      statement.execute("SET enable_seqscan = off");
      try (var asked = connection.prepareStatement(sql.text())) {
        Object[] parameters = sql.parameters();
        for (int i = 0; i < parameters.length; i++) {
          asked.setObject(i + 1, parameters[i]);
        }
        try (ResultSet plan = asked.executeQuery()) {
          var lines = new StringBuilder();
          while (plan.next()) {
            lines.append(plan.getString(1)).append('\n');
          }
          assertThat(lines.toString()).contains("event_footage", "event_long");
        }
      }
    }
  }
}
