package io.vigilnvr.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.vigilnvr.api.auth.AccountStore.AuditEntry;
import io.vigilnvr.api.auth.AccountStore.StoredGrant;
import io.vigilnvr.api.auth.AccountStore.StoredUser;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraStore.Stored;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.RecordingPlan.Retention;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex.Condition;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.record.Volumes;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.api.view.SavedView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What is kept, whichever PostgreSQL keeps it. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StoreContract {
  private static final Instant T0 = Instant.parse("2026-03-01T10:00:00.123456Z");
  private static final CameraId DOOR = new CameraId("door");
  private static final CameraId YARD = new CameraId("yard");
  private static final StreamId DOOR_MAIN = new StreamId(DOOR, StreamRole.MAIN);
  private static final StreamId DOOR_SUB = new StreamId(DOOR, StreamRole.SUB);
  private static final StreamId YARD_SUB = new StreamId(YARD, StreamRole.SUB);
  private static final VolumeId DISK = new VolumeId("disk-1");

  private final Server server;
  private final HikariDataSource readers;
  private final HikariDataSource recorder;
  private final LocalTransactions main;
  private final LocalTransactions own;
  private final JpaCameraStore cameras;
  private final JpaAccountStore accounts;
  private final JpaViewStore views;
  private final JpaSegmentIndex index;

  StoreContract(Path folder) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    server = start(folder);
    new Schema(server.database()).migrate();
    readers = Lease.pool("vigil", 4, server.database());
    recorder = Lease.pool("vigil-recorder", 2, server.database());
    main = new LocalTransactions("vigil", readers);
    own = new LocalTransactions("vigil-recorder", recorder);
    cameras = new JpaCameraStore(main);
    accounts = new JpaAccountStore(main);
    views = new JpaViewStore(main);
    index = new JpaSegmentIndex(main, own);
  }

  abstract Server start(Path folder) throws Exception;

  @BeforeEach
  void empties() throws SQLException {
    execute(
        "TRUNCATE camera, camera_secret, account, access_grant, audit, segment, condition,"
            + " saved_view, preference");
  }

  @AfterAll
  void stops() throws Exception {
    main.close();
    own.close();
    readers.close();
    recorder.close();
    server.close();
  }

  // Cameras

  @Test
  final void givesBackTheCameraThatItWasGiven() {
    var stored = new Stored(camera(1), Map.of("password", new byte[] {1, 2, 0, -1}));
    cameras.insert(stored);
    Stored found = cameras.camera(DOOR).orElseThrow();
    assertThat(found.camera()).isEqualTo(stored.camera());
    assertThat(found.sealedSecrets()).containsOnlyKeys("password");
    assertThat(found.sealedSecrets().get("password")).containsExactly(1, 2, 0, -1);
    assertThat(cameras.cameras()).extracting(Stored::camera).containsExactly(stored.camera());
  }

  @Test
  final void replacesOnlyTheVersionThatWasSeen() {
    cameras.insert(new Stored(camera(1), Map.of("password", new byte[] {1})));
    assertThat(cameras.replace(new Stored(camera(2), Map.of("token", new byte[] {2})), 1)).isTrue();
    assertThat(cameras.replace(new Stored(camera(3), Map.of()), 1)).isFalse();
    Stored found = cameras.camera(DOOR).orElseThrow();
    assertThat(found.camera().version()).isEqualTo(2);
    assertThat(found.sealedSecrets()).containsOnlyKeys("token");
  }

  @Test
  final void deletesACameraWithItsSecrets() throws SQLException {
    cameras.insert(new Stored(camera(1), Map.of("password", new byte[] {1})));
    assertThat(cameras.delete(DOOR)).isTrue();
    assertThat(cameras.delete(DOOR)).isFalse();
    assertThat(cameras.camera(DOOR)).isEmpty();
    assertThat(number("SELECT count(*) FROM camera_secret")).isZero();
  }

  @Test
  final void saysThatACameraIsThereAlreadyAndNotThatTheDatabaseIsAway() {
    cameras.insert(new Stored(camera(1), Map.of()));
    assertThatThrownBy(() -> cameras.insert(new Stored(camera(1), Map.of())))
        .isNotInstanceOf(StoreUnavailableException.class);
  }

  // Accounts

  @Test
  final void givesBackTheUserThatItWasGiven() {
    var limited =
        new StoredUser("ann", "$argon2id$x", Role.VIEWER, Optional.of(Set.of(DOOR)), true, T0);
    var all = new StoredUser("bob", "$argon2id$y", Role.ADMIN, Optional.empty(), false, T0);
    assertThat(accounts.insert(limited)).isTrue();
    assertThat(accounts.insert(all)).isTrue();
    assertThat(accounts.insert(all)).isFalse();
    assertThat(accounts.users()).containsExactly(limited, all);
    var none = new StoredUser("ann", "$argon2id$z", Role.VIEWER, Optional.of(Set.of()), true, T0);
    assertThat(accounts.replace(none)).isTrue();
    assertThat(accounts.user("ann")).contains(none);
    assertThat(accounts.replace(user("nobody"))).isFalse();
  }

  @Test
  final void hasOneFirstUserHoweverManyTry() {
    List<CompletableFuture<Boolean>> tries =
        IntStream.range(0, 4)
            .mapToObj(
                n -> CompletableFuture.supplyAsync(() -> accounts.insertFirst(user("user" + n))))
            .toList();
    assertThat(tries.stream().filter(CompletableFuture::join)).hasSize(1);
    assertThat(accounts.users()).hasSize(1);
  }

  @Test
  final void endsWhatAUserHasWithTheUser() {
    accounts.insert(user("ann"));
    accounts.insert(user("bob"));
    accounts.insert(grant("1", true, "ann", Optional.of(T0)));
    accounts.insert(grant("2", false, "ann", Optional.empty()));
    accounts.insert(grant("3", true, "bob", Optional.of(T0)));
    accounts.removeSessions("ann");
    assertThat(accounts.grants(true)).extracting(StoredGrant::id).containsExactly("3");
    assertThat(accounts.removeUser("ann")).isTrue();
    assertThat(accounts.removeUser("ann")).isFalse();
    assertThat(accounts.grants(false)).isEmpty();
  }

  @Test
  final void findsGrantsUntilTheyExpire() {
    accounts.insert(user("ann"));
    StoredGrant session = grant("1", true, "ann", Optional.of(T0));
    StoredGrant token = grant("2", false, "ann", Optional.empty());
    accounts.insert(session);
    accounts.insert(token);
    assertThat(accounts.grant("hash-1")).contains(session);
    assertThat(accounts.grant("hash-2")).contains(token);
    accounts.renew("1", T0.plusSeconds(60));
    accounts.removeExpired(T0.plusSeconds(59));
    assertThat(accounts.grant("hash-1").orElseThrow().expiresAt()).contains(T0.plusSeconds(60));
    accounts.removeExpired(T0.plusSeconds(60));
    assertThat(accounts.grant("hash-1")).isEmpty();
    assertThat(accounts.removeGrant("2")).isTrue();
    assertThat(accounts.removeGrant("2")).isFalse();
  }

  @Test
  final void showsOnesOwnViewsAndTheSharedOnes() {
    accounts.insert(user("ada"));
    var own =
        new SavedView(
            "v1",
            "ada",
            "Gate",
            false,
            0,
            List.of(
                new SavedView.Tile(DOOR, Optional.empty()),
                new SavedView.Tile(YARD, Optional.of(StreamRole.SUB), 2, 3)));
    var shared = new SavedView("v2", "ada", "All", true, 3, List.of());
    views.insert(own);
    views.insert(shared);

    assertThat(views.views("ada")).containsExactly(shared, own);
    assertThat(views.views("bob")).containsExactly(shared);
    assertThat(views.view("v1")).contains(own);
    var renamed = new SavedView("v1", "ada", "Door", false, 1, own.tiles());
    assertThat(views.replace(renamed)).isTrue();
    assertThat(views.view("v1")).contains(renamed);
    assertThat(accounts.removeUser("ada")).isTrue();
    assertThat(views.view("v1")).isEmpty();
    assertThat(views.removeView("v2")).isTrue();
    assertThat(views.removeView("v2")).isFalse();
    assertThat(views.replace(shared)).isFalse();
  }

  @Test
  final void keepsPreferencesWithTheirUser() {
    assertThat(views.setPreferences("ada", Map.of())).isFalse();
    accounts.insert(user("ada"));
    assertThat(views.preferences("ada")).isEmpty();
    Map<String, Object> wanted =
        Map.of("theme", "dark", "nested", Map.of("list", List.of(1, true, "a")));
    assertThat(views.setPreferences("ada", Map.of("old", 1))).isTrue();
    assertThat(views.setPreferences("ada", wanted)).isTrue();
    assertThat(views.preferences("ada")).isEqualTo(wanted);
    accounts.removeUser("ada");
    accounts.insert(user("ada"));
    assertThat(views.preferences("ada")).isEmpty();
  }

  @Test
  final void tellsTheAuditNewestFirstPageByPage() {
    for (int i = 0; i < 5; i++) {
      accounts.audit(T0.plusSeconds(i), "ann", "192.0.2.1", "export", "door", "ok");
    }
    List<AuditEntry> first = accounts.audit(Long.MAX_VALUE, 2);
    assertThat(first).extracting(AuditEntry::at).containsExactly(at(4), at(3));
    assertThat(accounts.audit(first.get(1).id(), 10))
        .extracting(AuditEntry::at)
        .containsExactly(at(2), at(1), at(0));
  }

  // Segments

  @Test
  final void givesBackTheSegmentThatItWasGivenLast() {
    Segment open = segment(DOOR_MAIN, 0, 0, 30, Segment.State.OPEN);
    Segment sealed = segment(DOOR_MAIN, 0, 0, 60, Segment.State.SEALED);
    index.upsert(List.of(open));
    assertThat(index.find(open.id())).contains(open);
    index.upsert(List.of(open, sealed));
    index.upsert(List.of(sealed));
    assertThat(index.find(open.id())).contains(sealed);
    assertThat(index.find("nothing")).isEmpty();
  }

  @Test
  final void keepsAllOfABatchOrNothing() {
    Segment good = segment(DOOR_MAIN, 0, 0, 60, Segment.State.SEALED);
    Segment bad =
        segment(DOOR_MAIN, 1, 60, 120, Segment.State.SEALED, "text\0that no column takes");
    assertThatThrownBy(() -> index.upsert(List.of(good, bad)))
        .isNotInstanceOf(StoreUnavailableException.class);
    assertThat(index.find(good.id())).isEmpty();
  }

  @Test
  final void findsWhatOverlapsATimeHoweverLongItIs() {
    Segment hours = segment(DOOR_MAIN, 0, -7200, 30, Segment.State.SEALED);
    Segment before = segment(DOOR_MAIN, 1, -60, 0, Segment.State.SEALED);
    Segment first = segment(DOOR_MAIN, 2, 0, 60, Segment.State.SEALED);
    Segment second = segment(DOOR_MAIN, 3, 60, 120, Segment.State.OPEN);
    Segment after = segment(DOOR_MAIN, 4, 120, 180, Segment.State.SEALED);
    Segment other = segment(new StreamId(DOOR, StreamRole.SUB), 5, 0, 60, Segment.State.SEALED);
    index.upsert(List.of(after, second, other, first, before, hours));
    assertThat(index.find(DOOR_MAIN, at(0), at(120))).containsExactly(hours, first, second);
    assertThat(index.find(DOOR_MAIN, at(30), at(31))).containsExactly(first);
    assertThat(index.find(DOOR_MAIN, at(500), at(600))).isEmpty();
  }

  @Test
  final void deletesInStepsAndRemembersWhy() {
    List<Segment> all =
        IntStream.range(0, 4)
            .mapToObj(n -> segment(DOOR_MAIN, n, n * 60L, n * 60L + 60, Segment.State.SEALED))
            .toList();
    index.upsert(all);
    assertThat(index.oldest(DISK, Optional.empty(), 2)).containsExactly(all.get(0), all.get(1));
    index.markGarbage(List.of(all.get(0).id(), all.get(1).id()), GapCause.DELETED_BY_RETENTION);
    index.markGarbage(List.of(all.get(2).id()), GapCause.DELETED_BY_RETENTION);
    index.markGarbage(List.of(all.get(2).id()), GapCause.DELETED_BY_RETENTION);
    assertThat(index.find(DOOR_MAIN, at(0), at(240))).containsExactly(all.get(3));
    assertThat(index.oldest(DISK, Optional.of(DOOR), 9)).containsExactly(all.get(3));
    assertThat(index.oldest(DISK, Optional.of(YARD), 9)).isEmpty();
    assertThat(index.garbage(DISK, 9)).hasSize(3);
    assertThat(index.conditions(DOOR, at(0), at(240)))
        .containsExactly(
            new Condition(DOOR, at(0), Optional.of(at(180)), GapCause.DELETED_BY_RETENTION));
    index.remove(index.garbage(DISK, 9).stream().map(Segment::id).toList());
    index.remove(List.of("nothing"));
    assertThat(index.garbage(DISK, 9)).isEmpty();
    assertThat(index.page(DISK, "", 9)).containsExactly(all.get(3));
  }

  @Test
  final void notesStretchesApartWhereSomethingWasBetween() {
    index.upsert(
        List.of(
            segment(DOOR_MAIN, 0, 0, 60, Segment.State.SEALED),
            segment(DOOR_MAIN, 1, 90, 120, Segment.State.SEALED)));
    index.markGarbage(List.of("door-main-0", "door-main-1"), GapCause.DELETED_BY_RETENTION);
    assertThat(index.conditions(DOOR, at(0), at(240)))
        .extracting(Condition::from)
        .containsExactly(at(0), at(90));
  }

  @Test
  final void countsWhatIsThere() {
    assertThat(index.bytes(DISK, Optional.empty())).isZero();
    index.upsert(
        IntStream.range(0, 5)
            .mapToObj(n -> segment(DOOR_MAIN, n, n * 60L, n * 60L + 60, Segment.State.SEALED))
            .toList());
    index.markMissing(List.of("door-main-0"));
    index.markGarbage(List.of("door-main-1"), GapCause.DELETED_BY_RETENTION);
    assertThat(index.bytes(DISK, Optional.empty())).isEqualTo(3000);
    assertThat(index.bytes(DISK, Optional.of(DOOR))).isEqualTo(3000);
    assertThat(index.bytes(DISK, Optional.of(YARD))).isZero();
    assertThat(index.count(DISK)).isEqualTo(3);
    assertThat(index.bytesSince(DISK, at(180))).isEqualTo(2000);
    index.upsert(List.of(segment(YARD_SUB, 0, 30, 60, Segment.State.SUSPECT)));
    assertThat(index.usage(at(180)))
        .containsExactly(
            new Volumes.Usage(DOOR, 3000, at(120), at(300), 2000),
            new Volumes.Usage(YARD, 1000, at(30), at(60), 0));
    assertThat(index.find("door-main-0").orElseThrow().state()).isEqualTo(Segment.State.MISSING);
  }

  @Test
  final void tellsWhenACameraWasRecordedOnWhicheverStream() {
    index.upsert(
        List.of(
            segment(DOOR_MAIN, 0, 0, 60, Segment.State.SEALED),
            segment(DOOR_MAIN, 1, 60, 120, Segment.State.SUSPECT),
            segment(DOOR_SUB, 2, 100, 180, Segment.State.SEALED),
            segment(DOOR_MAIN, 3, 130, 150, Segment.State.SEALED),
            segment(DOOR_MAIN, 4, 200, 260, Segment.State.MISSING),
            segment(DOOR_MAIN, 5, 300, 360, Segment.State.SEALED)));
    assertThat(index.stretches(DOOR, at(0), at(1000)))
        .containsExactly(
            new Volumes.Stretch(at(0), at(180)), new Volumes.Stretch(at(300), at(360)));
    assertThat(index.stretches(DOOR, at(170), at(300)))
        .containsExactly(new Volumes.Stretch(at(100), at(180)));
    assertThat(index.stretches(YARD, at(0), at(1000))).isEmpty();
  }

  @Test
  final void tellsEverySegmentPageByPage() {
    List<String> ids = new ArrayList<>();
    index.upsert(
        IntStream.range(0, 25)
            .mapToObj(n -> segment(DOOR_MAIN, n, n * 60L, n * 60L + 60, Segment.State.SEALED))
            .toList());
    for (List<Segment> page = index.page(DISK, "", 10);
        !page.isEmpty();
        page = index.page(DISK, ids.get(ids.size() - 1), 10)) {
      page.forEach(segment -> ids.add(segment.id()));
    }
    assertThat(ids).hasSize(25).doesNotHaveDuplicates().isSorted();
  }

  // Conditions

  @Test
  final void tellsConditionsInTheOrderTheyWereNoted() {
    var lasting = new Condition(DOOR, at(0), Optional.empty(), GapCause.OFFLINE);
    var disk = new Condition(DOOR, at(10), Optional.of(at(20)), GapCause.STORAGE);
    var early = new Condition(DOOR, at(-60), Optional.of(at(-50)), GapCause.DISABLED);
    var others = new Condition(YARD, at(0), Optional.empty(), GapCause.OFFLINE);
    index.note(List.of(lasting, disk, early, others));
    assertThat(index.conditions(DOOR, at(0), at(60))).containsExactly(lasting, disk);
    assertThat(index.conditions(DOOR, at(-100), at(0))).containsExactly(early);
    var ended = new Condition(DOOR, at(0), Optional.of(at(40)), GapCause.OFFLINE);
    index.note(List.of(lasting, ended));
    assertThat(index.conditions(DOOR, at(0), at(60))).containsExactly(disk, ended);
    assertThat(index.conditions(DOOR, at(40), at(60))).isEmpty();
    index.forgetConditions(DOOR, at(30));
    assertThat(index.conditions(DOOR, at(-100), at(60))).containsExactly(ended);
  }

  // When it is away

  @Test
  final void saysSoonThatTheDatabaseIsAwayAndGoesOnWhenItIsBack() throws Exception {
    cameras.insert(new Stored(camera(1), Map.of()));
    kill();
    try {
      refusesBothSoon();
    } finally {
      server.restart();
    }
    await(() -> assertThat(cameras.cameras()).hasSize(1));
    await(() -> index.upsert(List.of(segment(DOOR_MAIN, 0, 0, 60, Segment.State.SEALED))));
  }

  /** Until the pools try to connect again, at most some seconds. */
  private static void await(Runnable attempt) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (true) {
      try {
        attempt.run();
        return;
      } catch (StoreUnavailableException e) {
        assertThat(System.nanoTime()).as("back in time").isLessThan(deadline);
      }
    }
  }

  private void refusesBothSoon() {
    Instant started = Instant.now();
    assertThatThrownBy(cameras::cameras).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(
            () -> index.upsert(List.of(segment(DOOR_MAIN, 0, 0, 60, Segment.State.SEALED))))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(Duration.between(started, Instant.now())).isLessThan(Duration.ofSeconds(60));
  }

  @Test
  final void doesNotHangWithTheDatabase() throws Exception {
    cameras.insert(new Stored(camera(1), Map.of()));
    List<Long> family = family();
    try {
      signal("STOP", family);
      long started = System.nanoTime();
      assertThatThrownBy(cameras::cameras).isInstanceOf(StoreUnavailableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(60));
    } finally {
      signal("CONT", family);
    }
    assertThat(cameras.cameras()).hasSize(1);
  }

  @Test
  final void recordsWhileReadersUseUpTheirConnections() throws Exception {
    var taken = new ArrayList<Connection>();
    try {
      for (int i = 0; i < readers.getMaximumPoolSize(); i++) {
        taken.add(readers.getConnection());
      }
      index.upsert(List.of(segment(DOOR_MAIN, 0, 0, 60, Segment.State.SEALED)));
      assertThatThrownBy(cameras::cameras).isInstanceOf(StoreUnavailableException.class);
    } finally {
      for (Connection connection : taken) {
        connection.close();
      }
    }
    assertThat(index.find("door-main-0")).isPresent();
  }

  // Who may use it, and what is in it

  @Test
  final void letsOneVigilWriteAndNamesItToTheNext() throws Exception {
    var first = new WriterLock(server.database(), "/srv/vigil-one");
    var second = new WriterLock(server.database(), "/srv/vigil-two");
    try {
      first.hold();
      first.hold();
      assertThatThrownBy(second::hold)
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("another Vigil uses this database: Vigil")
          .hasMessageContaining("since 20");
      assertThatThrownBy(() -> second.whileHeld(server.database()).getConnection())
          .isInstanceOf(SQLException.class);
      first.close();
      second.hold();
      try (var connection = second.whileHeld(server.database()).getConnection()) {
        assertThat(connection.isValid(1)).isTrue();
      }
    } finally {
      first.close();
      second.close();
    }
  }

  @Test
  final void takesTheLockAgainFromItsOwnBrokenConnection() throws Exception {
    var lock = new WriterLock(server.database(), "/srv/vigil");
    try {
      lock.hold();
      execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name LIKE 'Vigil %/srv/vigil'");
      assertThatThrownBy(lock::hold).isInstanceOf(SQLException.class);
      lock.hold();
    } finally {
      lock.close();
    }
  }

  @Test
  final void refusesATableFromTheFuture() throws Exception {
    execute(
        "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
            + " installed_by, execution_time, success)"
            + " VALUES (99, '99', 'future', 'SQL', 'V99__future.sql', 'x', 1, true)");
    try {
      assertThatThrownBy(() -> new Schema(server.database()).migrate())
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("made by a newer Vigil: its schema is 99, this one knows 8");
    } finally {
      execute("DELETE FROM flyway_schema_history WHERE installed_rank = 99");
    }
    new Schema(server.database()).migrate();
  }

  @Test
  final void explainsEveryTableAndColumn() throws SQLException {
    assertThat(
            number(
                "SELECT count(*) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
                    + " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
                    + " AND c.relname <> 'flyway_schema_history' AND a.attnum > 0"
                    + " AND NOT a.attisdropped AND (col_description(c.oid, a.attnum) IS NULL"
                    + " OR obj_description(c.oid) IS NULL)"))
        .isZero();
  }

  private static Instant at(long seconds) {
    return T0.plusSeconds(seconds);
  }

  private static Camera camera(long version) {
    return new Camera(
        DOOR,
        version,
        "Door “north”",
        "rtsp",
        true,
        Map.of("url", "rtsp://192.0.2.1/1", "port", 554, "tcp", true, "roles", List.of("a", "b")),
        List.of("password"),
        new RecordingPlan(
            "continuous",
            StreamRole.MAIN,
            Duration.ofMillis(2500),
            Duration.ofSeconds(10),
            new Retention(
                7.5,
                30,
                OptionalLong.of(1L << 40),
                0.25,
                Map.of("person", 60.0),
                Map.of("path", 0.5))),
        List.of(new Camera.DetectorBinding("motion", Map.of("threshold", 0.5))),
        List.of(
            new Camera.Zone(
                "path",
                List.of(
                    new Camera.Point(0, 0), new Camera.Point(0.5, 1), new Camera.Point(1, 0.25)),
                List.of("person"),
                0.01,
                20),
            new Camera.Zone(
                "line", List.of(new Camera.Point(0, 0), new Camera.Point(0.5, 1)), List.of(), 0)),
        List.of(
            new Camera.Mask(
                List.of(
                    new Camera.Point(0, 0), new Camera.Point(0.1, 0), new Camera.Point(0, 0.1)))),
        List.of("outside"),
        T0);
  }

  private static StoredUser user(String name) {
    return new StoredUser(name, "$argon2id$x", Role.OPERATOR, Optional.empty(), true, T0);
  }

  private static StoredGrant grant(
      String id, boolean session, String user, Optional<Instant> expires) {
    return new StoredGrant(
        id,
        "hash-" + id,
        session,
        user,
        session ? "" : "script",
        Role.VIEWER,
        Optional.of(Set.of(DOOR, YARD)),
        T0,
        expires);
  }

  private static Segment segment(
      StreamId stream, long first, long from, long to, Segment.State state) {
    return segment(stream, first, from, to, state, "door/main/2026/03/01/10/" + first + ".mp4");
  }

  private static Segment segment(
      StreamId stream, long first, long from, long to, Segment.State state, String path) {
    boolean complete = state == Segment.State.SEALED;
    return new Segment(
        stream.camera() + "-" + stream.role().word() + "-" + first,
        stream,
        T0.toEpochMilli(),
        at(from),
        at(to),
        from * 90_000,
        to * 90_000,
        90_000,
        812,
        1000,
        1500,
        first,
        first,
        "avc1.4d0028,mp4a.40.2",
        List.of(
            new Segment.Keyframe(812, from * 90_000),
            new Segment.Keyframe(1L << 33, from * 90_000 + 180_000)),
        complete ? Optional.of("0123456789abcdef".repeat(4)) : Optional.empty(),
        state,
        DISK,
        path);
  }

  private void kill() {
    ProcessHandle process = ProcessHandle.of(server.pid()).orElseThrow();
    // One that serves a connection may answer once more after its parent's end.
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
  }

  private List<Long> family() {
    ProcessHandle process = ProcessHandle.of(server.pid()).orElseThrow();
    return Stream.concat(Stream.of(process), process.descendants())
        .map(ProcessHandle::pid)
        .toList();
  }

  private static void signal(String name, List<Long> processes) throws Exception {
    var command = new ArrayList<>(List.of("kill", "-" + name));
    processes.forEach(pid -> command.add("" + pid));
    new ProcessBuilder(command).start().waitFor();
  }

  private void execute(String sql) throws SQLException {
    try (var connection = server.database().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long number(String sql) throws SQLException {
    try (var connection = server.database().getConnection();
        var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }
}
