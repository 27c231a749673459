package io.vigilnvr.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.api.camera.CameraStatus;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.storage.VolumeId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Changes as they happen, over a real connection. */
@Timeout(180)
final class ChangesTest {
  private Site site;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    site = new Site(folder);
  }

  @AfterEach
  void stop() {
    site.close();
  }

  /** One event; comments are passed over. */
  private record Event(String name, JsonNode data) {}

  /** Reads events from a plain socket, as slowly as a test likes. */
  private final class Follower implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Follower(String authorization) throws IOException {
      URI uri = URI.create(site.url("/api/v1/changes"));
      socket = new Socket(uri.getHost(), uri.getPort());
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              ("GET /api/v1/changes HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                      + authorization
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    Map<String, String> head() throws IOException {
      var head = new LinkedHashMap<String, String>();
      head.put("status", in.readLine());
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        String[] parts = line.split(": ", 2);
        head.put(parts[0], parts[1]);
      }
      return head;
    }

    /** The next event that fits; others are passed over. */
    Event next(Predicate<Event> wanted) throws IOException {
      String name = "";
      while (true) {
        String line = in.readLine();
        assertThat(line).as("the connection has ended").isNotNull();
        if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("data: ")) {
          var event = new Event(name, Json.MAPPER.readTree(line.substring(6)));
          if (wanted.test(event)) {
            return event;
          }
        }
      }
    }

    Event next(String name) throws IOException {
      return next(event -> event.name().equals(name));
    }

    boolean hasEnded() throws IOException {
      // The last chunk is empty, and nothing comes after it.
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.equals("0")) {
          return true;
        }
      }
      return true;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private Follower follow(Role role, String... cameras) throws IOException {
    return following("Authorization: Bearer " + site.token(role, cameras));
  }

  private Follower following(String authorization) throws IOException {
    var follower = new Follower(authorization);
    assertThat(follower.head())
        .containsEntry("status", "HTTP/1.1 200 OK")
        .containsEntry("Cache-Control", "no-store");
    return follower;
  }

  private Camera add(String name) {
    Camera camera = site.backend.cameras.add(name);
    site.inbox.changed(camera);
    return camera;
  }

  @Test
  void letsNobodyFollowWhoIsNotSignedIn() throws Exception {
    try (var nobody = new Follower("Authorization: Bearer nonsense")) {
      assertThat(nobody.head())
          .containsEntry("status", "HTTP/1.1 401 Unauthorized")
          .containsEntry("Content-Type", Problem.MEDIA_TYPE);
    }
    assertThat(site.as(Role.VIEWER).send("HEAD", "changes", null).status()).isEqualTo(405);
  }

  @Test
  void greetsFirstAndTellsWhatComesAndGoes() throws Exception {
    try (var admin = follow(Role.ADMIN)) {
      Event hello = admin.next(event -> true);
      assertThat(hello.name()).isEqualTo("hello");
      assertThat(hello.data().get("startedAt").asText()).isEqualTo("2026-11-22T13:59:00.000Z");

      Camera yard = add("Yard");
      assertThat(admin.next("camera").data().toString())
          .isEqualTo("{\"id\":\"yard\",\"change\":\"added\"}");
      site.inbox.changed(yard);
      assertThat(admin.next("camera").data().get("change").asText()).isEqualTo("changed");
      site.inbox.changed(new Change.VolumeChanged(new VolumeId("first")));
      assertThat(admin.next("volume").data().toString()).isEqualTo("{\"id\":\"first\"}");
      site.inbox.changed(new Change.PluginChanged("com.acme.camera"));
      assertThat(admin.next("plugin").data().get("id").asText()).isEqualTo("com.acme.camera");
      site.inbox.changed(new Change.ExportChanged("e1", yard.id()));
      assertThat(admin.next("export").data().get("state").asText()).isEqualTo("removed");
      site.inbox.changed(
          new Change.EventChanged(
              Change.Step.NEW, "v1", Optional.of(yard.id()), Map.of("id", "v1")));
      assertThat(admin.next("event").data().toString())
          .isEqualTo("{\"change\":\"new\",\"event\":{\"id\":\"v1\"}}");
      assertThat(admin.next("system").data().get("memoryBytes").asLong()).isPositive();
    }
  }

  @Test
  void tellsAStateAtOnceAsTheStatusRouteDoes() throws Exception {
    Camera yard = add("Yard");
    try (var viewer = follow(Role.VIEWER)) {
      viewer.next("status");
      var lost =
          new CameraStatus(
              CameraState.BACKOFF, FakeBackend.NOW, Optional.of("no answer"), List.of());
      site.backend.cameras.states.put(yard.id(), lost);
      site.inbox.status(yard.id(), lost);

      Event told =
          viewer.next(
              event ->
                  event.name().equals("status")
                      && event.data().at("/status/state").asText().equals("backoff"));

      assertThat(told.data().get("id").asText()).isEqualTo("yard");
      assertThat(told.data().get("status"))
          .isEqualTo(site.as(Role.VIEWER).get("cameras/yard/status").json());
    }
  }

  @Test
  void tellsNobodyOfWhatTheyMayNotSee() throws Exception {
    add("Own");
    Camera foreign = add("Foreign");
    try (var limited = follow(Role.OPERATOR, "own");
        var viewer = follow(Role.VIEWER)) {
      limited.next("hello");
      viewer.next("hello");
      site.inbox.changed(foreign);
      site.inbox.changed(new Change.StatusChanged(foreign.id()));
      site.inbox.changed(new Change.ExportChanged("e1", foreign.id()));
      site.inbox.changed(new Change.VolumeChanged(new VolumeId("first")));
      site.inbox.changed(new Change.PluginChanged("p"));
      site.inbox.changed(
          new Change.EventChanged(Change.Step.NEW, "v1", Optional.empty(), Map.of()));
      site.inbox.changed(new Change.ViewsChanged());

      limited.next(
          event -> {
            assertThat(event.data().toString()).doesNotContain("foreign");
            assertThat(event.name()).isNotIn("volume", "plugin", "system", "event", "export");
            return event.name().equals("view");
          });
      viewer.next(
          event -> {
            assertThat(event.name()).isNotIn("volume", "plugin", "system", "event", "export");
            return event.name().equals("view");
          });
    }
  }

  @Test
  void endsWithTheSessionAndSaysSo() throws Exception {
    String secret = site.backend.accounts.sessionFor("ada", Role.VIEWER);
    try (var ada = following("Cookie: " + SignIn.COOKIE + "=" + secret);
        var other = follow(Role.VIEWER)) {
      ada.next("hello");
      other.next("hello");
      site.backend.accounts.signOut(secret);
      site.inbox.changed(new Change.AccessChanged());

      assertThat(ada.next("session").data().toString()).isEqualTo("{\"ended\":true}");
      assertThat(ada.hasEnded()).isTrue();
      site.inbox.changed(new Change.ViewsChanged());
      assertThat(other.next("view")).isNotNull();
    }
  }

  @Test
  void endsForWhoMayDoLessThanBefore() throws Exception {
    try (var operator = follow(Role.OPERATOR)) {
      operator.next("hello");
      site.backend.accounts.tokens.replaceAll(
          (secret, who) -> new Identity(who.username(), Role.VIEWER, who.cameras(), who.session()));
      site.inbox.changed(new Change.AccessChanged());

      assertThat(operator.next("session").data().get("ended").asBoolean()).isTrue();
    }
  }

  @Test
  void showsEventsAsTheApiDoes() throws Exception {
    site.backend.cameras.add("Own");
    try (var viewer = follow(Role.VIEWER)) {
      viewer.next("hello");
      var made =
          site.as(Role.OPERATOR)
              .post("events", "{\"cameraId\":\"own\",\"type\":\"external\",\"label\":\"bell\"}")
              .json();
      String path = "events/" + made.get("id").asText();
      site.inbox.changed(site.backend.told.get(0));
      var event = viewer.next("event").data();
      assertThat(event.get("change").asText()).isEqualTo("new");
      assertThat(event.get("event")).isEqualTo(made);

      site.as(Role.OPERATOR).send("DELETE", path, null);
      site.inbox.changed(site.backend.told.get(1));
      var deleted = viewer.next("event").data();
      assertThat(deleted.get("change").asText()).isEqualTo("delete");
      assertThat(deleted.get("event").get("id")).isEqualTo(made.get("id"));
      assertThat(deleted.get("event")).hasSize(2);
    }
  }

  @Test
  void isNotHeldUpByWhoDoesNotRead() throws Exception {
    var big = Map.<String, Object>of("text", "x".repeat(4000));
    try (var deaf = follow(Role.ADMIN);
        var reader = follow(Role.ADMIN)) {
      reader.next("hello");
      for (int i = 0; i < 4 * ChangeClient.MOST_WAITING; i++) {
        site.inbox.changed(
            new Change.EventChanged(Change.Step.NEW, "e" + i, Optional.empty(), big));
        if (i % 100 == 99) {
          site.inbox.changed(new Change.PluginChanged("p" + i));
          String mark = "p" + i;
          reader.next(
              event ->
                  event.name().equals("plugin") && event.data().get("id").asText().equals(mark));
        }
      }
      // More than is kept for anybody, and more than a connection holds: the deaf one was let go.
      assertThat(deaf.hasEnded()).isTrue();
    }
  }

  @Test
  void keepsOfEachThingTheNewest() throws Exception {
    var inbox = new ChangeInbox();
    for (int i = 0; i < 100_000; i++) {
      inbox.changed(new Change.StatusChanged(new CameraId("c" + i % 3)));
      inbox.changed(
          new Change.EventChanged(Change.Step.UPDATE, "v", Optional.empty(), Map.of("n", i)));
    }

    assertThat(inbox.take(0)).hasSize(4);
    assertThat(inbox.take(0)).isEmpty();
  }
}
