package io.vigilnvr.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.tck.Authentication;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCamera;
import io.vigilnvr.tck.SimulatedCameras;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person at the page, in a real browser: {@code ui/e2e/journey.mjs}. */
final class BrowserIT {
  /** Longer than a segment, on a machine that has much to do. */
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** Of a part, so that a browser which hangs does not hold up everything. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  @TempDir static Path folder;

  @Test
  void leadsFromTheFirstStartToEventsAndAnExport() throws Exception {
    assumeTrue(Browser.installed().isPresent(), "Chromium is not installed");
    try (SimulatedCameras cameras = SimulatedCameras.start();
        Vigil vigil = Vigil.unpack(folder).with(Map.of("VIGIL_ADMIN_PASSWORD", ""))) {
      SimulatedCamera camera =
          cameras.camera("hall").stream("main", Sample.main())
              .login("cam", "s3cr3t pass", Authentication.DIGEST_MD5);
      vigil.start();
      // A browser takes a cookie for secure places on http only from localhost.
      String root = vigil.root().replace("127.0.0.1", "localhost");
      Map<String, Object> facts = new HashMap<>();
      facts.put("root", root);
      facts.put("setup", root + "/setup?token=" + setupToken(vigil));
      facts.put("scratch", folder.resolve("seen").toString());
      Optional.ofNullable(System.getProperty("vigil.screenshots"))
          .filter(text -> !text.isEmpty())
          .ifPresent(target -> facts.put("screenshots", target));
      facts.put(
          "camera",
          Map.of(
              "url", camera.uri("main").toString(),
              "username", "cam",
              "password", "s3cr3t pass"));
      run("begin", facts);

      Api api = vigil.api();
      Sample yard = Sample.file(Yard.film(folder.resolve("yard.mp4")));
      add(api, "Yard", cameras.camera("yard").stream("main", yard));
      // A segment of the first camera takes longer than this.
      run("review", facts);

      JsonNode border = awaitBorder(api);
      camera.unplug();
      Await.until("offline", PATIENCE, () -> state(api), state -> !state.equals("streaming"));
      camera.resume();
      Await.until("back", PATIENCE, () -> state(api), state -> state.equals("streaming"));
      add(api, "Gate", cameras.camera("gate").stream("main", Sample.h265()));
      add(api, "Office", cameras.camera("office").stream("main", Sample.aac()));
      JsonNode gap = awaitGap(api);
      facts.put("border", border.asText());
      facts.put("gap", Map.of("from", gap.get("from").asText(), "to", gap.get("to").asText()));
      run("goOn", facts);
    }
  }

  private static void add(Api api, String name, SimulatedCamera camera) throws Exception {
    Cameras.add(api, name, camera.uri("main"), Map.of());
    String status = "/api/v1/cameras/" + name.toLowerCase(Locale.ROOT) + "/status";
    Await.until(
        name + " streams",
        PATIENCE,
        () -> api.json(status).get("state").asText(),
        "streaming"::equals);
  }

  private static String setupToken(Vigil vigil) throws Exception {
    Path file = vigil.data().resolve("setup-token");
    Await.until("a setup token", PATIENCE, () -> Files.exists(file));
    return Files.readString(file).strip();
  }

  /** When one segment ended and the next began without a hole, long enough ago to be played. */
  private static JsonNode awaitBorder(Api api) throws Exception {
    Await.until("two segments", PATIENCE, () -> Footage.list(api, "hall").size() >= 2);
    JsonNode next = Footage.list(api, "hall").get(1);
    Await.until("some seconds of the second", PATIENCE, () -> bytes(api) > 200_000);
    return next.get("startedAt");
  }

  private static long bytes(Api api) throws Exception {
    return Footage.list(api, "hall").get(1).get("bytes").asLong();
  }

  /** The hole that pulling the plug made, once there is more behind it. */
  private static JsonNode awaitGap(Api api) throws Exception {
    Await.until(
        "a gap and what follows",
        PATIENCE,
        () -> {
          JsonNode ledger = api.json("/api/v1/cameras/hall/recordings");
          return ledger.get("spans").size() >= 2
              && ledger.get("spans").get(1).get("bytes").asLong() > 200_000;
        });
    JsonNode ledger = api.json("/api/v1/cameras/hall/recordings");
    String end = ledger.get("spans").get(0).get("to").asText();
    for (JsonNode gap : ledger.get("gaps")) {
      if (gap.get("from").asText().equals(end)) {
        return gap;
      }
    }
    throw new AssertionError("no gap at " + end + " in " + ledger);
  }

  private static String state(Api api) throws Exception {
    return api.json("/api/v1/cameras/hall/status").get("state").asText();
  }

  private static void run(String part, Map<String, Object> facts) throws Exception {
    Path output = folder.resolve(part + ".out");
    Process process =
        Browser.builder("journey.mjs", part, facts)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
  }
}
