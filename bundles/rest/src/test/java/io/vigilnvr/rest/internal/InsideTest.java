package io.vigilnvr.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraFinder.FoundCamera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.decode.DecodeSink;
import io.vigilnvr.api.health.WorkerSource;
import io.vigilnvr.api.plugin.Described;
import io.vigilnvr.api.plugin.RestResource;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.HEAD;
import javax.ws.rs.POST;
import javax.ws.rs.PathParam;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an admin sees and does inside: processes, figures, the log, plugins, a look around. */
@Timeout(60)
final class InsideTest {
  private Site site;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    site = new Site(folder);
  }

  @AfterEach
  void stop() {
    site.close();
  }

  @Test
  void listsProcessesWhoeverHasThem() {
    long pid = ProcessHandle.current().pid();
    site.backend.workerSources.add(
        () ->
            List.of(
                new WorkerSource.Worker(
                    "d1",
                    "decode",
                    pid,
                    List.of(new CameraId("yard")),
                    FakeBackend.NOW,
                    List.of(
                        new WorkerSource.Decoder(
                            new StreamId(new CameraId("yard"), StreamRole.SUB),
                            "avdec_h264",
                            List.of(new DecodeSink.Left("vah264dec", "no device")))))));

    var workers = site.as(Role.ADMIN).get("workers").json().get("items");

    assertThat(workers.findValuesAsText("kind")).containsExactly("ingest", "decode");
    assertThat(workers.at("/1/cameras/0").asText()).isEqualTo("yard");
    assertThat(workers.at("/1/rssBytes").asLong()).isGreaterThan(1_000_000);
    assertThat(workers.at("/1/cpuSeconds").asDouble()).isPositive();
    assertThat(workers.at("/1/decoders/0").toString())
        .isEqualTo(
            "{\"camera\":\"yard\",\"stream\":\"sub\",\"name\":\"avdec_h264\","
                + "\"left\":[{\"name\":\"vah264dec\",\"cause\":\"no device\"}]}");
  }

  @Test
  void keepsAnHourOfFigures() {
    var empty = site.as(Role.ADMIN).get("system/history").json();
    assertThat(empty.get("from").isNull()).isTrue();
    for (int i = 0; i < 400; i++) {
      site.parts
          .history()
          .take(
              new SystemSampler.Sample(
                  FakeBackend.NOW.plusSeconds(10L * i), 0.5, 1000, 8, 7, i, 2));
    }

    var hour = site.as(Role.ADMIN).get("system/history").json();

    assertThat(hour.get("stepSeconds").asInt()).isEqualTo(10);
    assertThat(hour.get("from").asText()).isEqualTo("2026-11-22T14:06:40.000Z");
    for (String name :
        List.of("cpuFraction", "memoryBytes", "ingestBps", "recordBps", "lost", "viewers")) {
      assertThat(hour.at("/series/" + name)).as(name).hasSize(360);
    }
    assertThat(hour.at("/series/lost/359").asInt()).isEqualTo(399);
    assertThat(site.as(Role.ADMIN).get("system").status()).isEqualTo(200);
  }

  @Test
  void showsTheLogNewestLastWithoutSecrets() {
    for (int i = 0; i < LogRing.MOST + 5; i++) {
      site.log.add(
          new LogRing.Entry(FakeBackend.NOW, i % 2 == 0 ? "info" : "warn", "a.B", "n" + i));
    }
    var admin = site.as(Role.ADMIN);

    assertThat(admin.get("log?limit=3").json().get("items").findValuesAsText("message"))
        .containsExactly("n2002", "n2003", "n2004");
    assertThat(
            admin
                .get("log?limit=2&level=warn&contains=N19")
                .json()
                .get("items")
                .findValuesAsText("message"))
        .containsExactly("n1997", "n1999");
    assertThat(admin.get("log?contains=n4").json().get("items").findValuesAsText("message"))
        .doesNotContain("n4");
    assertThat(admin.get("log?level=loud&limit=0").json().get("errors").findValuesAsText("pointer"))
        .containsExactlyInAnyOrder("/level", "/limit");
  }

  @Test
  void cleansTheLogOfWhatLooksLikeASecret() {
    for (String text :
        List.of(
            "opens rtsp://cam:canary@192.0.2.10/main",
            "opens rtsp://cam:p@ss/canary@192.0.2.10/main",
            "password=canary",
            "\"password\": \"canary\"",
            "Authorization: Bearer canary0123456789",
            "sent Basic canary0123456789==",
            "token: canary",
            "uses vgl_canary-x_y")) {
      assertThat(LogRing.clean(text)).doesNotContain("canary").contains("***");
    }
    assertThat(LogRing.clean("yard: streaming, 25 pictures/s"))
        .isEqualTo("yard: streaming, 25 pictures/s");
    assertThat(LogRing.clean("a\u001b[31mb\rc")).isEqualTo("a?[31mb?c");
  }

  @Test
  void hasAllFindersLookAndDoesNotWaitForOneThatHangs() {
    assertThat(site.as(Role.ADMIN).post("cameras/discover", "{}").json().get("finders")).isEmpty();
    var never = new CountDownLatch(1);
    site.backend.finders.put(
        "onvif",
        time ->
            List.of(
                new FoundCamera("Gate", "onvif", Map.of("host", "192.0.2.7"), "192.0.2.7"),
                new FoundCamera("Gate again", "onvif", Map.of(), "192.0.2.7")));
    site.backend.finders.put(
        "hanging",
        time -> {
          never.await();
          return List.of();
        });
    site.backend.finders.put(
        "failing",
        time -> {
          throw new CameraException(CameraException.Kind.UNREACHABLE, "no network");
        });

    var found = site.as(Role.ADMIN).send("POST", "cameras/discover", null).json();

    assertThat(found.get("items").toString())
        .isEqualTo(
            "[{\"name\":\"Gate\",\"driver\":\"onvif\",\"settings\":{\"host\":\"192.0.2.7\"},"
                + "\"address\":\"192.0.2.7\"}]");
    assertThat(found.get("finders")).hasSize(3);
    assertThat(found.at("/failed/failing").asText()).isEqualTo("no network");
    assertThat(found.at("/failed/hanging").asText()).isEqualTo("it did not answer in time");
  }

  private static String multipart(String name, String content) {
    return "--x\r\nContent-Disposition: form-data; name=\""
        + name
        + "\"; filename=\"../../a.jar\"\r\nContent-Type: application/java-archive\r\n\r\n"
        + content
        + "\r\n--x--\r\n";
  }

  @Test
  void takesPluginsInAndOut() {
    var upload = site.as(Role.ADMIN).header("Content-Type", "multipart/form-data; boundary=x");
    var admin = site.as(Role.ADMIN);

    var dry = upload.post("plugins?dryRun=true", multipart("file", "jar"));
    assertThat(dry.status()).isEqualTo(200);
    assertThat(dry.json().get("dryRun").asBoolean()).isTrue();
    var done = upload.post("plugins", multipart("file", "jar"));
    assertThat(done.status()).isEqualTo(201);
    assertThat(done.header("Location")).endsWith("/api/v1/plugins/com.acme.camera");
    assertThat(done.json().get("action").asText()).isEqualTo("install");
    assertThat(upload.post("plugins", multipart("file", "")).json().at("/errors/0/detail").asText())
        .isEqualTo("is not a jar");
    assertThat(upload.post("plugins", multipart("other", "jar")).status()).isEqualTo(422);
    assertThat(upload.post("plugins", "nonsense").status()).isIn(400, 422);
    assertThat(upload.post("plugins?dryRun=perhaps", multipart("file", "jar")).status())
        .isEqualTo(422);
    assertThat(upload.post("plugins", multipart("file", "x".repeat(Site.MOST_UPLOAD + 1))).status())
        .isEqualTo(413);
    assertThat(admin.post("plugins", "{}").status()).isEqualTo(415);

    assertThat(admin.send("DELETE", "plugins/com.acme.camera", null).status()).isEqualTo(204);
    assertThat(admin.send("DELETE", "plugins/nobody", null).status()).isEqualTo(404);
    for (String action : List.of("stop", "start")) {
      var refused = admin.send("POST", "plugins/io.vigilnvr.camera.rtsp/" + action, null);
      assertThat(refused.status()).isEqualTo(409);
    }
    assertThat(admin.send("DELETE", "plugins/io.vigilnvr.camera.rtsp", null).status())
        .isEqualTo(409);
    assertThat(site.backend.installer.calls)
        .containsExactly("examine 3", "install 3", "install 0", "remove com.acme.camera");
  }

  /** What a plugin brings. */
  @javax.ws.rs.Path("cameras")
  public static final class Pictures implements RestResource {
    @GET
    @javax.ws.rs.Path("{camera}/greeting/{part: [a-z]{2}}")
    public String greetNow(
        @PathParam("camera") String camera,
        @PathParam("part") String part,
        @QueryParam("width") String width) {
      return camera + part + width;
    }
  }

  @Test
  void describesPluginsRoutesAsLongAsTheyAreThere() {
    var pictures = new Pictures();
    site.rest.bind(pictures);
    site.rest.rebuild();
    var admin = site.as(Role.ADMIN);

    var route =
        admin
            .get("openapi.json")
            .json()
            .get("paths")
            .get("/cameras/{camera}/greeting/{part}")
            .get("get");

    assertThat(route.get("summary").asText()).isEqualTo("Greet now");
    assertThat(route.get("parameters").findValuesAsText("name"))
        .containsExactly("camera", "part", "width");
    site.rest.unbind(pictures);
    site.rest.rebuild();
    assertThat(admin.get("openapi.json").text()).doesNotContain("greeting");
  }

  /** Takes the same in two forms. */
  @javax.ws.rs.Path("parcels")
  public static final class Parcels implements RestResource {
    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    public String send(InputStream body) {
      return "form";
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Described(
        value = "Takes a parcel in",
        status = 201,
        fails = {409, 422})
    public String describe(Map<String, Object> body) {
      return "words";
    }
  }

  @Test
  void describesBothFormsOfWhatAPluginTakes() {
    site.rest.bind(new Parcels());
    site.rest.rebuild();

    var route = site.as(Role.ADMIN).get("openapi.json").json().at("/paths/~1parcels/post");

    assertThat(route.get("summary").asText()).isEqualTo("Takes a parcel in");
    assertThat(route.at("/requestBody/content").fieldNames())
        .toIterable()
        .containsExactly("application/json", "multipart/form-data");
    assertThat(route.get("responses").fieldNames())
        .toIterable()
        .contains("201", "401", "409", "422", "503");
  }

  /** Says what it sends in each of the ways there are. */
  @javax.ws.rs.Path("shelves")
  public static final class Shelves implements RestResource {
    /** What it stands like. */
    enum State {
      FULL,
      HALF_EMPTY
    }

    record Shelf(String id, State state, Optional<Instant> dustedAt) {}

    /** One of ours has the same name. */
    record StatusView(double dust) {}

    record Page<T>(List<T> items, Optional<String> next) {}

    @GET
    public Page<Shelf> list() {
      return new Page<>(
          List.of(new Shelf("a", State.HALF_EMPTY, Optional.of(FakeBackend.NOW))),
          Optional.empty());
    }

    @GET
    @javax.ws.rs.Path("{shelf}")
    @Described(value = "One of them", returns = StatusView.class)
    public Response one() {
      return Response.ok().build();
    }

    @HEAD
    @javax.ws.rs.Path("{shelf}")
    public Response head() {
      return Response.ok().build();
    }

    @GET
    @javax.ws.rs.Path("{shelf}/any")
    public Response any() {
      return Response.ok().build();
    }

    @GET
    @javax.ws.rs.Path("{shelf}/dust")
    @Described(
        value = "Dust as it falls",
        returns = Shelf.class,
        type = {"text/event-stream", "multipart/x-mixed-replace; boundary=dust", "text/plain"})
    public Response dust() {
      return Response.ok().build();
    }
  }

  @Test
  void describesWhatPluginsSend() {
    site.rest.bind(new Shelves());
    site.rest.rebuild();
    var admin = site.as(Role.ADMIN);

    var document = admin.get("openapi.json").json();

    var shelves = document.at("/paths/~1shelves/get/responses");
    assertThat(shelves.at("/200/content/application~1json/schema/$ref").asText())
        .isEqualTo("#/components/schemas/PageOfShelf");
    assertThat(shelves.at("/401/content/application~1problem+json/schema/$ref").asText())
        .isEqualTo("#/components/schemas/Problem");
    var schemas = document.at("/components/schemas");
    assertThat(schemas.at("/PageOfShelf/properties/items/items/$ref").asText())
        .isEqualTo("#/components/schemas/Shelf");
    assertThat(schemas.at("/Shelf/required").toString())
        .isEqualTo("[\"id\",\"state\",\"dustedAt\"]");
    assertThat(schemas.at("/Shelf/properties/dustedAt/anyOf").findValuesAsText("type"))
        .containsExactly("string", "null");
    assertThat(schemas.at("/Shelf/properties/state/enum").toString())
        .isEqualTo("[\"full\",\"half_empty\"]");
    assertThat(admin.get("shelves").text())
        .isEqualTo(
            "{\"items\":[{\"id\":\"a\",\"state\":\"half_empty\",\"dustedAt\":\""
                + Json.text(FakeBackend.NOW)
                + "\"}],\"next\":null}");
    var shelf = document.at("/paths/~1shelves~1{shelf}");
    assertThat(shelf.at("/get/responses/200/content/application~1json/schema/$ref").asText())
        .isEqualTo("#/components/schemas/ShelvesStatusView");
    assertThat(schemas.at("/ShelvesStatusView/properties").size()).isEqualTo(1);
    assertThat(schemas.at("/StatusView/properties").has("streams")).isTrue();
    assertThat(shelf.at("/head/responses/200").has("content")).isFalse();
    var any = document.at("/paths/~1shelves~1{shelf}~1any/get/responses/200/content");
    assertThat(any.at("/application~1json/schema").isEmpty()).isTrue();
    var dust = document.at("/paths/~1shelves~1{shelf}~1dust/get/responses/200/content");
    assertThat(dust.at("/text~1event-stream/schema/contentSchema/$ref").asText())
        .isEqualTo("#/components/schemas/Shelf");
    assertThat(dust.at("/multipart~1x-mixed-replace/schema/format").asText()).isEqualTo("binary");
    assertThat(dust.at("/text~1plain/schema").toString()).isEqualTo("{\"type\":\"string\"}");
  }
}
