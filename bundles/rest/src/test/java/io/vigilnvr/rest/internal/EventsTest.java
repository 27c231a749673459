package io.vigilnvr.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class EventsTest {
  private Site site;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    site = new Site(folder);
    site.backend.cameras.add("Own");
    site.backend.cameras.add("Foreign");
  }

  @AfterEach
  void stop() {
    site.close();
  }

  private static String bell(String camera, String more) {
    return "{\"cameraId\":\"" + camera + "\",\"type\":\"external\",\"label\":\"bell\"" + more + "}";
  }

  private String made(String camera, String more) {
    var answer = site.as(Role.OPERATOR).post("events", bell(camera, more));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.json().get("id").asText();
  }

  private static List<String> wrong(Site.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    return answer.json().get("errors").findValuesAsText("pointer");
  }

  @Test
  void keepsAndShowsWhatOthersReport() {
    var made =
        site.as(Role.OPERATOR)
            .post("events", bell("own", ",\"score\":0.5,\"data\":{\"n\":1,\"none\":null}"));

    assertThat(made.status()).as(made.text()).isEqualTo(201);
    JsonNode event = made.json();
    String id = event.get("id").asText();
    assertThat(made.header("Location")).endsWith("/api/v1/events/" + id);
    assertThat(event.get("cameraId").asText()).isEqualTo("own");
    assertThat(event.get("startedAt").asText()).isEqualTo("2026-11-22T14:00:00.000Z");
    assertThat(event.get("endedAt").isNull()).isTrue();
    assertThat(event.get("score").asDouble()).isEqualTo(0.5);
    assertThat(event.get("data").toString()).isEqualTo("{\"n\":1,\"none\":null}");
    assertThat(event.at("/clip/from").asText()).isEqualTo("2026-11-22T13:59:55.000Z");
    assertThat(event.at("/clip/to").asText()).isEqualTo("2026-11-22T14:00:00.000Z");
    assertThat(event.get("hasSnapshot").asBoolean()).isFalse();
    var viewer = site.as(Role.VIEWER, "own");
    assertThat(viewer.get("events/" + id).json()).isEqualTo(event);
    assertThat(viewer.get("events").json().at("/items/0")).isEqualTo(event);
    assertThat(site.backend.told)
        .singleElement()
        .isInstanceOfSatisfying(
            Change.EventChanged.class,
            change -> {
              assertThat(change.step()).isEqualTo(Change.Step.NEW);
              assertThat(change.camera()).contains(new CameraId("own"));
              assertThat(change.id()).isEqualTo(id);
            });
    assertThat(site.backend.audit).last().extracting("target").isEqualTo("events");
  }

  @Test
  void keepsOnceWhatIsSentAgain() {
    var sender = site.as(Role.OPERATOR).header("Idempotency-Key", "bell-1");
    var first = sender.post("events", bell("own", ""));
    String id = first.json().get("id").asText();
    assertThat(first.header("ETag")).isEqualTo("\"1\"");
    assertThat(sender.get("events/" + id).header("ETag")).isEqualTo("\"1\"");
    site.as(Role.OPERATOR).send("POST", "events/" + id + "/end", null);

    var again = sender.post("events", bell("own", ""));
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.header("Location")).isEqualTo(first.header("Location"));
    assertThat(again.header("ETag")).isEqualTo("\"2\"");
    assertThat(again.json().get("endedAt").isNull()).isFalse();
    assertThat(ids(sender.get("events"))).containsExactly(id);

    assertThat(wrong(sender.post("events", bell("foreign", ""))))
        .containsExactly("/Idempotency-Key");
    assertThat(wrong(sender.header("Idempotency-Key", "a b").post("events", bell("own", ""))))
        .containsExactly("/Idempotency-Key");
    var other = site.as(Role.ADMIN).header("Idempotency-Key", "bell-1");
    assertThat(other.post("events", bell("own", "")).json().get("id").asText()).isNotEqualTo(id);
    assertThat(made("own", "")).isNotEqualTo(id);
  }

  @Test
  void namesWhateverIsWrong() {
    var operator = site.as(Role.OPERATOR);
    assertThat(
            wrong(
                operator.post(
                    "events",
                    "{\"cameraId\":\"own\",\"type\":\"motion\",\"label\":\""
                        + "x".repeat(101)
                        + "\",\"score\":1.1,\"startedAt\":\"2026-11-22T15:00:01Z\","
                        + "\"endedAt\":\"2026-11-22T14:00:00Z\",\"data\":{\"a\":\""
                        + "x".repeat(16_400)
                        + "\"}}")))
        .containsExactly("/type", "/label", "/score", "/startedAt", "/endedAt", "/data");
    assertThat(wrong(operator.post("events", bell("own", ",\"colour\":1"))))
        .containsExactly("/colour");
    assertThat(wrong(operator.post("events", bell("own", ",\"data\":[]"))))
        .containsExactly("/data");
    assertThat(
            wrong(operator.post("events", bell("own", ",\"startedAt\":\"2016-11-01T00:00:00Z\""))))
        .containsExactly("/startedAt");
    assertThat(
            wrong(
                operator.post(
                    "events",
                    "{\"cameraId\":\"own\",\"type\":\"external\",\"label\":\"a\\u0000\"}")))
        .containsExactly("/label");
    assertThat(
            wrong(
                operator.get(
                    "events?camera=A&type=x&label=&zone=%00&from=1&to=2&reviewed=1&limit=0&cursor=x"
                        + "&retained=1&detector=&minScore=1.5")))
        .containsExactlyInAnyOrder(
            "/camera",
            "/type",
            "/label",
            "/zone",
            "/from",
            "/to",
            "/reviewed",
            "/limit",
            "/cursor",
            "/retained",
            "/detector",
            "/minScore");
    assertThat(site.backend.told).isEmpty();
  }

  @Test
  void listsNewestFirstPageByPageAndOnlyWhatFits() {
    for (int i = 0; i < 5; i++) {
      made(
          i % 2 == 0 ? "own" : "foreign",
          ",\"startedAt\":\"2026-11-22T13:00:0" + i / 2 + "Z\",\"data\":{\"i\":" + i + "}");
    }
    var viewer = site.as(Role.VIEWER);
    var first = viewer.get("events?limit=3").json();
    var second = viewer.get("events?limit=3&cursor=" + first.get("next").asText()).json();
    assertThat(first.get("items")).hasSize(3);
    assertThat(second.get("items")).hasSize(2);
    assertThat(second.get("next").isNull()).isTrue();
    assertThat(first.at("/items/0/data/i").asInt()).isEqualTo(4);
    assertThat(first.findValuesAsText("id"))
        .doesNotContainAnyElementsOf(second.findValuesAsText("id"));
    assertThat(viewer.get("events?camera=foreign").json().get("items")).hasSize(2);
    assertThat(viewer.get("events?label=knock").json().get("items")).isEmpty();
    assertThat(viewer.get("events?from=2026-11-22T13:00:01Z").json().get("items")).hasSize(3);
    assertThat(viewer.get("events?reviewed=true").json().get("items")).isEmpty();
    assertThat(viewer.get("events?reviewed=false").json().get("items")).hasSize(5);
    var limited = site.as(Role.VIEWER, "own");
    assertThat(limited.get("events").json().get("items").findValuesAsText("cameraId"))
        .containsOnly("own")
        .hasSize(3);
    assertThat(limited.get("events?camera=foreign").json().get("items")).isEmpty();
  }

  @Test
  void letsNobodyDoWhatTheyMayNot() {
    String own = made("own", "");
    String foreign = made("foreign", "");
    var viewer = site.as(Role.VIEWER, "own");
    var operator = site.as(Role.OPERATOR, "own");

    assertThat(viewer.post("events", bell("own", "")).status()).isEqualTo(403);
    assertThat(viewer.send("PATCH", "events/" + own, "{\"reviewed\":true}").status())
        .isEqualTo(403);
    assertThat(viewer.send("POST", "events/" + own + "/end", null).status()).isEqualTo(403);
    assertThat(viewer.send("DELETE", "events/" + own, null).status()).isEqualTo(403);
    assertThat(viewer.post("events/bulk", bulk("\"reviewed\":true", own)).status()).isEqualTo(403);
    // They may play it back, but there is nothing recorded.
    assertThat(viewer.get("events/" + own + "/clip.mp4").json().get("detail").asText())
        .isNotEmpty();
    assertThat(operator.post("events", bell("foreign", "")).status()).isEqualTo(404);
    assertThat(operator.post("events", bell("unknown", "")).status()).isEqualTo(404);
    assertThat(site.as(Role.ADMIN).post("events", bell("unknown", "")).status()).isEqualTo(404);
    for (String path : List.of("", "/clip.mp4", "/snapshot.jpg")) {
      assertThat(operator.get("events/" + foreign + path).status()).isEqualTo(404);
    }
    assertThat(operator.send("PATCH", "events/" + foreign, "{}").status()).isEqualTo(404);
    assertThat(operator.send("DELETE", "events/" + foreign, null).status()).isEqualTo(404);
    assertThat(operator.send("POST", "events/" + foreign + "/end", null).status()).isEqualTo(404);
    assertThat(operator.get("events/NO%00ID").status()).isIn(400, 404);
    assertThat(site.anonymous().get("events/stream").status()).isEqualTo(401);
  }

  @Test
  void marksAndEnds() {
    String id = made("own", "");
    var operator = site.as(Role.OPERATOR);
    var before = operator.get("events/" + id);
    var patch =
        operator
            .header("Content-Type", "application/merge-patch+json")
            .header("If-Match", before.header("ETag"));

    var marked = patch.send("PATCH", "events/" + id, "{\"reviewed\":true}");
    assertThat(marked.json().get("reviewed").asBoolean()).isTrue();
    assertThat(marked.json().get("retained").asBoolean()).isFalse();
    assertThat(patch.send("PATCH", "events/" + id, "{\"retained\":true}").status()).isEqualTo(412);
    assertThat(wrong(operator.send("PATCH", "events/" + id, "{\"label\":\"x\",\"reviewed\":1}")))
        .containsExactlyInAnyOrder("/label", "/reviewed");

    var ended = operator.send("POST", "events/" + id + "/end", null);
    assertThat(ended.json().get("endedAt").asText()).isEqualTo("2026-11-22T14:00:00.000Z");
    assertThat(operator.send("POST", "events/" + id + "/end", null).status()).isEqualTo(409);
    assertThat(
            site.backend.told.stream()
                .map(change -> ((Change.EventChanged) change).step())
                .toList())
        .containsExactly(Change.Step.NEW, Change.Step.UPDATE, Change.Step.END);
    site.backend.events.insert(found("m1"));
    assertThat(operator.send("POST", "events/m1/end", null).status()).isEqualTo(409);
  }

  private static Event found(String id) {
    return new Event(
        id,
        new CameraId("own"),
        EventType.MOTION,
        "motion",
        OptionalDouble.empty(),
        FakeBackend.NOW,
        Optional.empty(),
        List.of("porch"),
        Optional.of(new Event.Box(0.1, 0.2, 0.3, 0.4)),
        Optional.of("motion"),
        false,
        false,
        Map.of());
  }

  @Test
  void leadsToThePictureOfTheStart() {
    site.backend.events.insert(found("m1"));
    var viewer = site.as(Role.VIEWER);
    assertThat(viewer.get("events/m1/snapshot.jpg").status()).isEqualTo(404);
    assertThat(site.as(Role.OPERATOR).get("events/m1/clip.mp4").status()).isEqualTo(404);

    site.backend.events.recorded.add("m1");

    assertThat(viewer.get("events/m1").json().get("hasSnapshot").asBoolean()).isTrue();
    assertThat(viewer.get("events/m1").json().at("/box/width").asDouble()).isEqualTo(0.3);
    var answer = viewer.get("events/m1/snapshot.jpg?width=a%26b");
    assertThat(answer.status()).isEqualTo(307);
    assertThat(answer.header("Location"))
        .endsWith("/api/v1/cameras/own/preview.jpg?at=2026-11-22T14%3A00%3A00.000Z&width=a%26b");
  }

  @Test
  void showsTheBestPictureIfOneIsKept() {
    Event event = found("m1");
    site.backend.events.insert(event);
    var viewer = site.as(Role.VIEWER, "own");
    assertThat(viewer.get("events/m1").json().get("hasSnapshot").asBoolean()).isFalse();

    site.backend.eventLog.keepPicture(
        event,
        new Jpeg(
            FakeBackend.NOW.plusMillis(1500),
            1280,
            720,
            ByteBuffer.wrap("picture".getBytes(StandardCharsets.US_ASCII))));

    assertThat(viewer.get("events/m1").json().get("hasSnapshot").asBoolean()).isTrue();
    assertThat(viewer.get("events").json().at("/items/0/hasSnapshot").asBoolean()).isTrue();
    var answer = viewer.get("events/m1/snapshot.jpg");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("picture");
    assertThat(answer.header("Content-Type")).isEqualTo("image/jpeg");
    assertThat(answer.header("X-Vigil-Time")).isEqualTo("2026-11-22T14:00:01.500Z");
    assertThat(answer.header("Cache-Control")).isEqualTo("private, max-age=10");
    site.backend.events.change(
        "m1", Change.Step.END, one -> one.ended(FakeBackend.NOW.minusSeconds(61)));
    assertThat(viewer.get("events/m1/snapshot.jpg").header("Cache-Control"))
        .isEqualTo("private, max-age=86400");
    assertThat(site.as(Role.VIEWER, "foreign").get("events/m1/snapshot.jpg").status())
        .isEqualTo(404);
  }

  @Test
  void narrowsByMarkDetectorAndScore() {
    String sure = made("own", ",\"score\":0.9");
    String unsure = made("own", ",\"score\":0.4");
    site.backend.events.insert(found("m1"));
    var operator = site.as(Role.OPERATOR);
    operator.send("PATCH", "events/" + unsure, "{\"retained\":true}");

    assertThat(ids(operator.get("events?retained=true"))).containsExactly(unsure);
    assertThat(ids(operator.get("events?retained=false"))).containsExactlyInAnyOrder(sure, "m1");
    assertThat(ids(operator.get("events?detector=motion"))).containsExactly("m1");
    assertThat(ids(operator.get("events?minScore=0.4"))).containsExactlyInAnyOrder(sure, unsure);
    assertThat(ids(operator.get("events?minScore=0.41&type=external"))).containsExactly(sure);
  }

  private static List<String> ids(Site.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().get("items").findValuesAsText("id");
  }

  @Test
  void deletesAnEventAndItsPicture() {
    String id = made("own", "");
    var operator = site.as(Role.OPERATOR);

    assertThat(operator.send("DELETE", "events/" + id, null).status()).isEqualTo(204);
    assertThat(operator.get("events/" + id).status()).isEqualTo(404);
    assertThat(operator.send("DELETE", "events/" + id, null).status()).isEqualTo(404);
    assertThat(site.backend.told)
        .last()
        .isInstanceOfSatisfying(
            Change.EventChanged.class,
            change -> assertThat(change.step()).isEqualTo(Change.Step.DELETE));
  }

  private static String bulk(String what, String... ids) {
    return "{\"ids\":[\"" + String.join("\",\"", ids) + "\"]," + what + "}";
  }

  @Test
  void changesManyAtOnce() {
    String one = made("own", "");
    String two = made("own", "");
    String foreign = made("foreign", "");
    var operator = site.as(Role.OPERATOR, "own");

    var marked =
        operator.post("events/bulk", bulk("\"reviewed\":true", one, two, foreign, "none", "../x"));
    assertThat(marked.status()).as(marked.text()).isEqualTo(200);
    assertThat(marked.text()).isEqualTo("{\"changed\":2}");
    assertThat(ids(operator.get("events?reviewed=true"))).containsExactlyInAnyOrder(one, two);
    assertThat(site.as(Role.VIEWER).get("events/" + foreign).json().get("reviewed").asBoolean())
        .isFalse();
    var again = operator.post("events/bulk", bulk("\"reviewed\":true,\"retained\":true", one));
    assertThat(again.text()).isEqualTo("{\"changed\":1}");
    assertThat(operator.post("events/bulk", bulk("\"retained\":true", one)).text())
        .isEqualTo("{\"changed\":0}");

    assertThat(operator.post("events/bulk", bulk("\"delete\":true", one, foreign)).text())
        .isEqualTo("{\"changed\":1}");
    assertThat(ids(site.as(Role.VIEWER).get("events"))).containsExactlyInAnyOrder(two, foreign);
  }

  @Test
  void refusesWhatIsNoWorkForMany() {
    var operator = site.as(Role.OPERATOR);
    String id = made("own", "");
    var many = Stream.generate(() -> id).limit(1001).toArray(String[]::new);
    assertThat(wrong(operator.post("events/bulk", bulk("\"reviewed\":true", many))))
        .containsExactly("/ids");
    assertThat(wrong(operator.post("events/bulk", "{\"ids\":[],\"reviewed\":true}")))
        .containsExactly("/ids");
    assertThat(wrong(operator.post("events/bulk", bulk("\"delete\":false", id))))
        .containsExactly("/delete");
    assertThat(wrong(operator.post("events/bulk", bulk("\"delete\":true,\"reviewed\":true", id))))
        .containsExactly("/delete");
  }

  @Test
  void refusesAFlood() {
    site.backend.eventLog.left = 1;
    var operator = site.as(Role.OPERATOR);
    assertThat(operator.post("events", bell("own", "")).status()).isEqualTo(201);
    var refused = operator.post("events", bell("own", ""));
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    assertThat(refused.json().get("detail").asText()).startsWith("user ");
  }

  /** Reads the stream from a plain socket. */
  private final class Follower implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Follower(String query, String headers) throws IOException {
      URI uri = URI.create(site.url("/api/v1/events/stream"));
      socket = new Socket(uri.getHost(), uri.getPort());
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              ("GET /api/v1/events/stream"
                      + query
                      + " HTTP/1.1\r\nHost: localhost\r\n"
                      + headers
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      // From then on it is told of everything.
      line("retry: ");
    }

    private String line(String start) throws IOException {
      while (true) {
        String line = in.readLine();
        assertThat(line).as("the connection has ended").isNotNull();
        if (line.startsWith(start)) {
          return line.substring(start.length());
        }
      }
    }

    /** The next event: its revision, step and id. */
    String next() throws IOException {
      return line("id: ")
          + " "
          + line("event: ")
          + " "
          + Json.MAPPER.readTree(line("data: ")).get("id").asText();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private String as(Role role, String... cameras) {
    return "Authorization: Bearer " + site.token(role, cameras);
  }

  private void ring() {
    site.bell.changed(site.backend.told.get(site.backend.told.size() - 1));
  }

  @Test
  void tellsOfEventsAsTheyHappen() throws IOException {
    made("own", "");
    try (var all = new Follower("", as(Role.VIEWER));
        var limited = new Follower("", as(Role.VIEWER, "own"));
        var one = new Follower("?camera=foreign&type=external", as(Role.VIEWER));
        var none = new Follower("?type=motion", as(Role.VIEWER))) {
      String foreign = made("foreign", "");
      ring();
      assertThat(all.next()).isEqualTo("2 new " + foreign);
      assertThat(one.next()).isEqualTo("2 new " + foreign);
      String own = made("own", "");
      ring();
      assertThat(all.next()).isEqualTo("3 new " + own);
      assertThat(limited.next()).isEqualTo("3 new " + own);
      site.as(Role.OPERATOR).send("PATCH", "events/" + own, "{\"reviewed\":true}");
      ring();
      assertThat(limited.next()).isEqualTo("4 update " + own);
      site.as(Role.OPERATOR).send("POST", "events/" + foreign + "/end", null);
      ring();
      assertThat(one.next()).isEqualTo("5 end " + foreign);
      site.backend.events.insert(found("m1"));
      assertThat(none.next()).isEqualTo("6 new m1");
    }
  }

  @Test
  void goesOnWhereAFollowerWas() throws IOException {
    made("own", "");
    String second = made("own", "");
    String third = made("own", "");
    site.as(Role.OPERATOR).send("POST", "events/" + second + "/end", null);
    try (var back = new Follower("", as(Role.VIEWER) + "\r\nLast-Event-ID: 1")) {
      assertThat(back.next()).isEqualTo("3 new " + third);
      assertThat(back.next()).isEqualTo("4 end " + second);
    }
    var viewer = site.as(Role.VIEWER);
    assertThat(wrong(viewer.header("Last-Event-ID", "x").get("events/stream?camera=A")))
        .containsExactlyInAnyOrder("/camera", "/Last-Event-ID");
  }

  @Test
  void tellsWhoKnowsMoreThanThereIs() throws IOException {
    made("own", "");
    try (var back = new Follower("", as(Role.VIEWER) + "\r\nLast-Event-ID: 1000")) {
      String second = made("own", "");
      ring();
      assertThat(back.next()).isEqualTo("2 new " + second);
    }
  }

  @Test
  void bringsWhoWasLongAwayUpToDate() throws IOException {
    for (int i = 0; i < 1500; i++) {
      site.backend.events.insert(found("n" + i));
    }
    try (var back = new Follower("", as(Role.VIEWER) + "\r\nLast-Event-ID: 0")) {
      for (int i = 0; i < 1500; i++) {
        assertThat(back.next()).isEqualTo((i + 1) + " new n" + i);
      }
    }
  }
}
