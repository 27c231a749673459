package io.vigilnvr.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.api.camera.CameraStatus;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.stream.StreamStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CameraRoutesTest {
  private static final String FRONT_DOOR =
      """
      {"name":"Front door","driver":"rtsp",
       "settings":{"url":"rtsp://192.0.2.10/main","username":"cam","password":"s3cret-canary"}}""";

  private static Site site;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    site = new Site(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    site.close();
  }

  @BeforeEach
  void empty() {
    site.backend.cameras.all.clear();
    site.backend.cameras.secrets.clear();
  }

  @Test
  void addsACameraWithTheDefaultsAndNeverShowsItsPassword() {
    var answer = site.as(Role.ADMIN).post("cameras", FRONT_DOOR);

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.header("Location")).endsWith("/api/v1/cameras/front-door");
    assertThat(answer.header("ETag")).isEqualTo("\"1\"");
    assertThat(answer.text()).doesNotContain("s3cret-canary");
    var body = answer.json();
    assertThat(body.get("settings").toString())
        .isEqualTo(
            "{\"url\":\"rtsp://192.0.2.10/main\",\"username\":\"cam\",\"passwordSet\":true}");
    assertThat(body.get("recording").toString())
        .isEqualTo(
            "{\"mode\":\"continuous\",\"stream\":\"main\",\"preRollSeconds\":5,"
                + "\"postRollSeconds\":10,\"schedule\":null,\"retention\":{\"continuousDays\":7,"
                + "\"eventDays\":30,\"maxBytes\":null,\"minDays\":0,"
                + "\"labelDays\":{},\"zoneDays\":{}}}");
    assertThat(body.get("enabled").asBoolean()).isTrue();
    assertThat(body.get("createdAt").asText()).isEqualTo("2026-11-14T14:00:00.000Z");
  }

  @Test
  void namesEachWrongFieldAtOnce() {
    var answer =
        site.as(Role.ADMIN)
            .post(
                "cameras",
                """
                {"name":7,"settings":{"url":"rtsp://x/"},"colour":"red","enabled":"yes",
                 "recording":{"mode":"continuous","tape":1,"preRollSeconds":"5"},
                 "zones":[{"name":"porch","polygon":[[0.1,0.2]]}]}""");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    var pointers = answer.json().get("errors").findValuesAsText("pointer");
    assertThat(pointers)
        .containsExactlyInAnyOrder(
            "/name",
            "/driver",
            "/colour",
            "/enabled",
            "/recording/tape",
            "/recording/preRollSeconds");
    assertThat(answer.json().get("instance").asText()).isEqualTo("/api/v1/cameras");
  }

  @Test
  void namesWrongValuesByTheirPointers() {
    var answer =
        site.as(Role.ADMIN)
            .post(
                "cameras",
                """
                {"name":"x","driver":"rtsp","settings":{"url":"rtsp://x/"},
                 "recording":{"stream":"third","preRollSeconds":-1,"schedule":{},
                  "retention":{"labelDays":{"a/b":-1,"dog":2},"zoneDays":{"yard":40000}}},
                 "zones":[{"name":"porch","polygon":[[0.1,0.2],[2,0],[0,0]],"minArea":3},
                  {"name":"gate","polygon":[[0,0]],"loiterSeconds":-1}],
                 "masks":[{"polygon":[[0,0]]}]}""");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().get("errors").findValuesAsText("pointer"))
        .containsExactlyInAnyOrder(
            "/recording/stream",
            "/recording/preRollSeconds",
            "/recording/schedule",
            "/zones/0/polygon/1",
            "/zones/0/minArea",
            "/zones/1/polygon",
            "/zones/1/loiterSeconds",
            "/recording/retention/labelDays/a~1b",
            "/recording/retention/zoneDays/yard",
            "/masks/0/polygon");
  }

  @Test
  void takesLinesLoiteringAndDaysByLabelAndZone() {
    var admin = site.as(Role.ADMIN);
    admin.post("cameras", FRONT_DOOR);

    var answer =
        admin.send(
            "PATCH",
            "cameras/front-door",
            """
            {"recording":{"retention":{"labelDays":{"person":60,"dog":0.5},"zoneDays":{"yard":90}}},
             "zones":[{"name":"gate","polygon":[[0,0],[1,0.5]]},
              {"name":"yard","polygon":[[0,0],[1,0],[0,1]],"labels":["person"],"minArea":0.1,
               "loiterSeconds":20}]}""");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/recording/retention/labelDays").toString())
        .isEqualTo("{\"dog\":0.5,\"person\":60}");
    assertThat(answer.json().at("/recording/retention/zoneDays").toString())
        .isEqualTo("{\"yard\":90}");
    assertThat(answer.json().at("/zones/0/polygon").toString()).isEqualTo("[[0.0,0.0],[1.0,0.5]]");
    assertThat(answer.json().at("/zones/1/loiterSeconds").asInt()).isEqualTo(20);

    var other =
        admin.send(
            "PATCH",
            "cameras/front-door",
            "{\"recording\":{\"retention\":{\"labelDays\":{\"dog\":null,\"cat\":3}}}}");

    assertThat(other.json().at("/recording/retention/labelDays").toString())
        .isEqualTo("{\"cat\":3,\"person\":60}");
  }

  @Test
  void saysWhatIsMissing() {
    var answer = site.as(Role.ADMIN).post("cameras", "{\"name\":\"x\"}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().get("errors").findValuesAsText("pointer"))
        .containsExactlyInAnyOrder("/driver", "/settings");
  }

  @Test
  void refusesWhatIsNoJsonTwiceNamedTooDeepOrTooLong() {
    var admin = site.as(Role.ADMIN);

    assertThat(admin.post("cameras", "{\"name\":").status()).isEqualTo(400);
    assertThat(admin.post("cameras", "").status()).isEqualTo(400);
    assertThat(admin.post("cameras", "[]").status()).isEqualTo(422);
    assertThat(admin.post("cameras", "null").status()).isEqualTo(422);
    assertThat(admin.post("cameras", "{} {}").status()).isEqualTo(400);
    assertThat(admin.post("cameras", "{\"name\":\"a\",\"name\":\"b\"}").status()).isEqualTo(422);
    assertThat(admin.post("cameras", "[".repeat(1000)).status()).isEqualTo(413);
    assertThat(admin.post("cameras", "{\"name\":\"" + "x".repeat(2_000_000) + "\"}").status())
        .isEqualTo(413);
    assertThat(admin.header("Content-Type", "text/plain").post("cameras", FRONT_DOOR).status())
        .isEqualTo(415);
    assertThat(admin.header("Content-Encoding", "gzip").post("cameras", FRONT_DOOR).status())
        .isEqualTo(415);
  }

  @Test
  void patchesWithoutTouchingTheRest() {
    var admin = site.as(Role.ADMIN);
    admin.post("cameras", FRONT_DOOR);

    var answer =
        admin.send(
            "PATCH",
            "cameras/front-door",
            "{\"name\":\"Back door\",\"recording\":{\"retention\":{\"continuousDays\":2.5}}}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("ETag")).isEqualTo("\"2\"");
    assertThat(answer.json().get("name").asText()).isEqualTo("Back door");
    assertThat(answer.json().at("/settings/passwordSet").asBoolean()).isTrue();
    assertThat(answer.json().at("/recording/retention/continuousDays").asDouble()).isEqualTo(2.5);
    assertThat(answer.json().at("/recording/retention/eventDays").asInt()).isEqualTo(30);
    assertThat(site.backend.cameras.secrets.get(new CameraId("front-door")))
        .containsEntry("password", "s3cret-canary");
  }

  @Test
  void removesASecretThatIsPatchedToNull() {
    var admin = site.as(Role.ADMIN);
    admin.post("cameras", FRONT_DOOR);

    var answer =
        admin
            .header("Content-Type", "application/merge-patch+json")
            .send("PATCH", "cameras/front-door", "{\"settings\":{\"password\":null}}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("settings").has("passwordSet")).isFalse();
  }

  @Test
  void takesBackWhatItGave() {
    var admin = site.as(Role.ADMIN);
    admin.post("cameras", FRONT_DOOR);
    var read = admin.get("cameras/front-door");

    var answer =
        admin
            .header("If-Match", read.header("ETag"))
            .send("PUT", "cameras/front-door", read.text());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json()).isEqualTo(read.json());
  }

  @Test
  void refusesToChangeAnotherVersionThanTheOneThatWasRead() {
    var admin = site.as(Role.ADMIN);
    admin.post("cameras", FRONT_DOOR);
    admin.send("PATCH", "cameras/front-door", "{\"name\":\"B\"}");

    var stale = admin.header("If-Match", "\"1\"");
    assertThat(stale.send("PATCH", "cameras/front-door", "{\"name\":\"C\"}").status())
        .isEqualTo(412);
    assertThat(stale.send("DELETE", "cameras/front-door", null).status()).isEqualTo(412);
    assertThat(
            admin
                .header("If-Match", "\"9\", \"2\"")
                .send("PATCH", "cameras/front-door", "{\"name\":\"C\"}")
                .status())
        .isEqualTo(200);
    assertThat(admin.header("If-None-Match", "\"3\"").get("cameras/front-door").status())
        .isEqualTo(304);
  }

  @Test
  void hidesFromViewersHowACameraIsReached() {
    site.as(Role.ADMIN).post("cameras", FRONT_DOOR);

    assertThat(site.as(Role.VIEWER).get("cameras/front-door").text()).doesNotContain("192.0.2.10");
    assertThat(site.as(Role.VIEWER).get("cameras").text()).doesNotContain("192.0.2.10");
  }

  @Test
  void reachesACameraThatIsNamedLikeARoute() {
    site.backend.cameras.add("Test");

    assertThat(site.as(Role.ADMIN).get("cameras/test").status()).isEqualTo(200);
    assertThat(site.as(Role.ADMIN).send("DELETE", "cameras/test", null).status()).isEqualTo(204);
  }

  @Test
  void tellsHowACameraIs() {
    var camera = site.backend.cameras.add("Yard");
    site.backend.cameras.states.put(
        camera.id(),
        new CameraStatus(
            CameraState.STREAMING,
            FakeBackend.NOW,
            Optional.empty(),
            List.of(
                new StreamStatus(
                    new StreamId(camera.id(), StreamRole.MAIN),
                    Optional.of("avc1.4d0028"),
                    1920,
                    1080,
                    25.0001,
                    4_012_000,
                    100,
                    90,
                    1,
                    0,
                    Optional.of(FakeBackend.NOW)))));

    assertThat(site.as(Role.VIEWER).get("cameras/yard/status").text())
        .isEqualTo(
            "{\"state\":\"streaming\",\"since\":\"2026-11-22T14:00:00.000Z\",\"cause\":null,"
                + "\"streams\":[{\"role\":\"main\",\"codec\":\"avc1.4d0028\",\"widthPx\":1920,"
                + "\"heightPx\":1080,\"frameRate\":25.0,\"bitrateBps\":4012000,"
                + "\"accessUnits\":{\"received\":100,\"recorded\":90,\"lost\":2},"
                + "\"lastAccessUnitAt\":\"2026-11-22T14:00:00.000Z\"}],"
                + "\"recording\":{\"state\":\"recording\","
                + "\"durableThrough\":\"2026-11-22T14:00:00.000Z\",\"cause\":null}}");
  }

  @Test
  void testsACameraWithItsStoredSecrets() {
    var admin = site.as(Role.ADMIN);
    String settings = "{\"url\":\"rtsp://192.0.2.10/main\"}";
    String other = "{\"url\":\"rtsp://192.0.2.11/main\"}";
    String body = "{\"camera\":\"yard\",\"driver\":\"rtsp\",\"settings\":%s}";
    site.backend.cameras.add("Yard");
    assertThat(admin.post("cameras/test", body.formatted(settings)).json().get("kind").asText())
        .isEqualTo("unauthorized");
    admin.send("PATCH", "cameras/yard", "{\"settings\":{\"password\":\"h4nter2\"}}");

    var answer = admin.post("cameras/test", body.formatted(settings));
    assertThat(answer.json().get("ok").asBoolean()).isTrue();
    assertThat(answer.text()).doesNotContain("h4nter2");
    var refused = admin.post("cameras/test", body.formatted(other));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().at("/errors/0/pointer").asText()).isEqualTo("/settings/url");
    var unknown = admin.post("cameras/test", body.replace("yard", "gone").formatted(settings));
    assertThat(unknown.status()).isEqualTo(422);
    assertThat(unknown.json().at("/errors/0/pointer").asText()).isEqualTo("/camera");
    assertThat(site.as(Role.OPERATOR).post("cameras/test", body.formatted(settings)).status())
        .isEqualTo(403);
    assertThat(site.as(Role.ADMIN, "door").post("cameras/test", body.formatted(settings)).status())
        .isIn(403, 422);
  }

  @Test
  void saysWhyACameraCannotBeReached() {
    var answer =
        site.as(Role.ADMIN)
            .post(
                "cameras/test",
                "{\"driver\":\"rtsp\",\"settings\":{\"url\":\"rtsp://192.0.2.99/\"}}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("ok").asBoolean()).isFalse();
    assertThat(answer.json().get("cause").asText()).isEqualTo("no answer from 192.0.2.99:554");
    assertThat(
            site.as(Role.ADMIN)
                .post("cameras/test", "{\"driver\":\"rtsp\",\"settings\":{\"url\":\"rtsp://x/\"}}")
                .json()
                .at("/streams/0/codec")
                .asText())
        .isEqualTo("avc1.4d0028");
  }
}
