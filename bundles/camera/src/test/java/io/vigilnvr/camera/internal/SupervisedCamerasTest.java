package io.vigilnvr.camera.internal;

import static io.vigilnvr.camera.internal.Fakes.await;
import static io.vigilnvr.camera.internal.Fakes.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraDraft;
import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.api.camera.CameraStore;
import io.vigilnvr.api.camera.StaleVersionException;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.ingest.IngestStatus.Phase;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.StoreUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SupervisedCamerasTest {
  private static final Patience QUICK =
      new Patience(
          Duration.ofMillis(1),
          Duration.ofMillis(4),
          Duration.ofMillis(5),
          Duration.ofMillis(200),
          Duration.ofSeconds(30));
  private static final Map<String, Object> DRIVER =
      Map.of("vigil.camera.driver", "fake", "service.id", 7L);
  private static final CameraId FRONT = new CameraId("front-door");
  private static final String URL = "rtsp://192.0.2.10/main";

  private final Path folder;

  private final Fakes.Threads tasks = new Fakes.Threads();
  private final Fakes.Catalog catalog = new Fakes.Catalog();
  private final Fakes.Store store = new Fakes.Store();
  private final Fakes.Driver driver = new Fakes.Driver();
  private final Fakes.Puller ingest = new Fakes.Puller();
  private final Fakes.Observer observer = new Fakes.Observer();
  private SupervisedCameras cameras;

  SupervisedCamerasTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void start() {
    cameras = registry(tasks);
    cameras.addDriver(driver, DRIVER);
    cameras.setIngest(ingest);
    cameras.addObserver(observer);
    cameras.setStore(store);
    await(() -> Files.exists(snapshot()));
    await(this::isReady);
  }

  @AfterEach
  void stop() {
    cameras.deactivate();
    tasks.release();
    assertThat(tasks.alive()).isZero();
  }

  private SupervisedCameras registry(Fakes.Threads its) {
    return new SupervisedCameras(
        snapshot(), its, Clock.fixed(Fakes.NOW, ZoneOffset.UTC), catalog, new Fakes.Box(), QUICK);
  }

  private Path snapshot() {
    return folder.resolve("cameras.snapshot");
  }

  private boolean isReady() {
    try {
      return !cameras.delete(new CameraId("nobody"));
    } catch (StoreUnavailableException e) {
      return false;
    }
  }

  private CameraState state(CameraId id) {
    return cameras.status(id).state();
  }

  private String cause(CameraId id) {
    return cameras.status(id).cause().orElse("");
  }

  private Camera streaming(String name) throws Exception {
    Camera camera = cameras.create(draft(name, URL));
    await(() -> ingest.open().stream().anyMatch(line -> line.stream.camera().equals(camera.id())));
    line(camera, StreamRole.MAIN).is(Phase.STREAMING, "");
    await(() -> state(camera.id()) == CameraState.STREAMING);
    return camera;
  }

  private Fakes.Puller.Line line(Camera camera, StreamRole role) {
    return ingest.open().stream()
        .filter(line -> line.stream.camera().equals(camera.id()) && line.stream.role() == role)
        .findFirst()
        .orElseThrow();
  }

  private static CameraDraft renamed(Camera camera, String name, Map<String, Object> settings) {
    return new CameraDraft(
        name,
        camera.driver(),
        camera.enabled(),
        settings,
        camera.recording(),
        camera.detectors(),
        camera.zones(),
        camera.masks(),
        camera.labels());
  }

  private static List<String> pointers(InvalidSettingsException e) {
    return e.problems().stream().map(Problem::pointer).toList();
  }

  // ---- keeping

  @Test
  void makesIdsOfNames() throws Exception {
    assertThat(cameras.create(draft("Front door", URL)).id()).hasToString("front-door");
    assertThat(cameras.create(draft("  Front  Door! ", URL)).id()).hasToString("front-door-2");
    assertThat(cameras.create(draft("Tür Süd", URL)).id()).hasToString("tur-sud");
    assertThat(cameras.create(draft("门", URL)).id()).hasToString("camera");
    assertThat(cameras.create(draft("test", URL)).id()).hasToString("test-2");
    assertThat(cameras.create(draft("x".repeat(100), URL)).id().value()).hasSize(48);
    assertThat(cameras.cameras()).extracting(Camera::name).startsWith("Front  Door!");
  }

  @Test
  void doesNotGiveAnIdOfRecordingsToAnotherCamera() throws Exception {
    cameras.setRecordings(new Fakes.Recorded(Set.of(new StreamId(FRONT, StreamRole.SUB))));
    assertThat(cameras.create(draft("Yard", URL)).id()).hasToString("yard");
    cameras.delete(new CameraId("yard"));
    assertThat(cameras.create(draft("Yard", URL)).id()).hasToString("yard");
    assertThat(cameras.create(draft("Front door", URL)).id()).hasToString("front-door-2");
  }

  @Test
  void keepsSecretsSealedAndToldToNobodyButTheDriver() throws Exception {
    Camera camera = cameras.create(draft("Door", "rtsp://cam:h4nter2@192.0.2.10/main"));
    assertThat(camera.settings()).containsEntry("url", URL).doesNotContainKey("password");
    assertThat(camera.secretsSet()).containsExactly("password");
    assertThat(store.camera(camera.id()).orElseThrow().sealedSecrets())
        .containsOnlyKeys("password");
    await(() -> !driver.connected.isEmpty());
    assertThat(driver.connected.get(0)).containsEntry("password", "h4nter2");
    assertThat(Files.readString(snapshot(), StandardCharsets.ISO_8859_1))
        .contains("door")
        .doesNotContain("h4nter2");
    assertThat(camera.toString() + driver.connected.size()).doesNotContain("h4nter2");
  }

  @Test
  void keepsASecretThatIsLeftOutOfAChange() throws Exception {
    Camera camera =
        cameras.create(draft("Door", Map.of("url", URL, "username", "cam", "password", "h4nter2")));
    Camera changed =
        cameras.replace(
            camera.id(),
            1,
            renamed(camera, "Door", Map.of("url", "rtsp://192.0.2.10/other", "username", "cam")));
    assertThat(changed.version()).isEqualTo(2);
    assertThat(changed.secretsSet()).containsExactly("password");
    await(
        () ->
            driver.connected.stream()
                .anyMatch(
                    one ->
                        one.containsValue("rtsp://192.0.2.10/other")
                            && one.containsValue("h4nter2")));
    Camera without =
        cameras.replace(
            camera.id(), 2, renamed(camera, "Door", Map.of("url", URL, "password", "")));
    assertThat(without.secretsSet()).isEmpty();
  }

  @Test
  void sendsNoPasswordToAnotherHost() throws Exception {
    Camera camera =
        cameras.create(draft("Door", Map.of("url", URL, "username", "cam", "password", "h4nter2")));
    String other = "rtsp://evil.example/main";
    var refused = new LinkedHashMap<Map<String, Object>, String>();
    refused.put(Map.of("url", other, "username", "cam"), "/settings/url");
    refused.put(Map.of("url", URL, "subUrl", other, "username", "cam"), "/settings/subUrl");
    refused.put(Map.of("url", "rtsp://192.0.2.10:8554/main"), "/settings/url");
    refused.put(Map.of("url", URL, "port", 8554), "/settings/port");
    // A password, but not the one that would be sent.
    refused.put(Map.of("url", other, "subUrl", "rtsp://cam:x@192.0.2.10/"), "/settings/url");
    refused.forEach(
        (settings, pointer) -> {
          for (ThrowableAssert.ThrowingCallable attempt :
              List.<ThrowableAssert.ThrowingCallable>of(
                  () -> cameras.replace(camera.id(), 1, renamed(camera, "Door", settings)),
                  () -> cameras.test(camera.id(), "fake", settings))) {
            var e = catchThrowableOfType(InvalidSettingsException.class, attempt);
            assertThat(pointers(e)).as(settings.toString()).containsExactly(pointer);
            assertThat(e.problems().get(0).detail())
                .isEqualTo("is another host or port; enter the password again");
          }
        });
    assertThat(cameras.camera(camera.id())).contains(camera);
    assertThat(driver.connected)
        .allSatisfy(settings -> assertThat(settings).containsEntry("url", URL));
    // Given again, be it in the address and be it the same, it may go there.
    cameras.replace(
        camera.id(),
        1,
        renamed(camera, "Door", Map.of("url", "rtsp://cam:h4nter2@192.0.2.11/main")));
    cameras.replace(
        camera.id(),
        2,
        renamed(
            camera,
            "Door",
            Map.of("url", "rtsp://192.0.2.12/", "username", "cam", "password", "h4nter2")));
    assertThat(cameras.camera(camera.id()).orElseThrow().version()).isEqualTo(3);
  }

  @Test
  void refusesAChangeOfWhatWasChangedInBetween() throws Exception {
    Camera camera = cameras.create(draft("Door", URL));
    cameras.replace(camera.id(), 1, draft("Gate", URL));
    assertThatThrownBy(() -> cameras.replace(camera.id(), 1, draft("Wall", URL)))
        .isInstanceOf(StaleVersionException.class);
    assertThatThrownBy(() -> cameras.replace(new CameraId("x"), 1, draft("Wall", URL)))
        .isInstanceOf(NoSuchElementException.class);
    // By another node, in the database.
    var theirs = store.camera(camera.id()).orElseThrow();
    var newer =
        new Camera(
            camera.id(),
            9,
            "Theirs",
            "fake",
            true,
            theirs.camera().settings(),
            List.of(),
            RecordingPlan.DEFAULT,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            camera.createdAt());
    store.rows.put(camera.id(), new CameraStore.Stored(newer, Map.of()));
    assertThatThrownBy(() -> cameras.replace(camera.id(), 2, draft("Wall", URL)))
        .isInstanceOf(StaleVersionException.class)
        .hasMessageContaining("9");
    assertThat(cameras.camera(camera.id())).contains(newer);
  }

  // ---- checking

  @Test
  void namesEachWrongField() {
    var plan =
        new RecordingPlan(
            "nonsense",
            StreamRole.MAIN,
            Duration.ofSeconds(61),
            Duration.ofSeconds(-1),
            new RecordingPlan.Retention(
                -1,
                Double.NaN,
                OptionalLong.of(0),
                40000,
                Map.of("person", -1.0, "", 1.0),
                Map.of("a/b", Double.NaN)));
    var corner = new Camera.Point(0, 0);
    var wrong =
        new CameraDraft(
            " ",
            "fake",
            true,
            Map.of("url", "rtsp://refused.example/"),
            plan,
            List.of(
                new Camera.DetectorBinding("none", Map.of()),
                new Camera.DetectorBinding("motion", Map.of("colour", "red")),
                new Camera.DetectorBinding("motion", Map.of())),
            List.of(
                new Camera.Zone("porch", List.of(corner, corner, corner), List.of(""), 2),
                new Camera.Zone("porch", List.of(), List.of(), Double.NaN),
                new Camera.Zone("point", List.of(corner, corner), List.of(), 0, 1),
                new Camera.Zone("long", List.of(corner, new Camera.Point(1, 1)), List.of(), 0, -1)),
            List.of(new Camera.Mask(List.of(corner, new Camera.Point(1, 1)))),
            List.of("outdoor", "x".repeat(101)));
    var e = catchThrowableOfType(InvalidSettingsException.class, () -> cameras.create(wrong));
    assertThat(pointers(e))
        .containsExactlyInAnyOrder(
            "/name",
            "/settings/url",
            "/recording/mode",
            "/recording/preRollSeconds",
            "/recording/postRollSeconds",
            "/recording/retention/continuousDays",
            "/recording/retention/eventDays",
            "/recording/retention/minDays",
            "/recording/retention/maxBytes",
            "/recording/retention/labelDays/person",
            "/recording/retention/labelDays/",
            "/recording/retention/zoneDays/a~1b",
            "/detectors/0/id",
            "/detectors/1/settings/colour",
            "/detectors/2/id",
            "/zones/0/polygon",
            "/zones/0/labels/0",
            "/zones/0/minArea",
            "/zones/1/name",
            "/zones/1/polygon",
            "/zones/1/minArea",
            "/zones/2/polygon",
            "/zones/2/loiterSeconds",
            "/zones/3/loiterSeconds",
            "/masks/0/polygon",
            "/labels/1");
    assertThat(cameras.cameras()).isEmpty();
    assertThat(store.rows).isEmpty();
  }

  @Test
  void refusesNamesThatBreakLinesOrTerminals() {
    for (String name :
        List.of("", "x".repeat(101), "a\nb", "a\u001b[31m", "a\u0000", "\ud800", "a\u202eb")) {
      var e =
          catchThrowableOfType(
              InvalidSettingsException.class, () -> cameras.create(draft(name, URL)));
      assertThat(pointers(e)).containsExactly("/name");
    }
  }

  @Test
  void acceptsPlainNamesOfAnyScriptAndRecordingOff() throws Exception {
    for (String name : List.of("門口 📷", "'; DROP TABLE camera;--", "$(id)", "x".repeat(100))) {
      assertThat(cameras.create(draft(name, URL)).name()).isEqualTo(name);
    }
    var off =
        new RecordingPlan(
            "off", StreamRole.SUB, Duration.ZERO, Duration.ZERO, RecordingPlan.DEFAULT.retention());
    var quiet =
        new CameraDraft(
            "Q", "fake", true, Map.of("url", URL), off, List.of(), List.of(), List.of(), List.of());
    assertThat(cameras.create(quiet).recording()).isEqualTo(off);
  }

  @Test
  void aCameraOfAMissingDriverKeepsItsSettingsButTheyCannotBeChanged() throws Exception {
    Camera camera =
        cameras.create(draft("Door", Map.of("url", URL, "username", "cam", "password", "h4nter2")));
    catalog.hasDriver = false;
    cameras.removeDriver(driver, DRIVER);
    assertThat(
            pointers(
                catchThrowableOfType(
                    InvalidSettingsException.class, () -> cameras.create(draft("New", URL)))))
        .containsExactly("/driver");
    Camera renamed = cameras.replace(camera.id(), 1, renamed(camera, "Gate", camera.settings()));
    assertThat(renamed.settings()).isEqualTo(camera.settings());
    assertThat(renamed.secretsSet()).containsExactly("password");
    assertThat(
            pointers(
                catchThrowableOfType(
                    InvalidSettingsException.class,
                    () ->
                        cameras.replace(
                            camera.id(), 2, renamed(camera, "Gate", Map.of("url", "rtsp://x/"))))))
        .containsExactly("/settings");
    catalog.recorders.clear();
    cameras.replace(camera.id(), 2, renamed(camera, "Wall", camera.settings()));
  }

  @Test
  void whatADetectorDoesNotTakeAnyMoreIsKeptUntilItIsChanged() throws Exception {
    Camera camera = cameras.create(detecting("Door", Map.of("sensitivity", 0.5)));
    catalog.detectorSettings = Set.of();
    Camera renamed = cameras.replace(camera.id(), 1, detecting("Gate", Map.of("sensitivity", 0.5)));
    assertThat(renamed.name()).isEqualTo("Gate");
    assertThat(renamed.detectors()).isEqualTo(camera.detectors());
    var e =
        catchThrowableOfType(
            InvalidSettingsException.class,
            () -> cameras.replace(camera.id(), 2, detecting("Gate", Map.of("sensitivity", 0.6))));
    assertThat(pointers(e)).containsExactly("/detectors/0/settings/sensitivity");
    cameras.replace(camera.id(), 2, detecting("Gate", Map.of()));
  }

  private static CameraDraft detecting(String name, Map<String, Object> settings) {
    CameraDraft plain = draft(name, URL);
    return new CameraDraft(
        plain.name(),
        plain.driver(),
        plain.enabled(),
        plain.settings(),
        plain.recording(),
        List.of(new Camera.DetectorBinding("motion", settings)),
        List.of(),
        List.of(),
        List.of());
  }

  // ---- the database and the snapshot

  @Test
  void cannotBeChangedWhileTheDatabaseIsAway() throws Exception {
    Camera camera = cameras.create(draft("Door", URL));
    cameras.unsetStore(store);
    assertThat(cameras.cameras()).containsExactly(camera);
    assertThatThrownBy(() -> cameras.create(draft("Gate", URL)))
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> cameras.replace(camera.id(), 1, draft("Gate", URL)))
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> cameras.delete(camera.id()))
        .isInstanceOf(StoreUnavailableException.class);
    cameras.setStore(store);
    await(this::isReady);
    store.away = true;
    assertThatThrownBy(() -> cameras.create(draft("Gate", URL)))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(cameras.cameras()).containsExactly(camera);
    store.away = false;
    assertThat(cameras.create(draft("Gate", URL)).version()).isEqualTo(1);
  }

  @Test
  void startsFromTheSnapshotAndThenBelievesTheDatabase() throws Exception {
    Camera door = streaming("Door");
    Camera gate = streaming("Gate");
    cameras.deactivate();
    tasks.release();
    assertThat(ingest.all).extracting(line -> line.end).containsOnly("released");
    ingest.all.clear();
    store.rows.remove(gate.id());
    store.away = true;
    var later = new Fakes.Threads();
    var next = registry(later);
    try {
      assertThat(next.cameras()).containsExactly(door, gate);
      next.addDriver(driver, DRIVER);
      next.setIngest(ingest);
      await(() -> ingest.open().size() == 2);
      next.setStore(store);
      assertThatThrownBy(() -> next.create(draft("New", URL)))
          .isInstanceOf(StoreUnavailableException.class);
      store.away = false;
      await(() -> next.cameras().equals(List.of(door)));
      await(() -> ingest.open().size() == 1);
      assertThat(ingest.all).extracting(line -> line.end).containsExactlyInAnyOrder("", "closed");
    } finally {
      next.deactivate();
      later.release();
    }
  }

  @Test
  void theSnapshotKeepsTypesAndIsForItsOwnerAlone() throws Exception {
    Camera camera = cameras.create(draft("Door", Map.of("url", URL, "port", 8554)));
    assertThat(new SnapshotFile(snapshot()).read())
        .singleElement()
        .satisfies(
            stored -> {
              assertThat(stored.camera()).isEqualTo(camera);
              assertThat(stored.camera().settings()).containsEntry("port", 8554);
            });
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(snapshot())))
        .isEqualTo("rw-------");
  }

  @Test
  void theSnapshotKeepsLinesLoiteringAndDaysByLabelAndZone() throws Exception {
    Camera camera = cameras.create(detailed());
    assertThat(camera.zones().get(1).isLine()).isTrue();
    assertThat(new SnapshotFile(snapshot()).read())
        .extracting(CameraStore.Stored::camera)
        .containsExactly(camera);
  }

  @Test
  void readsASnapshotOfTheFormerFormat() throws Exception {
    Path file = folder.resolve("former");
    try (var first = SupervisedCamerasTest.class.getResourceAsStream("/snapshot-1")) {
      Files.copy(Objects.requireNonNull(first), file);
    }
    assertThat(new SnapshotFile(file).read())
        .singleElement()
        .satisfies(
            stored -> {
              assertThat(stored.camera().recording()).isEqualTo(RecordingPlan.DEFAULT);
              assertThat(stored.camera().zones())
                  .containsExactly(
                      new Camera.Zone(
                          "porch",
                          List.of(
                              new Camera.Point(0, 0),
                              new Camera.Point(1, 0),
                              new Camera.Point(0.5, 1)),
                          List.of("person"),
                          0.25));
              assertThat(stored.camera().labels()).containsExactly("outdoor");
              assertThat(stored.sealedSecrets()).containsOnlyKeys("password");
            });
  }

  private static CameraDraft detailed() {
    var plain = draft("Door", URL);
    var plan = plain.recording();
    var days =
        new RecordingPlan.Retention(
            1, 2, OptionalLong.empty(), 0, Map.of("person", 60.0, "car", 0.5), Map.of("yard", 9.0));
    var corner = new Camera.Point(0, 0);
    var other = new Camera.Point(1, 0.5);
    return new CameraDraft(
        plain.name(),
        plain.driver(),
        true,
        plain.settings(),
        new RecordingPlan(plan.mode(), plan.stream(), plan.preRoll(), plan.postRoll(), days),
        plain.detectors(),
        List.of(
            new Camera.Zone(
                "yard", List.of(corner, other, new Camera.Point(0, 1)), List.of("person"), 0, 20),
            new Camera.Zone("gate", List.of(corner, other), List.of(), 0.5)),
        List.of(),
        List.of());
  }

  /** As on a start with other detectors, zones and days: only the driver's part touches a line. */
  @Test
  void whatIsDetectedOrKeptIsChangedWithoutTouchingTheLine() throws Exception {
    Camera camera = cameras.create(draft("Door", URL));
    await(() -> ingest.open().size() == 1);
    var changed = detailed();
    cameras.replace(
        camera.id(),
        1,
        new CameraDraft(
            changed.name(),
            changed.driver(),
            true,
            changed.settings(),
            changed.recording(),
            List.of(new Camera.DetectorBinding("motion", Map.of())),
            changed.zones(),
            List.of(),
            List.of("outside")));
    await(() -> cameras.camera(camera.id()).orElseThrow().version() == 2);
    assertThat(ingest.all).singleElement().extracting(line -> line.end).isEqualTo("");
  }

  @Test
  void takesNoDamagedSnapshot() throws Exception {
    cameras.create(draft("Door", URL));
    byte[] bytes = Files.readAllBytes(snapshot());
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 0x55;
      Path file = Files.write(folder.resolve("damaged"), damaged);
      assertThatThrownBy(() -> new SnapshotFile(file).read()).isInstanceOf(IOException.class);
    }
    Path cut = Files.write(folder.resolve("cut"), List.of());
    assertThatThrownBy(() -> new SnapshotFile(cut).read()).isInstanceOf(IOException.class);
    assertThat(new SnapshotFile(folder.resolve("none")).read()).isEmpty();
  }

  @Test
  void saysThatASecretCannotBeRead() throws Exception {
    Camera camera =
        cameras.create(draft("Door", Map.of("url", URL, "username", "cam", "password", "h4nter2")));
    var stored = store.camera(camera.id()).orElseThrow();
    store.rows.put(
        camera.id(),
        new CameraStore.Stored(
            stored.camera(), Map.of("password", new Fakes.Box().seal("h4nter2", "another"))));
    cameras.unsetStore(store);
    cameras.setStore(store);
    await(() -> state(camera.id()) == CameraState.ERROR);
    assertThat(cause(camera.id())).contains("enter it again");
    await(() -> ingest.open().isEmpty());
  }

  // ---- supervising

  @Test
  void saysHowACameraIs() throws Exception {
    Camera camera = streaming("Door");
    var status = cameras.status(camera.id());
    assertThat(status.cause()).isEmpty();
    assertThat(status.since()).isEqualTo(Fakes.NOW.plusSeconds(1));
    var main = line(camera, StreamRole.MAIN);
    main.is(Phase.STALLED, "stopped sending 4 s ago");
    assertThat(state(camera.id())).isEqualTo(CameraState.STALLED);
    assertThat(cause(camera.id())).isEqualTo("stopped sending 4 s ago");
    main.is(Phase.CONNECTING, "");
    assertThat(cause(camera.id())).isEqualTo("stopped sending 4 s ago");
    main.is(Phase.UNAUTHORIZED, "wrong password\r\n\u001b[31m");
    assertThat(state(camera.id())).isEqualTo(CameraState.UNAUTHORIZED);
    assertThat(cause(camera.id())).isEqualTo("wrong password [31m");
    main.is(Phase.STREAMING, "");
    assertThat(cause(camera.id())).isEmpty();
    await(() -> observer.news.size() >= 7);
    assertThat(observer.copy())
        .containsExactly(
            "changed door v1",
            "door connecting",
            "door streaming",
            "door stalled",
            "door connecting",
            "door unauthorized",
            "door streaming");
  }

  @Test
  void saysSinceWhenItDoesNotStream() throws Exception {
    Camera camera = streaming("Door");
    var main = line(camera, StreamRole.MAIN);
    main.is(Phase.STALLED, "stopped sending 4 s ago", 10);
    for (int second = 20; second < 60; second += 20) {
      main.is(Phase.CONNECTING, "", second);
      assertThat(cameras.status(camera.id()).since()).isEqualTo(Fakes.NOW.plusSeconds(10));
      main.is(Phase.BACKOFF, "no answer", second + 10);
      assertThat(cameras.status(camera.id()).since()).isEqualTo(Fakes.NOW.plusSeconds(10));
      assertThat(cause(camera.id())).isEqualTo("no answer");
    }
    main.is(Phase.UNAUTHORIZED, "wrong password", 60);
    main.is(Phase.CONNECTING, "", 70);
    main.is(Phase.UNAUTHORIZED, "wrong password", 80);
    assertThat(cameras.status(camera.id()).since()).isEqualTo(Fakes.NOW.plusSeconds(60));
    main.is(Phase.STREAMING, "", 90);
    assertThat(cameras.status(camera.id()).since()).isEqualTo(Fakes.NOW.plusSeconds(90));
    main.is(Phase.BACKOFF, "no answer", 100);
    assertThat(cameras.status(camera.id()).since()).isEqualTo(Fakes.NOW.plusSeconds(100));
  }

  @Test
  void aSmallStreamInTroubleDoesNotHideThatTheCameraStreams() throws Exception {
    Camera camera =
        cameras.create(draft("Door", Map.of("url", URL, "subUrl", "rtsp://192.0.2.10/sub")));
    await(() -> ingest.open().size() == 2);
    line(camera, StreamRole.MAIN).is(Phase.STREAMING, "");
    line(camera, StreamRole.SUB).is(Phase.BACKOFF, "no such stream");
    await(() -> state(camera.id()) == CameraState.STREAMING);
    assertThat(cause(camera.id())).isEqualTo("sub stream: no such stream");
  }

  @Test
  void aChangeThatLeavesTheSourceDoesNotTouchItsLine() throws Exception {
    Camera camera = streaming("Door");
    var main = line(camera, StreamRole.MAIN);
    cameras.replace(camera.id(), 1, renamed(camera, "Gate", camera.settings()));
    assertThat(driver.sessions).hasSize(1);
    // Another setting, the same address: a session anew, the line as it was.
    cameras.replace(
        camera.id(), 2, renamed(camera, "Gate", Map.of("url", URL, "subUrl", URL, "port", 1)));
    await(() -> ingest.open().size() == 2);
    assertThat(driver.sessions).hasSize(2);
    assertThat(driver.sessions.get(0).closed).isTrue();
    assertThat(line(camera, StreamRole.MAIN)).isSameAs(main);
    assertThat(observer.copy()).doesNotContain("door backoff");
    cameras.replace(camera.id(), 3, renamed(camera, "Gate", Map.of("url", "rtsp://192.0.2.9/")));
    await(() -> ingest.open().size() == 1);
    // The numbering goes on at the new address; the small stream is not wanted any more.
    assertThat(ingest.all).extracting(line -> line.end).containsExactly("released", "closed", "");
  }

  @Test
  void triesAgainWhatFails() throws Exception {
    driver.failure = Optional.of(new CameraException(Kind.UNREACHABLE, "no answer from x"));
    Camera camera = cameras.create(draft("Door", URL));
    await(() -> driver.connected.size() >= 5);
    assertThat(cause(camera.id())).isEqualTo("no answer from x");
    driver.failure = Optional.of(new CameraException(Kind.UNAUTHORIZED, "wrong password"));
    await(() -> state(camera.id()) == CameraState.UNAUTHORIZED);
    driver.failure = Optional.empty();
    await(() -> ingest.open().size() == 1);
    // A lost session costs no stream.
    driver.sessions.get(0).fail(new CameraException(Kind.PROTOCOL, "nonsense"));
    await(() -> driver.sessions.size() == 2);
    assertThat(ingest.all).hasSize(1);
    assertThat(ingest.open()).hasSize(1);
  }

  @Test
  void doesNotTryAgainWhatCannotWork() throws Exception {
    driver.failure = Optional.of(new CameraException(Kind.CONFIGURATION, "the address is refused"));
    Camera camera = cameras.create(draft("Door", URL));
    await(() -> state(camera.id()) == CameraState.ERROR);
    assertThat(cause(camera.id())).isEqualTo("the address is refused");
    int tries = driver.connected.size();
    driver.failure = Optional.empty();
    cameras.replace(camera.id(), 1, renamed(camera, "Gate", camera.settings()));
    await(() -> ingest.open().size() == 1);
    assertThat(tries).isEqualTo(1);
  }

  @Test
  void aDriverThatIsReplacedCostsNoStream() throws Exception {
    Camera camera = streaming("Door");
    var main = line(camera, StreamRole.MAIN);
    cameras.removeDriver(driver, DRIVER);
    var newer = new Fakes.Driver();
    cameras.addDriver(newer, Map.of("vigil.camera.driver", "fake", "service.id", 8L));
    await(() -> newer.sessions.size() == 1);
    await(() -> state(camera.id()) == CameraState.STREAMING);
    assertThat(driver.sessions.get(0).closed).isTrue();
    assertThat(ingest.open()).containsExactly(main);
  }

  @Test
  void saysThatADriverIsMissingAndConnectsWhenItIsBack() throws Exception {
    Camera camera = streaming("Door");
    cameras.removeDriver(driver, DRIVER);
    await(() -> state(camera.id()) == CameraState.ERROR);
    assertThat(cause(camera.id())).isEqualTo("driver missing: fake");
    await(() -> ingest.open().isEmpty());
    assertThat(ingest.all).extracting(line -> line.end).containsExactly("closed");
    assertThat(cameras.camera(camera.id())).contains(camera);
    cameras.addDriver(driver, DRIVER);
    await(() -> ingest.open().size() == 1);
  }

  @Test
  void opensLinesAnewWhenIngestIsReplaced() throws Exception {
    Camera camera = streaming("Door");
    var next = new Fakes.Puller();
    cameras.setIngest(next);
    await(() -> next.open().size() == 1);
    assertThat(ingest.all).extracting(line -> line.end).containsExactly("released");
    cameras.unsetIngest(ingest);
    cameras.unsetIngest(next);
    await(() -> cause(camera.id()).contains("waiting for ingest"));
  }

  @Test
  void endsWhatIsSwitchedOffOrDeleted() throws Exception {
    Camera camera = streaming("Door");
    var off =
        new CameraDraft(
            "Door",
            "fake",
            false,
            camera.settings(),
            camera.recording(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    cameras.replace(camera.id(), 1, off);
    await(() -> state(camera.id()) == CameraState.DISABLED);
    await(() -> ingest.open().isEmpty());
    assertThat(cause(camera.id())).isEqualTo("switched off");
    cameras.replace(camera.id(), 2, renamed(camera, "Door", camera.settings()));
    await(() -> ingest.open().size() == 1);
    assertThat(cameras.delete(camera.id())).isTrue();
    assertThat(cameras.delete(camera.id())).isFalse();
    assertThatThrownBy(() -> cameras.status(camera.id()))
        .isInstanceOf(NoSuchElementException.class);
    await(() -> ingest.open().isEmpty());
    await(() -> observer.news.contains("removed door"));
    assertThat(ingest.all).extracting(line -> line.end).containsOnly("closed");
    // The same name again: the same id, and its own lines.
    cameras.create(draft("Door", URL));
    await(() -> ingest.open().size() == 1);
  }

  @Test
  void aDriverThatHangsIsInterruptedWhenItsCameraIsDeleted() throws Exception {
    driver.hangs = true;
    Camera camera = cameras.create(draft("Door", URL));
    await(() -> driver.connected.size() == 1);
    assertThat(cameras.delete(camera.id())).isTrue();
    await(() -> driver.interrupted);
  }

  @Test
  void aDriverThatThrowsIsTriedAgain() throws Exception {
    var broken = new Fakes.Driver();
    cameras.removeDriver(driver, DRIVER);
    cameras.addDriver(
        camera -> {
          throw new IllegalStateException("planted");
        },
        Map.of("vigil.camera.driver", "fake", "service.id", 9L));
    Camera camera = cameras.create(draft("Door", URL));
    await(() -> state(camera.id()) == CameraState.BACKOFF);
    assertThat(cause(camera.id())).isEqualTo("the driver fake failed; see the log");
    cameras.addDriver(
        broken, Map.of("vigil.camera.driver", "fake", "service.id", 10L, "service.ranking", 1));
    await(() -> broken.sessions.size() == 1);
  }

  // ---- observers and trials

  @Test
  void tellsALateObserverAllThereIs() throws Exception {
    streaming("Door");
    streaming("Gate");
    var late = new Fakes.Observer();
    cameras.addObserver(late);
    await(() -> late.news.size() == 4);
    assertThat(late.copy())
        .containsExactly("changed door v1", "changed gate v1", "door streaming", "gate streaming");
    cameras.removeObserver(late);
    cameras.create(draft("Wall", URL));
    await(() -> observer.news.contains("changed wall v1"));
    assertThat(late.news).hasSize(4);
  }

  @Test
  void anObserverThatBlocksHoldsUpNoChange() throws Exception {
    var gate = new CountDownLatch(1);
    observer.gate = Optional.of(gate);
    Camera camera = streaming("Door");
    for (int i = 1; i < 50; i++) {
      cameras.replace(camera.id(), i, renamed(camera, "Door", camera.settings()));
    }
    var main = line(camera, StreamRole.MAIN);
    for (int i = 0; i < 20_000; i++) {
      main.is(i % 2 == 0 ? Phase.STALLED : Phase.STREAMING, "");
    }
    gate.countDown();
    // Not everything, but how it is in the end.
    await(
        () -> {
          List<String> news = observer.copy();
          return news.contains("changed door v50")
              && news.get(news.size() - 1).equals("door streaming");
        });
    assertThat(observer.news).hasSizeLessThan(10_100).doesNotContain("TWO AT A TIME");
  }

  @Test
  void testsACameraAndKeepsNothing() throws Exception {
    assertThat(cameras.test("fake", Map.of("url", URL, "subUrl", URL)))
        .extracting(probe -> probe.role())
        .containsExactly(StreamRole.MAIN, StreamRole.SUB);
    assertThat(cameras.cameras()).isEmpty();
    assertThat(driver.sessions).allMatch(session -> session.closed);
    assertThatThrownBy(() -> cameras.test("fake", Map.of("url", "rtsp://silent.example/")))
        .isInstanceOf(CameraException.class)
        .hasMessage("no answer");
    assertThat(
            pointers(
                catchThrowableOfType(
                    InvalidSettingsException.class, () -> cameras.test("fake", Map.of()))))
        .containsExactly("/settings/url");
    assertThat(
            pointers(
                catchThrowableOfType(
                    InvalidSettingsException.class,
                    () -> cameras.test("other", Map.of("url", URL)))))
        .containsExactly("/driver");
  }

  @Test
  void testsACameraWithItsOwnPassword() throws Exception {
    Camera camera =
        cameras.create(draft("Door", Map.of("url", URL, "username", "cam", "password", "h4nter2")));
    await(() -> driver.connected.size() == 1);
    String same = "rtsp://192.0.2.10:554/other";

    cameras.test(camera.id(), "fake", Map.of("url", same, "username", "cam"));
    assertThat(driver.connected.get(1))
        .containsEntry("password", "h4nter2")
        .containsEntry("url", same);
    cameras.test(camera.id(), "fake", Map.of("url", same, "password", "another"));
    assertThat(driver.connected.get(2)).containsEntry("password", "another");
    cameras.test("fake", Map.of("url", same));
    assertThat(driver.connected.get(3)).doesNotContainKey("password");
    assertThat(cameras.camera(camera.id())).contains(camera);
    assertThatThrownBy(() -> cameras.test(new CameraId("gone"), "fake", Map.of("url", same)))
        .isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void givesUpADriverThatHangsInATest() throws Exception {
    driver.hangs = true;
    var trial = new Trial(tasks, Duration.ofMillis(50));
    assertThatThrownBy(() -> trial.run(driver, Map.of("url", URL), ingest))
        .isInstanceOf(CameraException.class)
        .hasMessageContaining("no answer within");
    await(() -> driver.interrupted);
  }

  @Test
  void waitsLongerAndLongerButNotLessThanTheLeast() {
    for (int failures = 0; failures < 40; failures++) {
      Duration pause = Patience.DEFAULT.backOff(failures);
      assertThat(pause).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
      if (failures >= 5) {
        assertThat(pause).isGreaterThanOrEqualTo(Duration.ofSeconds(15));
      }
    }
  }
}
