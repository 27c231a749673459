package io.vigilnvr.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.tck.Authentication;
import io.vigilnvr.tck.FrameMark;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCamera;
import io.vigilnvr.tck.SimulatedCameras;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a camera to its recording, and back out, through whatever happens on the way. */
final class SpineIT {
  private static final Duration SOON = Duration.ofMinutes(2);

  @TempDir static Path folder;

  private static Vigil vigil;
  private static SimulatedCameras cameras;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    cameras = SimulatedCameras.start();
    vigil = Vigil.unpack(folder);
    vigil.start();
    api = vigil.api();
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      if (vigil != null) {
        vigil.close();
      }
    } finally {
      if (cameras != null) {
        cameras.close();
      }
    }
  }

  @Test
  void keepsEveryPictureAndGivesItBack() throws Exception {
    SimulatedCamera camera =
        cameras.camera("hall").stream("main", Sample.main())
            .login("cam", "s3cr3t pass", Authentication.DIGEST_MD5);
    String id = add("Hall", camera, Map.of("username", "cam", "password", "s3cr3t pass"));
    Footage footage = awaitFrames(id, 150);
    // What still grows is not the same for two requests, one after the other.
    camera.unplug();
    awaitState(id, "backoff");
    Await.until(
        "all is sealed",
        SOON,
        () -> Footage.list(api, id),
        all -> all.stream().allMatch(segment -> segment.get("state").asText().equals("sealed")));

    assertThat(FrameMark.problem(footage.frames())).isEmpty();
    assertThat(api.get("/api/v1/cameras/" + id).body())
        .doesNotContain("s3cr3t")
        .contains("\"passwordSet\":true");

    JsonNode span = api.json("/api/v1/cameras/" + id + "/recordings").get("spans").get(0);
    String range = "?from=" + span.get("from").asText() + "&to=" + span.get("to").asText();
    Path export =
        api.download(
            "/api/v1/cameras/" + id + "/export.mp4" + range, folder.resolve("hall-export.mp4"));
    List<FrameMark> exported = FrameMark.in(export);
    assertThat(FrameMark.problem(exported)).isEmpty();
    assertThat(exported.get(0).number()).isEqualTo(footage.firstFrame());

    assumeTrue(Files.isExecutable(Path.of("/usr/bin/ffprobe")), "ffprobe is not installed");
    String packets =
        Vigil.run(
            List.of(
                "ffprobe",
                "-v",
                "error",
                "-count_packets",
                "-select_streams",
                "v",
                "-show_entries",
                "stream=nb_read_packets",
                "-of",
                "csv=p=0",
                export.toString()));
    assertThat(packets.strip()).isEqualTo(String.valueOf(exported.size()));
    String playlist = vigil.root() + "/api/v1/cameras/" + id + "/playback/index.m3u8" + range;
    String played =
        Vigil.run(
            List.of(
                "ffprobe",
                "-v",
                "error",
                "-headers",
                "Authorization: Bearer " + api.token() + "\r\n",
                "-count_packets",
                "-select_streams",
                "v",
                "-show_entries",
                "stream=nb_read_packets",
                "-of",
                "csv=p=0",
                playlist));
    assertThat(played.strip().lines().findFirst()).contains(String.valueOf(exported.size()));
  }

  @Test
  void namesTheGapOfACameraThatWasCutOff() throws Exception {
    SimulatedCamera camera = cameras.camera("yard").stream("main", Sample.main());
    String id = add("Yard", camera, Map.of());
    awaitFrames(id, 50);
    camera.unplug();
    awaitState(id, "backoff");
    camera.resume();
    awaitState(id, "streaming");
    awaitGap(id, "offline");
    assertCovered(id);
  }

  @Test
  void namesTheGapOfACameraThatStoppedSending() throws Exception {
    SimulatedCamera camera = cameras.camera("shed").stream("main", Sample.main());
    String id = add("Shed", camera, Map.of());
    awaitFrames(id, 50);
    camera.stall();
    Await.until("stalled", SOON, () -> state(id), state -> !state.equals("streaming"));
    awaitGap(id, "stalled");
    camera.resume();
    awaitState(id, "streaming");
    assertCovered(id);
  }

  @Test
  void saysThatThePasswordIsWrong() throws Exception {
    SimulatedCamera camera =
        cameras.camera("vault").stream("main", Sample.main())
            .login("cam", "right", Authentication.DIGEST_MD5);
    String id = add("Vault", camera, Map.of("username", "cam", "password", "wrong-one"));
    awaitState(id, "unauthorized");
    awaitGap(id, "unauthorized");
    assertThat(api.json("/api/v1/cameras/" + id + "/status").get("cause").asText())
        .contains("password")
        .doesNotContain("wrong-one");
  }

  @Test
  void losesNothingWhenThePlatformIsKilled() throws Exception {
    SimulatedCamera camera = cameras.camera("gate").stream("main", Sample.main());
    String id = add("Gate", camera, Map.of());
    long before = awaitFrames(id, 50).lastFrame();
    vigil.killPlatform();
    // The launcher starts the platform again by itself.
    Await.until(
        "ready again",
        SOON,
        () -> Api.status(vigil.root() + "/health/ready"),
        status -> status == 200);
    Footage footage = awaitFrame(id, before + 250);
    assertThat(FrameMark.problem(footage.frames())).isEmpty();
    assertThat(camera.sessions("main")).hasSize(1);
  }

  @Test
  void losesNothingWhenBundlesOrThePlatformAreRestarted() throws Exception {
    SimulatedCamera camera = cameras.camera("loft").stream("main", Sample.main());
    String id = add("Loft", camera, Map.of());
    awaitFrames(id, 50);
    for (String bundle : List.of("record", "stream", "ingest", "camera", "storage.file")) {
      vigil.command("console", "bundle:restart io.vigilnvr." + bundle);
      awaitFrame(id, camera.nextFrame("main"));
    }
    vigil.command("restart");
    Await.until(
        "ready again",
        SOON,
        () -> Api.status(vigil.root() + "/health/ready"),
        status -> status == 200);
    Footage footage = awaitFrame(id, camera.nextFrame("main"));
    assertThat(FrameMark.problem(footage.frames())).isEmpty();
    assertThat(camera.sessions("main")).hasSize(1);
    assertThat(api.json("/api/v1/cameras/" + id + "/recordings").get("spans")).hasSize(1);
  }

  @Test
  void recordsOnWhileTheDatabaseIsKilled() throws Exception {
    SimulatedCamera camera = cameras.camera("barn").stream("main", Sample.main());
    String id = add("Barn", camera, Map.of());
    long before = awaitFrames(id, 50).lastFrame();
    vigil.killDatabase();
    Footage footage =
        Await.until(
            "the database is back",
            SOON,
            () -> {
              try {
                return Footage.of(api, id);
              } catch (AssertionError away) {
                return new Footage(List.of(), List.of());
              }
            },
            seen -> seen.lastFrame() > before + 100);
    assertThat(FrameMark.problem(footage.frames())).isEmpty();
  }

  @Test
  void recordsAgainAfterAWorkerWasKilledAndSaysWhatIsMissing() throws Exception {
    SimulatedCamera camera = cameras.camera("attic").stream("main", Sample.main());
    String id = add("Attic", camera, Map.of());
    long before = awaitFrames(id, 50).lastFrame();
    vigil.kill("ingest.worker");
    awaitFrame(id, before + 200);
    Await.until(
        "a gap",
        SOON,
        () -> !api.json("/api/v1/cameras/" + id + "/recordings").get("gaps").isEmpty());
    assertCovered(id);
  }

  @Test
  void refusesASecondInstanceOnTheSameData() throws Exception {
    Vigil second = vigil.sibling(vigil.data());
    Path output = folder.resolve("second.out");
    Process process = second.launch(output);
    assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isNotZero();
    assertThat(Files.readString(output)).contains("already");
    assertThat(Api.status(vigil.root() + "/health/live")).isEqualTo(200);
  }

  @Test
  void takesAStrangersDriverAndLosesNothingElsewhere() throws Exception {
    SimulatedCamera bystander = cameras.camera("porch").stream("main", Sample.main());
    String watched = add("Porch", bystander, Map.of());
    awaitFrames(watched, 25);
    SimulatedCamera camera = cameras.camera("acme").stream("main", Sample.main());
    Path deployed = vigil.deploy().resolve("com.acme.camera.jar");

    Files.copy(StrangersPlugin.driver(folder, "1.0.0"), deployed);
    awaitDriver("1.0.0");
    JsonNode created =
        api.send(
                "POST",
                "/api/v1/cameras",
                Map.of(
                    "name", "Acme",
                    "driver", "acme",
                    "settings", Map.of("address", camera.uri("main").toString())))
            .json();
    String id = created.get("id").asText();
    awaitFrames(id, 25);

    Path newer = StrangersPlugin.driver(folder, "1.1.0");
    Files.copy(newer, deployed, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    awaitDriver("1.1.0");
    awaitState(id, "streaming");

    Files.delete(deployed);
    Await.until(
        "driver missing",
        SOON,
        () -> api.json("/api/v1/cameras/" + id + "/status"),
        status -> status.path("cause").asText().contains("driver missing"));
    assertThat(api.json("/api/v1/cameras/" + id).get("settings").get("address").asText())
        .isEqualTo(camera.uri("main").toString());

    Footage footage = Footage.of(api, watched);
    assertThat(FrameMark.problem(footage.frames())).isEmpty();
    assertThat(bystander.sessions("main")).hasSize(1);
  }

  private static void awaitDriver(String version) throws Exception {
    Await.until(
        "driver " + version,
        SOON,
        () -> api.json("/api/v1/drivers").toString(),
        drivers -> drivers.contains("\"acme\"") && drivers.contains(version));
  }

  private static String add(String name, SimulatedCamera camera, Map<String, String> login)
      throws Exception {
    return Cameras.add(api, name, camera.uri("main"), login);
  }

  private static Footage awaitFrames(String id, int count) throws Exception {
    return Await.until(
        count + " frames of " + id,
        SOON,
        () -> Footage.of(api, id),
        footage -> footage.frames().size() >= count);
  }

  private static Footage awaitFrame(String id, long number) throws Exception {
    return Await.until(
        "frame " + number + " of " + id,
        SOON.multipliedBy(2),
        () -> Footage.of(api, id),
        footage -> footage.lastFrame() >= number);
  }

  private static String state(String id) throws Exception {
    return api.json("/api/v1/cameras/" + id + "/status").get("state").asText();
  }

  private static void awaitState(String id, String state) throws Exception {
    Await.until(id + " is " + state, SOON, () -> state(id), state::equals);
  }

  private static void awaitGap(String id, String cause) throws Exception {
    Await.until(
        "a gap of " + id + ": " + cause,
        SOON,
        () -> api.json("/api/v1/cameras/" + id + "/recordings").get("gaps").toString(),
        gaps -> gaps.contains("\"" + cause + "\""));
  }

  /** Spans and gaps together leave no moment out and count none twice. */
  private static void assertCovered(String id) throws Exception {
    Cameras.assertCovered(api.json("/api/v1/cameras/" + id + "/recordings"), Instant.EPOCH);
  }
}
