package io.vigilnvr.store.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventFilter;
import io.vigilnvr.api.event.EventStore;
import io.vigilnvr.api.event.EventStore.Kept;
import io.vigilnvr.api.event.EventStore.Position;
import io.vigilnvr.api.event.EventType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EventStoreTest {
  private static final Instant T0 = Instant.parse("2026-03-01T10:00:00.123456Z");
  private static final CameraId DOOR = new CameraId("door");
  private static final CameraId YARD = new CameraId("yard");

  private final Server server;
  private final HikariDataSource pool;
  private final LocalTransactions transactions;
  private final JpaEventStore events;

  EventStoreTest(@TempDir Path folder) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    server = new EmbeddedServer(folder);
    new Schema(server.database()).migrate();
    pool = Lease.pool("vigil", 4, server.database());
    transactions = new LocalTransactions("vigil", pool);
    events = new JpaEventStore(transactions);
  }

  @BeforeEach
  void empties() throws SQLException {
    execute("TRUNCATE event, event_kind, segment");
  }

  @AfterAll
  void stops() throws Exception {
    transactions.close();
    pool.close();
    server.close();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = server.database().getConnection();
        var statement = connection.createStatement()) {
      // A million rows take longer than Vigil would wait.
      connection.setNetworkTimeout(Runnable::run, 200_000);
      statement.execute("SET statement_timeout = 0");
      statement.execute(sql);
    }
  }

  private static Event event(String id, CameraId camera, String label, Instant at) {
    return new Event(
        id,
        camera,
        EventType.EXTERNAL,
        label,
        OptionalDouble.empty(),
        at,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        false,
        false,
        Map.of());
  }

  private static EventFilter only(CameraId... cameras) {
    return new EventFilter(
        Optional.of(Set.of(cameras)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static List<String> ids(List<Kept> kept) {
    return kept.stream().map(one -> one.event().id()).toList();
  }

  @Test
  void givesBackTheEventThatItWasGiven() {
    var data = new LinkedHashMap<String, Object>();
    data.put("z", 1);
    data.put("a", List.of(1.5, "\u0000 \ud800 ü", Map.of("deep", true)));
    data.put("none", null);
    var event =
        new Event(
            "a1",
            DOOR,
            EventType.OBJECT,
            "person",
            OptionalDouble.of(0.25),
            T0,
            Optional.of(T0.plusSeconds(3)),
            List.of("porch", "gate"),
            Optional.of(new Event.Box(0.1, 0.2, 0.3, 0.4)),
            Optional.of("onnx"),
            true,
            false,
            data);

    Kept kept = events.insert(event);

    assertThat(kept.event()).isEqualTo(event);
    assertThat(kept.event().data().keySet()).containsExactly("z", "a", "none");
    assertThat(kept.step()).isEqualTo(Change.Step.NEW);
    assertThat(events.find("a1")).contains(kept);
    assertThat(events.find("a2")).isEmpty();
    Event bare = event("a2", YARD, "rain", T0);
    assertThat(events.insert(bare).event()).isEqualTo(bare);
  }

  @Test
  void numbersChangesAndPassesOverThoseThatAreNone() {
    Kept made = events.insert(event("a1", DOOR, "bell", T0));

    Kept ended = events.change("a1", Change.Step.END, one -> one.ended(T0)).orElseThrow();
    Kept same = events.change("a1", Change.Step.UPDATE, one -> one).orElseThrow();
    Kept marked =
        events.change("a1", Change.Step.UPDATE, one -> one.marked(true, true)).orElseThrow();

    assertThat(ended.event().endedAt()).contains(T0);
    assertThat(ended.step()).isEqualTo(Change.Step.END);
    assertThat(ended.revision()).isGreaterThan(made.revision());
    assertThat(same).isEqualTo(ended);
    assertThat(marked.event().retained()).isTrue();
    assertThat(events.revision()).isEqualTo(marked.revision());
    assertThat(events.changedAfter(made.revision(), 10)).containsExactly(marked);
    assertThat(events.changedAfter(marked.revision(), 10)).isEmpty();
    assertThat(events.change("a2", Change.Step.END, one -> one)).isEmpty();
  }

  @Test
  void showsChangesInTheirOrderHoweverManyWriteAtOnce() {
    List<CompletableFuture<Void>> writers =
        IntStream.range(0, 4)
            .mapToObj(
                writer ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (int i = 0; i < 50; i++) {
                            events.insert(event("w" + writer + "n" + i, DOOR, "x", T0));
                          }
                        }))
            .toList();
    var all = CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new));
    var seen = new ArrayList<Long>();
    while (seen.size() < 200) {
      boolean isOver = all.isDone();
      events
          .changedAfter(seen.isEmpty() ? 0 : seen.get(seen.size() - 1), 1000)
          .forEach(kept -> seen.add(kept.revision()));
      assertThat(isOver && seen.size() < 200).as("%d of 200 were seen", seen.size()).isFalse();
    }
    all.join();
    assertThat(seen).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void listsNewestFirstPageByPage() {
    // Of three each the time is the same.
    for (int i = 0; i < 12; i++) {
      events.insert(event("e" + (char) ('a' + i), i % 2 == 0 ? DOOR : YARD, "x", at(i / 3)));
    }
    var seen = new ArrayList<String>();
    Optional<Position> after = Optional.empty();
    for (int i = 0; i < 4; i++) {
      List<Kept> page = events.list(EventFilter.ALL, after, 5);
      seen.addAll(ids(page));
      if (page.size() < 5) {
        break;
      }
      Event last = page.get(4).event();
      after = Optional.of(new Position(last.startedAt(), last.id()));
      events.insert(event("new" + i, DOOR, "x", at(100 + i)));
    }
    assertThat(seen)
        .containsExactly("el", "ek", "ej", "ei", "eh", "eg", "ef", "ee", "ed", "ec", "eb", "ea");
  }

  private static Instant at(long seconds) {
    return T0.plusSeconds(seconds);
  }

  @Test
  void findsWhatFitsAllThatIsGiven() {
    var zoned =
        new Event(
            "a2",
            DOOR,
            EventType.OBJECT,
            "person",
            OptionalDouble.empty(),
            at(2),
            Optional.empty(),
            List.of("porch", "gate"),
            Optional.empty(),
            Optional.empty(),
            true,
            false,
            Map.of());
    events.insert(event("a1", DOOR, "bell", at(1)));
    events.insert(zoned);
    events.insert(event("a3", YARD, "bell", at(3)));

    assertThat(found(only(DOOR))).containsExactly("a2", "a1");
    assertThat(found(only(DOOR, YARD))).containsExactly("a3", "a2", "a1");
    assertThat(found(only())).isEmpty();
    assertThat(found(filter("object", null, null, null))).containsExactly("a2");
    assertThat(found(filter(null, "bell", null, null))).containsExactly("a3", "a1");
    assertThat(found(filter("object", "bell", null, null))).isEmpty();
    assertThat(found(filter(null, null, "gate", null))).containsExactly("a2");
    assertThat(found(filter(null, null, "ga", null))).isEmpty();
    assertThat(found(filter(null, null, null, true))).containsExactly("a2");
    assertThat(found(filter(null, null, null, false))).containsExactly("a3", "a1");
    var time =
        new EventFilter(
            Optional.of(Set.of(DOOR, YARD)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(at(1)),
            Optional.of(at(3)),
            Optional.empty());
    assertThat(found(time)).containsExactly("a2", "a1");
    // A place within the time, and one after it.
    assertThat(ids(events.list(time, Optional.of(new Position(at(2), "a2")), 9)))
        .containsExactly("a1");
    assertThat(ids(events.list(time, Optional.of(new Position(at(3), "a3")), 9)))
        .containsExactly("a2", "a1");
    assertThat(ids(events.list(time, Optional.of(new Position(at(9), "a9")), 9)))
        .containsExactly("a2", "a1");
  }

  @Test
  void findsByMarkDetectorAndScore() {
    events.insert(event("a1", DOOR, "bell", at(1)));
    events.insert(found("a2", "onnx", 0.5));
    events.insert(found("a3", "motion", 0.9));
    events.change("a2", Change.Step.UPDATE, one -> one.marked(false, true));

    assertThat(found(rarer(true, null, null))).containsExactly("a2");
    assertThat(found(rarer(false, null, null))).containsExactly("a3", "a1");
    assertThat(found(rarer(null, "onnx", null))).containsExactly("a2");
    assertThat(found(rarer(null, null, 0.5))).containsExactly("a3", "a2");
    assertThat(found(rarer(null, null, 0.51))).containsExactly("a3");
    assertThat(found(rarer(true, "motion", 0.1))).isEmpty();
  }

  private static Event found(String id, String detector, double score) {
    return new Event(
        id,
        DOOR,
        EventType.OBJECT,
        "person",
        OptionalDouble.of(score),
        at(2),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.of(detector),
        false,
        false,
        Map.of());
  }

  private static EventFilter rarer(
      @Nullable Boolean retained, @Nullable String detector, @Nullable Double minScore) {
    return rarer(filter(null, null, null, null), retained, detector, minScore);
  }

  private static EventFilter rarer(
      EventFilter with,
      @Nullable Boolean retained,
      @Nullable String detector,
      @Nullable Double minScore) {
    return new EventFilter(
        with.cameras(),
        with.type(),
        with.label(),
        with.zone(),
        with.from(),
        with.to(),
        with.reviewed(),
        Optional.ofNullable(retained),
        Optional.ofNullable(detector),
        minScore == null ? OptionalDouble.empty() : OptionalDouble.of(minScore));
  }

  @Test
  void changesAndForgetsSeveralAtOnce() {
    events.insert(event("a1", DOOR, "bell", at(1)));
    events.insert(event("a2", DOOR, "bell", at(2)).marked(true, false));
    long before = events.insert(event("a3", DOOR, "bell", at(3))).revision();

    List<Kept> changed =
        events.changeAll(
            Set.of("a1", "a2", "none"), Change.Step.UPDATE, one -> one.marked(true, false));
    assertThat(ids(changed)).containsExactly("a1");
    assertThat(changed.get(0).event().reviewed()).isTrue();
    assertThat(changed.get(0).revision()).isGreaterThan(before);
    assertThat(ids(events.find(Set.of("a3", "a1", "none")))).containsExactlyInAnyOrder("a1", "a3");

    assertThat(events.delete(Set.of("a1", "a3", "none")))
        .extracting(Event::id)
        .containsExactlyInAnyOrder("a1", "a3");
    assertThat(found(EventFilter.ALL)).containsExactly("a2");
  }

  @Test
  void knowsWhichLastAndWhenTheyWereHeardOf() throws SQLException {
    events.insert(event("a1", DOOR, "bell", at(1)));
    events.insert(event("a2", DOOR, "bell", at(2)).ended(at(3)));
    events.insert(event("a3", DOOR, "bell", at(3)));
    execute("UPDATE event SET heard_of = '2020-01-01Z'");

    events.stillLast(Set.of("a2", "a3"));

    List<EventStore.Lasting> all = events.lasting("", 10);
    assertThat(all).extracting(one -> one.event().id()).containsExactly("a1", "a3");
    assertThat(all.get(0).heardOf()).isEqualTo(Instant.parse("2020-01-01T00:00:00Z"));
    assertThat(all.get(1).heardOf()).isAfter(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(events.lasting("a1", 10)).extracting(one -> one.event().id()).containsExactly("a3");
    long revision = events.revision();
    events.change("a1", Change.Step.UPDATE, one -> one.marked(true, false));
    assertThat(events.revision()).isGreaterThan(revision);
    assertThat(events.lasting("", 1).get(0).heardOf())
        .isAfter(Instant.parse("2026-01-01T00:00:00Z"));
  }

  private static EventFilter filter(
      @Nullable String type,
      @Nullable String label,
      @Nullable String zone,
      @Nullable Boolean reviewed) {
    return new EventFilter(
        Optional.empty(),
        Optional.ofNullable(type).map(EventType::of),
        Optional.ofNullable(label),
        Optional.ofNullable(zone),
        Optional.empty(),
        Optional.empty(),
        Optional.ofNullable(reviewed));
  }

  private List<String> found(EventFilter filter) {
    return ids(events.list(filter, Optional.empty(), 100));
  }

  @Test
  void knowsWhetherThereIsFootageOfTheStart() throws SQLException {
    segment("s1", at(0), at(60), "sealed");
    segment("s2", at(100), at(4000), "sealed");
    segment("s3", at(5000), at(5060), "garbage");
    segment("s4", at(6000), at(6001), "open");
    events.insert(event("open", DOOR, "x", at(6030)));
    events.insert(event("in", DOOR, "x", at(30)));
    events.insert(event("between", DOOR, "x", at(70)));
    events.insert(event("long", DOOR, "x", at(3900)));
    events.insert(event("garbage", DOOR, "x", at(5030)));
    events.insert(event("other", YARD, "x", at(30)));

    assertThat(
            events.list(EventFilter.ALL, Optional.empty(), 10).stream()
                .filter(Kept::hasFootage)
                .map(kept -> kept.event().id()))
        .containsExactly("open", "long", "in");
    assertThat(events.find("in").orElseThrow().hasFootage()).isTrue();
  }

  private void segment(String id, Instant from, Instant to, String state) throws SQLException {
    execute(
        ("INSERT INTO segment VALUES ('%s', 'door', 'sub', 1, '%s', '%s', 0, 1, 1000, 1, 1, 1, 1,"
                + " 1, 'avc1', '', NULL, '%s', 'disk', 'p')")
            .formatted(id, from, to, state));
  }

  /**
   * 16 cameras, for weeks or a year; everything from frequent to rare. The times are printed only:
   * for those at a million, give {@code -Dvigil.events=1000000}, and {@code -Dvigil.combinations=4}
   * for each combination of filters four times.
   */
  @Test
  void answersFromIndicesHoweverManyEvents() throws Exception {
    int count = Integer.getInteger("vigil.events", 200_000);
    List<String> indices = indices();
    for (String index : indices) {
      execute("DROP INDEX " + index.replaceAll("CREATE INDEX (\\S+) .*", "$1"));
    }
    execute(
        "INSERT INTO event (id, revision, step, camera, type, label, score, started_at, ended_at,"
            + " zones, box, detector, reviewed, retained, data) SELECT md5(n::text), nextval('event_revision'), 'end',"
            + " 'camera-' || n % 16, CASE WHEN n % 100000 = 7 THEN 'external'"
            + " WHEN n % 3 = 0 THEN 'object' ELSE 'motion' END,"
            + " CASE WHEN n % 50000 = 7 THEN 'fox' WHEN n % 3 = 0 THEN 'person' ELSE 'motion' END,"
            + " 0.5 + (n::bigint * 7919 % 1000000) / 2000000.0, timestamptz '2026-01-01Z' + n * interval '31 seconds',"
            + " timestamptz '2026-01-01Z' + n * interval '31 seconds' + interval '9 seconds',"
            + " CASE WHEN n % 15000 = 5 THEN '{shed}'::text[] WHEN n % 4 = 0 THEN '{porch}'"
            + " ELSE '{}' END, NULL, CASE WHEN n % 50000 = 11 THEN 'acme'"
            + " WHEN n % 3 = 0 THEN 'onnx' ELSE 'motion' END,"
            + " n % 2000 <> 3, n % 5000 = 9, '{\"a\":1}'"
            + " FROM generate_series(1, "
            + count
            + ") AS n");
    // Made anew at once: that is sooner done than row by row.
    for (String index : indices) {
      execute(index);
    }
    execute("VACUUM ANALYZE event");
    execute("ANALYZE event_kind");
    var middle =
        new Position(
            Instant.parse("2026-01-01T00:00:00Z").plus(Duration.ofSeconds(count * 31L / 2)), "8");
    Optional<Set<CameraId>> one = Optional.of(Set.of(new CameraId("camera-7")));
    Optional<Set<CameraId>> three =
        Optional.of(
            Set.of(new CameraId("camera-1"), new CameraId("camera-2"), new CameraId("camera-3")));
    Optional<Instant> from = Optional.of(Instant.parse("2026-01-20T00:00:00Z"));
    Optional<Instant> to = from.map(at -> at.plus(Duration.ofDays(30)));
    var questions = new LinkedHashMap<String, EventFilter>();
    questions.put("all", EventFilter.ALL);
    questions.put("camera", with(one, null, null, from, to));
    questions.put("three cameras", with(three, null, null, Optional.empty(), Optional.empty()));
    questions.put("rare type", filter("external", null, null, null));
    questions.put("rare label", filter(null, "fox", null, null));
    questions.put("type, rare label", filter("motion", "fox", null, null));
    questions.put("camera, type", with(one, "object", null, from, to));
    questions.put("camera, label that it has not", with(one, null, "dog", from, to));
    questions.put("time", with(Optional.empty(), null, null, from, to));
    questions.put("few not reviewed", filter(null, null, null, false));
    questions.put("retained", rarer(true, null, null));
    questions.put("camera, retained", rarer(with(one, null, null, from, to), true, null, null));
    questions.put("not retained", rarer(false, null, null));
    questions.put("detector", rarer(null, "onnx", null));
    questions.put("rare detector", rarer(null, "acme", null));
    questions.put("no detector", rarer(null, "none", null));
    questions.put(
        "three cameras, rare detector",
        rarer(with(three, null, null, Optional.empty(), Optional.empty()), null, "acme", null));
    questions.put(
        "label, other detector", rarer(filter(null, "person", null, null), null, "motion", null));
    questions.put("high score", rarer(null, null, 0.9));
    questions.put("rare score", rarer(null, null, 0.999));
    questions.put("no score", rarer(null, null, 1.0));
    questions.put(
        "camera, rare score",
        rarer(with(one, null, null, Optional.empty(), Optional.empty()), null, null, 0.999));
    questions.put(
        "label, rare score", rarer(filter(null, "person", null, null), null, null, 0.999));
    questions.put(
        "not reviewed, label, detector, score",
        rarer(filter(null, "person", null, false), false, "onnx", 0.99));
    questions.put("zone", filter(null, null, "porch", null));
    questions.put("rare zone", filter(null, null, "shed", null));
    questions.put("no zone", filter(null, null, "none", null));
    questions.put("zone, rare score", rarer(filter(null, null, "porch", null), null, null, 0.999));
    questions.put(
        "zone, rare detector", rarer(filter(null, null, "porch", null), null, "acme", null));
    questions.put("camera, zone of others", with(one, "porch"));
    questions.put("camera, its rare zone", with(camera(5), "shed"));
    questions.put(
        "camera, its zone, rare score", rarer(with(camera(4), "porch"), null, null, 0.999));
    questions.put(
        "camera, rare zone, detector", rarer(with(camera(5), "shed"), null, "onnx", null));
    for (var question : questions.entrySet()) {
      for (Optional<Position> after : List.of(Optional.<Position>empty(), Optional.of(middle))) {
        String plan = plan(question.getValue(), after);
        assertThat(plan)
            .as(question.getKey())
            .doesNotContain("Seq Scan on event i", "Seq Scan on event e");
        for (int limit : List.of(100, 1000)) {
          System.out.printf(
              "events, %s%s, %d: %s%n",
              question.getKey(),
              after.isPresent() ? ", from the middle" : "",
              limit,
              took(question.getValue(), after, limit));
        }
      }
    }
    assertThat(found(filter(null, null, "shed", null))).hasSizeGreaterThan(9);
    printsSlowestCombinations(middle);
    System.out.printf("events: %d MB of indices%n", number("pg_indexes_size('event')") >> 20);
  }

  /** Of each filter with each other, with what is frequent, rare, and never there. */
  private void printsSlowestCombinations(Position middle) {
    var random = new Random(1);
    var slowest = new TreeMap<Double, EventFilter>();
    Instant from = Instant.parse("2026-01-20T00:00:00Z");
    for (int i = 0; i < 512 * Integer.getInteger("vigil.combinations", 0); i++) {
      var filter =
          new EventFilter(
              given(i, 1, camera(random.nextInt(17)).orElseThrow()),
              given(i, 2, random.nextBoolean() ? EventType.MOTION : EventType.OBJECT),
              given(i, 4, List.of("person", "motion", "fox", "dog").get(random.nextInt(4))),
              given(i, 8, List.of("porch", "shed", "none").get(random.nextInt(3))),
              given(i, 16, from),
              given(i, 16, from.plus(Duration.ofDays(random.nextInt(300)))),
              given(i, 32, random.nextBoolean()),
              given(i, 64, random.nextBoolean()),
              given(i, 128, List.of("onnx", "motion", "acme", "none").get(random.nextInt(4))),
              (i & 256) == 0
                  ? OptionalDouble.empty()
                  : OptionalDouble.of(List.of(0.6, 0.9, 0.99, 0.999, 1.0).get(random.nextInt(5))));
      Optional<Position> after = random.nextBoolean() ? Optional.of(middle) : Optional.empty();
      double millis = Double.MAX_VALUE;
      for (int n = 0; n < 3; n++) {
        long start = System.nanoTime();
        events.list(filter, after, 100);
        millis = Math.min(millis, (System.nanoTime() - start) / 1e6);
      }
      slowest.put(millis, filter);
    }
    slowest.descendingMap().entrySet().stream()
        .limit(5)
        .forEach(one -> System.out.printf("slow: %.1f ms, %s%n", one.getKey(), one.getValue()));
  }

  private static <T> Optional<T> given(int combination, int bit, T value) {
    return (combination & bit) == 0 ? Optional.empty() : Optional.of(value);
  }

  private static Optional<Set<CameraId>> camera(int number) {
    return Optional.of(Set.of(new CameraId("camera-" + number)));
  }

  private static EventFilter with(Optional<Set<CameraId>> cameras, String zone) {
    return new EventFilter(
        cameras,
        Optional.empty(),
        Optional.empty(),
        Optional.of(zone),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void forgetsKindsThatAreNoMore() throws SQLException {
    events.insert(found("a1", "onnx", 0.5));
    events.insert(found("a2", "onnx", 0.6));
    assertThat(kinds()).isEqualTo(1);
    events.change("a1", Change.Step.UPDATE, one -> one.marked(true, false));
    assertThat(kinds()).isEqualTo(2);
    assertThat(found(filter(null, null, null, true))).containsExactly("a1");
    events.change("a2", Change.Step.UPDATE, one -> one.marked(true, false));
    assertThat(kinds()).isEqualTo(1);
    events.delete(Set.of("a1"));
    assertThat(found(rarer(null, "onnx", null))).containsExactly("a2");
    events.delete(Set.of("a2"));
    assertThat(kinds()).isZero();
  }

  @Test
  void givesKindsToEventsOfBefore() throws SQLException {
    var old = Flyway.configure().dataSource(server.database()).schemas("old");
    old.target("6").load().migrate();
    for (String of :
        List.of("'a1', 1, '{b,a}', 'onnx'", "'a2', 2, '{a,b}', 'onnx'", "'a3', 3, '{}', NULL")) {
      execute(
          "INSERT INTO old.event (id, revision, zones, detector, step, camera, type, label,"
              + " started_at, reviewed, retained, data) VALUES ("
              + of
              + ", 'end', 'door', 'object', 'person', now(), false, false, '{}')");
    }
    old.target("7").load().migrate();
    assertThat(number("count(*) FROM old.event_kind")).isEqualTo(2);
    assertThat(number("count(*) FROM old.event JOIN old.event_kind k ON k.id = kind")).isEqualTo(3);
    execute("DROP SCHEMA old CASCADE");
  }

  private long kinds() throws SQLException {
    return number("count(*) FROM event_kind");
  }

  private long number(String what) throws SQLException {
    try (Connection connection = server.database().getConnection();
        var statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT " + what)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void findsAmongMoreKindsThanItCanAskEachOf() throws SQLException {
    execute(
        "INSERT INTO event (id, revision, step, camera, type, label, score, started_at, zones,"
            + " reviewed, retained, data) SELECT 'p' || n, nextval('event_revision'), 'new',"
            + " CASE WHEN n % 2 = 0 THEN 'door' ELSE 'yard' END, 'external', 'plate ' || n,"
            + " n / 10000.0, timestamptz '2026-03-01Z' + n * interval '1 second', '{}', false,"
            + " n = 4, '{}' FROM generate_series(1, 5000) n");
    assertThat(found(only(DOOR))).hasSize(100).startsWith("p5000", "p4998");
    assertThat(found(rarer(only(YARD), null, null, 0.4999))).containsExactly("p4999");
    assertThat(found(filter(null, "plate 77", null, null))).containsExactly("p77");
    assertThat(found(rarer(true, null, null))).containsExactly("p4");
  }

  private List<String> indices() throws SQLException {
    try (Connection connection = server.database().getConnection();
        var statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT indexdef FROM pg_indexes WHERE tablename = 'event'"
                    + " AND indexdef NOT LIKE 'CREATE UNIQUE%'")) {
      var found = new ArrayList<String>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      assertThat(found).hasSizeGreaterThan(4);
      return found;
    }
  }

  private static EventFilter with(
      Optional<Set<CameraId>> cameras,
      @Nullable String type,
      @Nullable String label,
      Optional<Instant> from,
      Optional<Instant> to) {
    return new EventFilter(
        cameras,
        Optional.ofNullable(type).map(EventType::of),
        Optional.ofNullable(label),
        Optional.empty(),
        from,
        to,
        Optional.empty());
  }

  private String plan(EventFilter filter, Optional<Position> after) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      var parameters = new ArrayList<Object>();
      String sql = JpaEventStore.listing(connection, filter, after, 100, parameters);
      try (PreparedStatement statement = connection.prepareStatement("EXPLAIN " + sql)) {
        for (int i = 0; i < parameters.size(); i++) {
          statement.setObject(i + 1, parameters.get(i));
        }
        var lines = new ArrayList<String>();
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            lines.add(rows.getString(1));
          }
        }
        return lines.stream().collect(Collectors.joining("\n"));
      }
    }
  }

  private String took(EventFilter filter, Optional<Position> after, int limit) {
    var millis = new ArrayList<Double>();
    for (int i = 0; i < 15; i++) {
      long start = System.nanoTime();
      events.list(filter, after, limit);
      millis.add((System.nanoTime() - start) / 1e6);
    }
    List<Double> sorted = millis.stream().sorted().toList();
    return "first %.1f ms, median %.1f ms, worst %.1f ms"
        .formatted(millis.get(0), sorted.get(7), sorted.get(14));
  }
}
