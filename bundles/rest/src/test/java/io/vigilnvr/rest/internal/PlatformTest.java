package io.vigilnvr.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.health.HealthCheck;
import io.vigilnvr.api.plugin.RestResource;
import io.vigilnvr.api.stream.StreamStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.ws.rs.GET;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health, figures, errors, the API's description, and resources that come and go. */
final class PlatformTest {
  private Site site;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    site = new Site(folder);
  }

  @AfterEach
  void stop() {
    site.close();
  }

  private record Check(String name, Optional<String> problem) implements HealthCheck {}

  @Test
  void isReadyWhenAllThatMustBeThereIsThereAndWell() {
    assertThat(site.anonymous().get("/health/live").status()).isEqualTo(200);
    var nothing = site.anonymous().get("/health/ready");
    assertThat(nothing.status()).isEqualTo(503);
    assertThat(nothing.header("Retry-After")).isNotEmpty();
    assertThat(nothing.json().at("/checks/database").asText()).isEqualTo("failed");

    for (String name : Health.EXPECTED) {
      site.backend.checks.add(new Check(name, Optional.empty()));
    }
    var all = site.anonymous().get("/health/ready");
    assertThat(all.status()).isEqualTo(200);
    assertThat(all.json().get("ready").asBoolean()).isTrue();
    for (String name : new String[] {"database", "storage", "bundles", "ingest"}) {
      assertThat(all.json().at("/checks/" + name).asText()).isEqualTo("ok");
    }

    site.backend.checks.set(
        Health.EXPECTED.indexOf("storage"),
        new Check("storage", Optional.of("/secret/path is full")));
    var full = site.anonymous().get("/health/ready");
    assertThat(full.status()).isEqualTo(503);
    assertThat(full.text()).doesNotContain("secret").contains("\"storage\":\"failed\"");
    assertThat(site.as(Role.ADMIN).get("system").text()).contains("/secret/path is full");
  }

  @Test
  void takesNothingForGoneWhileVigilStarts() {
    var admin = site.as(Role.ADMIN);
    // The last one is of no servlet.
    String[] paths = {"cameras/yard", "cameras/yard/snapshot.jpg", "nothing", "/api/v2/cameras"};
    site.backend.unsettled = true;
    for (String path : paths) {
      var answer = admin.get(path);
      assertThat(answer.status()).as(path).isEqualTo(503);
      assertThat(answer.header("Retry-After")).as(path).isEqualTo("2");
      assertThat(answer.header("Content-Type")).as(path).startsWith(Problem.MEDIA_TYPE);
      assertThat(answer.json().get("status").asInt()).as(path).isEqualTo(503);
      assertThat(answer.json().get("instance").asText()).as(path).endsWith(path);
    }
    assertThat(site.anonymous().get("nothing").status()).isEqualTo(401);
    assertThat(admin.get("/other").status()).isEqualTo(404);

    site.backend.unsettled = false;
    for (String path : paths) {
      var answer = admin.get(path);
      assertThat(answer.status()).as(path).isEqualTo(404);
      assertThat(answer.header("Content-Type")).as(path).startsWith(Problem.MEDIA_TYPE);
      assertThat(answer.header("Retry-After")).as(path).isEmpty();
    }
  }

  @Test
  void givesFiguresToAdmins() {
    site.backend.streams.add(
        new StreamStatus(
            new StreamId(new CameraId("yard"), StreamRole.MAIN),
            Optional.empty(),
            0,
            0,
            25,
            4_000_000,
            100,
            90,
            1,
            2,
            Optional.empty()));

    assertThat(site.anonymous().get("/metrics").status()).isEqualTo(401);
    assertThat(site.as(Role.VIEWER).get("/metrics").status()).isEqualTo(403);
    var metrics = site.as(Role.ADMIN).get("/metrics");
    assertThat(metrics.header("Content-Type")).startsWith("text/plain");
    assertThat(metrics.text().lines())
        .contains(
            "vigil_access_units_received_total{camera=\"yard\",stream=\"main\"} 100",
            "vigil_access_units_recorded_total{camera=\"yard\",stream=\"main\"} 90",
            "vigil_access_units_lost_total{camera=\"yard\",stream=\"main\"} 2",
            "vigil_worker_ring_bytes{worker=\"w1\"} 4096",
            "vigil_volume_free_bytes{volume=\"first\"} 400");
    assertThat(metrics.text().lines().filter(line -> !line.startsWith("#")))
        .allMatch(line -> line.matches("[a-z_]+(\\{[^}]*})? [-0-9.E]+"));
  }

  @Test
  void answersEveryErrorWithAProblem() {
    var admin = site.as(Role.ADMIN);
    for (Site.Answer answer :
        new Site.Answer[] {
          admin.get("nothing"),
          admin.send("DELETE", "cameras", null),
          admin.header("Accept", "text/html").get("cameras"),
          admin.header("Content-Type", "text/xml").post("cameras", "<a/>"),
          admin.get("cameras/%00"),
          admin.get("cameras/a%2fb"),
          site.anonymous().get("cameras"),
          site.anonymous().header("Authorization", "Basic YTpi").get("cameras")
        }) {
      assertThat(answer.status()).isBetween(400, 499);
      if (answer.header("Content-Type").startsWith("text/html")) {
        assertThat(answer.status()).as("Jetty itself: not a URI").isEqualTo(400);
        continue;
      }
      assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(answer.header("Content-Type")).isEqualTo(Problem.MEDIA_TYPE);
      assertThat(answer.json().get("status").asInt()).isEqualTo(answer.status());
      assertThat(answer.json().get("title").asText()).isNotEmpty();
      assertThat(answer.json().get("instance").asText()).startsWith("/api/v1/");
      assertThat(answer.text()).doesNotContain("Exception").doesNotContain("at org.");
    }
    assertThat(admin.send("POST", "cameras", null).status()).isEqualTo(400);
    assertThat(admin.send("DELETE", "cameras", null).status()).isEqualTo(405);
    assertThat(admin.send("DELETE", "cameras", null).header("Allow")).contains("GET");
    assertThat(admin.header("Accept", "text/html").get("cameras").status()).isEqualTo(406);
  }

  @Test
  void refusesWhatTheDatabaseCannotHold() {
    var admin = site.as(Role.ADMIN);
    site.backend.cameras.add("Yard");

    var nul = admin.post("sessions", "{\"username\":\"a\\u0000\",\"password\":\"x\"}");
    assertThat(nul.status()).isEqualTo(422);
    assertThat(nul.json().at("/errors/0/pointer").asText()).isEqualTo("/username");
    var name = admin.send("PUT", "sessions/current/preferences", "{\"a\":[{\"\\u0000\":1}]}");
    assertThat(name.status()).isEqualTo(422);
    assertThat(name.json().at("/errors/0/pointer").asText()).isEqualTo("/a/0");
    for (String far : new String[] {"-999999999-01-01T00:00:00Z", "%2B12026-01-01T00:00:00Z"}) {
      var answer = admin.get("cameras/yard/segments?from=" + far);
      assertThat(answer.status()).as(far).isEqualTo(422);
      assertThat(answer.json().at("/errors/0/pointer").asText()).isEqualTo("/from");
    }
    var token = admin.post("tokens", "{\"name\":\"x\",\"expiresAt\":\"+99999-01-01T00:00:00Z\"}");
    assertThat(token.status()).isEqualTo(422);
    assertThat(token.json().at("/errors/0/pointer").asText()).isEqualTo("/expiresAt");
  }

  @Test
  void refusesOtherMethodsOfWhatIsFollowed() {
    for (String path : new String[] {"changes", "events/stream"}) {
      for (String method : new String[] {"PUT", "POST", "DELETE", "PATCH"}) {
        var answer = site.as(Role.ADMIN).send(method, path, null);
        assertThat(answer.status()).as(method).isEqualTo(405);
        assertThat(answer.header("Allow")).contains("GET");
        assertThat(answer.header("Content-Type")).isEqualTo(Problem.MEDIA_TYPE);
      }
    }
  }

  @Test
  void refusesAMediaTypeThatIsNone() {
    var answer = site.as(Role.ADMIN).header("Content-Type", "a b c").post("cameras", "{}");

    assertThat(answer.status()).isBetween(400, 415);
    assertThat(answer.header("Content-Type")).isEqualTo(Problem.MEDIA_TYPE);
  }

  @Test
  void describesEveryRouteAndNothingElse() {
    JsonNode document = site.as(Role.VIEWER).get("openapi.json").json();
    var described = new TreeSet<String>();
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            described.add(
                                method.toUpperCase(Locale.ROOT)
                                    + " "
                                    + path.getKey().substring(1))));
    var served = new TreeSet<String>();
    served.add("GET changes");
    served.add("GET events/stream");
    ResourceRoutes.of(site.resources())
        .forEach(found -> served.add(found.method() + " " + found.path()));
    assertThat(described).isEqualTo(served);

    for (JsonNode reference : document.findValues("$ref")) {
      assertThat(document.at(reference.asText().substring(1)).isObject())
          .as(reference.asText())
          .isTrue();
    }
    for (JsonNode path : document.get("paths")) {
      for (JsonNode operation : path) {
        assertThat(operation.get("summary").asText()).isNotBlank();
        assertThat(operation.get("responses").properties()).hasSizeGreaterThan(1);
      }
    }
    assertThat(document.at("/components/schemas/CameraRequest/required").toString())
        .isEqualTo("[\"name\",\"driver\",\"settings\"]");
    assertThat(document.at("/components/schemas/ItemsOfCameraView/properties/items").toString())
        .contains("CameraView");
  }

  @Test
  void saysWhatTextsAndObjectsMean() {
    JsonNode document = site.as(Role.VIEWER).get("openapi.json").json();
    JsonNode schemas = document.at("/components/schemas");
    assertThat(schemas.at("/StatusView/properties/state/enum").toString())
        .isEqualTo(
            "[\"connecting\",\"streaming\",\"stalled\",\"backoff\",\"unauthorized\","
                + "\"disabled\",\"error\"]");
    assertThat(schemas.at("/GapView/properties/cause/enum").toString()).contains("not-scheduled");
    // Null in an answer, and so always there; left out of what is asked.
    assertThat(schemas.at("/EventView/required").toString()).contains("endedAt", "score");
    assertThat(schemas.at("/EventRequest/required").toString())
        .isEqualTo("[\"cameraId\",\"type\",\"label\"]");
    assertThat(schemas.at("/TileView/required").toString()).isEqualTo("[\"camera\"]");
    // Never null, but left out.
    assertThat(schemas.at("/SessionView/required").toString()).isEqualTo("[\"user\"]");
    assertThat(schemas.at("/SessionView/properties/csrfToken").toString())
        .isEqualTo("{\"type\":\"string\"}");

    assertThat(schemas.at("/EventView/properties/data/$ref").asText()).endsWith("/EventData");
    assertThat(schemas.at("/EventData/additionalProperties").asBoolean()).isTrue();
    assertThat(schemas.at("/EventData/required")).isEmpty();
    assertThat(schemas.at("/Step/prefixItems")).hasSize(3);
    assertThat(schemas.at("/ChangeKinds/properties/event/anyOf").findValuesAsText("$ref"))
        .containsExactly("#/components/schemas/EventTold", "#/components/schemas/EventDeleted");
    assertThat(
            document
                .at("/paths/~1events~1stream/get/responses/200/content/text~1event-stream/schema")
                .at("/contentSchema/$ref")
                .asText())
        .endsWith("/EventView");
  }

  @Test
  void everyDescribedPathIsServed() {
    JsonNode document = site.as(Role.VIEWER).get("openapi.json").json();
    var admin = site.as(Role.ADMIN);
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          if (List.of("/changes", "/events/stream").contains(path.getKey())) {
                            return; // They have no end; see ChangesTest and EventsTest.
                          }
                          String url = path.getKey().substring(1).replaceAll("\\{\\w+}", "none");
                          int status =
                              admin.send(method.toUpperCase(Locale.ROOT), url, null).status();
                          assertThat(status).as(method + " " + url).isNotEqualTo(405);
                          if (!path.getKey().contains("{")) {
                            assertThat(status).as(method + " " + url).isNotEqualTo(404);
                          }
                        }));
  }

  @Test
  void servesPluginsAndSystem() {
    var admin = site.as(Role.ADMIN);

    assertThat(admin.get("drivers").json().at("/items/0/id").asText()).isEqualTo("rtsp");
    assertThat(admin.get("detectors").json().get("items")).isEmpty();
    assertThat(admin.get("plugins").json().at("/items/0/provides/0").asText())
        .isEqualTo("camera-driver:rtsp");
    assertThat(admin.get("volumes").json().at("/items/0/freeBytes").asInt()).isEqualTo(400);
    var system = admin.get("system").json();
    assertThat(system.get("version").asText()).isEqualTo("0.1.0");
    assertThat(system.get("uptimeSeconds").asInt()).isEqualTo(60);
    assertThat(system.get("degraded")).hasSize(Health.EXPECTED.size());
  }

  /** What a plugin brings. */
  @javax.ws.rs.Path("plugin/greeting")
  public static final class Greeting implements RestResource {
    record Hello(String to) {}

    @GET
    public Hello hello(@Context Identity who) {
      return new Hello(who.username());
    }

    @GET
    @javax.ws.rs.Path("refused")
    public Response refused() {
      return Response.status(409)
          .type(Problem.MEDIA_TYPE)
          .entity("{\"title\":\"No greeting\"}".getBytes(StandardCharsets.UTF_8))
          .build();
    }

    @GET
    @javax.ws.rs.Path("bug")
    public Hello bug() {
      return Optional.<Hello>empty()
          .orElseThrow(() -> new IllegalStateException("a canary in /opt/secret"));
    }
  }

  /** Would hide what is below it. */
  @javax.ws.rs.Path("cameras/{camera}/greeting")
  public static final class Misplaced implements RestResource {
    @GET
    public String get() {
      return "";
    }
  }

  @Test
  void takesInAPluginsResourceAndLetsItGoWithoutFailingARequest() throws Exception {
    var failures = new ConcurrentLinkedQueue<String>();
    var done = new AtomicBoolean();
    var viewer = site.as(Role.VIEWER);
    var hammer =
        new Thread(
            () -> {
              while (!done.get()) {
                var answer = viewer.get("cameras");
                if (answer.status() != 200) {
                  failures.add(answer.toString());
                }
              }
            });
    hammer.start();
    var greeting = new Greeting();
    for (int i = 0; i < 5; i++) {
      assertThat(viewer.get("plugin/greeting").status()).isEqualTo(404);
      site.rest.bind(greeting);
      site.rest.rebuild();
      assertThat(viewer.get("plugin/greeting").json().get("to").asText()).isEqualTo("viewer");
      assertThat(site.anonymous().get("plugin/greeting").status()).isEqualTo(401);
      site.rest.unbind(greeting);
      site.rest.rebuild();
    }
    done.set(true);
    hammer.join();
    assertThat(failures).isEmpty();
  }

  @Test
  void tellsNothingOfAPluginsBug() {
    site.rest.bind(new Greeting());
    site.rest.rebuild();

    var answer = site.as(Role.VIEWER).get("plugin/greeting/bug");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.header("Content-Type")).isEqualTo(Problem.MEDIA_TYPE);
    assertThat(answer.text()).doesNotContain("canary").doesNotContain("secret");
  }

  @Test
  void saysWhereAPluginsProblemWas() {
    site.rest.bind(new Greeting());
    site.rest.rebuild();

    var answer = site.as(Role.VIEWER).get("plugin/greeting/refused");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.text())
        .isEqualTo("{\"title\":\"No greeting\",\"instance\":\"/api/v1/plugin/greeting/refused\"}");
  }

  @Test
  void leavesOutAResourceThatWouldHideOthers() {
    site.backend.cameras.add("Yard");
    site.rest.bind(new Misplaced());
    site.rest.bind(new Greeting());
    site.rest.rebuild();

    assertThat(site.as(Role.VIEWER).get("cameras/yard/status").status()).isEqualTo(200);
    assertThat(site.as(Role.VIEWER).get("plugin/greeting").status()).isEqualTo(200);
    assertThat(site.as(Role.VIEWER).get("cameras/yard/greeting").status()).isEqualTo(404);
  }
}
