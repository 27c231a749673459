package io.vigilnvr.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.tck.FrameMark;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCamera;
import io.vigilnvr.tck.SimulatedCameras;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A good camera among many that mean harm: it loses nothing, and nobody learns a password. */
final class HostileCamerasIT {
  private static final Duration SOON = Duration.ofMinutes(3);

  /** Time enough for each to be tried, hung up on, and tried again. */
  private static final Duration EXPOSURE = Duration.ofSeconds(30);

  private static final String CANARY = "kanari3nvogel-kanari3nvogel";
  private static final String LOGIN = base64("cam:" + CANARY);

  /** The password as it is, and as HTTP Basic sends it. */
  private static final List<String> LEAKS = List.of(CANARY, LOGIN, base64(CANARY));

  private static final String BASIC = "WWW-Authenticate: Basic realm=\"x\"\r\n";

  @TempDir static Path folder;

  private static final Map<String, HostileCamera> hostile = new LinkedHashMap<>();

  /** Where cameras send us on to. */
  private static final List<HostileCamera> accomplices = new ArrayList<>();

  private static final Map<String, String> ids = new LinkedHashMap<>();

  private static SimulatedCameras cameras;
  private static SimulatedCamera good;
  private static String goodId;
  private static List<ProcessHandle> workers;
  private static Vigil vigil;
  private static Api api;

  @BeforeAll
  static void exposeVigil() throws Exception {
    cameras = SimulatedCameras.start();
    vigil = Vigil.unpack(folder);
    good = cameras.camera("good").stream("main", Sample.main());
    vigil.start();
    api = vigil.api();
    goodId = Cameras.add(api, "Good", good.uri("main"), Map.of());
    awaitFrame(25);
    workers = vigil.processes("ingest.worker");

    startHostile();
    for (Map.Entry<String, HostileCamera> camera : hostile.entrySet()) {
      Map<String, Object> settings =
          Map.of(
              "username",
              "cam",
              "password",
              CANARY,
              "basicAllowed",
              !camera.getKey().equals("DEMANDS_BASIC"));
      ids.put(
          camera.getKey(), Cameras.add(api, camera.getKey(), camera.getValue().uri(), settings));
    }
    awaitFrame(good.nextFrame("main") + 25 * EXPOSURE.toSeconds());
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
      for (HostileCamera camera : hostile.values()) {
        camera.close();
      }
      for (HostileCamera camera : accomplices) {
        camera.close();
      }
    }
  }

  /** What they send at random may happen to be a picture's description; it is harmless then. */
  private static final Set<String> NOISE =
      Set.of("GARBAGE_RTP", "MALFORMED_PARAMETER_SETS", "HUGE_PARAMETER_SETS");

  @Test
  void areToldApartFromCamerasThatWork() {
    SoftAssertions all = new SoftAssertions();
    ids.forEach(
        (name, id) -> {
          if (!NOISE.contains(name)) {
            all.check(() -> assertFailedAndSaysWhy(name, id));
          }
        });
    hostile.forEach((name, camera) -> all.assertThat(camera.connections()).as(name).isPositive());
    all.assertAll();
  }

  @Test
  void costTheGoodCameraNothing() throws Exception {
    Footage footage = awaitFrame(good.nextFrame("main"));
    assertThat(FrameMark.problem(footage.frames())).isEmpty();
    assertThat(good.sessions("main")).hasSize(1);
    assertThat(workers).isNotEmpty().allMatch(ProcessHandle::isAlive);
  }

  @Test
  void areNotToldThePasswordInClear() throws Exception {
    // Without this one, it would not be known whether a password is ever noticed.
    Await.until(
        "the password",
        SOON,
        () -> hostile.get("MAY_HAVE_IT_IN_CLEAR").heard(),
        heard -> heard.contains(LOGIN));
    Await.until("a question", SOON, () -> hostile.get("DEMANDS_BASIC").heard().contains("rtsp://"));
    assertThat(hostile.get("DEMANDS_BASIC").heard()).doesNotContain(LEAKS);
  }

  @Test
  void leadNobodyToAnotherPlace() {
    assertThat(accomplices).extracting(HostileCamera::heard).containsOnly("");
  }

  @Test
  void leaveThePasswordInNoAnswerNoFileAndNoProcess() throws Exception {
    assertThat(answers()).contains("\"passwordSet\":true").doesNotContain(LEAKS);
    assertThat(leakingFiles()).isEmpty();
    assertThat(processes()).contains("ingest.worker").doesNotContain(LEAKS);
  }

  private static void startHostile() throws IOException {
    URI elsewhere = accomplice(Hostility.demanding(BASIC));
    URI elsewhereToo = accomplice(Hostility.demanding(""));
    Map<String, HostileCamera.Script> scripts = Hostility.scripts();
    scripts.put("DEMANDS_BASIC", Hostility.demanding(BASIC));
    scripts.put("MAY_HAVE_IT_IN_CLEAR", Hostility.demanding(BASIC));
    scripts.put("SENDS_ON_AT_OPTIONS", Hostility.sendingOn("OPTIONS", elsewhere));
    scripts.put("SENDS_ON_AT_DESCRIBE", Hostility.sendingOn("DESCRIBE", elsewhere));
    scripts.put("SENDS_ON_AT_DESCRIBE_TOO", Hostility.sendingOn("DESCRIBE", elsewhereToo));
    scripts.put("SENDS_ON_AT_SETUP", Hostility.sendingOn("SETUP", elsewhere));
    scripts.put("SENDS_ON_AT_PLAY", Hostility.sendingOn("PLAY", elsewhereToo));
    scripts.put("HAS_ITS_TRACKS_ELSEWHERE", Hostility.pointingTo("", elsewhere.toString()));
    scripts.put(
        "HAS_ITS_BASE_ELSEWHERE",
        Hostility.pointingTo("Content-Base: " + elsewhere + "\r\n", "track"));
    for (Map.Entry<String, HostileCamera.Script> camera : scripts.entrySet()) {
      hostile.put(camera.getKey(), HostileCamera.start(camera.getValue()));
    }
  }

  private static URI accomplice(HostileCamera.Script script) throws IOException {
    HostileCamera camera = HostileCamera.start(script);
    accomplices.add(camera);
    return camera.uri();
  }

  private static void assertFailedAndSaysWhy(String name, String id) throws Exception {
    JsonNode status =
        Await.until(
            name + " has failed and says why",
            SOON,
            () -> api.json("/api/v1/cameras/" + id + "/status"),
            seen ->
                !seen.get("state").asText().equals("streaming") && seen.get("cause").isTextual());
    assertThat(status.get("cause").asText())
        .as(name)
        .contains(" ")
        .doesNotContain("Exception", "GST_", "null");
  }

  private static Footage awaitFrame(long number) throws Exception {
    return Await.until(
        "frame " + number,
        SOON,
        () -> Footage.of(api, goodId),
        footage -> footage.lastFrame() >= number);
  }

  private static String answers() throws Exception {
    List<String> paths = new ArrayList<>(List.of("/api/v1/cameras", "/api/v1/system"));
    paths.add("/api/v1/audit");
    for (String id : ids.values()) {
      paths.add("/api/v1/cameras/" + id);
      paths.add("/api/v1/cameras/" + id + "/status");
      paths.add("/api/v1/cameras/" + id + "/recordings");
    }
    StringBuilder bodies = new StringBuilder(api.get("/health/ready").body());
    for (String path : paths) {
      Api.Answer answer = api.get(path);
      assertThat(answer.status()).as(path).isEqualTo(200);
      bodies.append(answer.body()).append('\n');
    }
    return bodies.toString();
  }

  /** Of everything that Vigil keeps: logs, the database, what is handed to workers. */
  private static List<Path> leakingFiles() throws IOException {
    List<Path> leaking = new ArrayList<>();
    SimpleFileVisitor<Path> look =
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
            String content = is.isRegularFile() ? content(file) : "";
            if (LEAKS.stream().anyMatch(content::contains)) {
              leaking.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
            if (why instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw why;
          }
        };
    Files.walkFileTree(vigil.output(), look);
    Files.walkFileTree(vigil.data(), look);
    return leaking;
  }

  /** Nothing of what is gone: some files come and go while the database works. */
  private static String content(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** Command lines and environments. */
  private static String processes() throws IOException {
    StringBuilder all = new StringBuilder();
    for (ProcessHandle process : vigil.family()) {
      all.append(Vigil.commandLine(process.pid()));
      all.append(Vigil.environment(process.pid())).append('\n');
    }
    return all.toString();
  }

  /** Without the padding, which depends on what stands before. */
  private static String base64(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }
}
