package io.vigilnvr.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.tck.FrameMark;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCameras;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A script reports what a camera saw; it is kept, told, marked and played, over a restart. */
@Timeout(900)
final class EventsIT {
  private static final Duration SOON = Duration.ofMinutes(3);

  @TempDir Path folder;

  /** Reads the stream of events, line by line. */
  private record Follower(BufferedReader lines) implements AutoCloseable {
    static Follower of(Api api, String lastEventId) throws Exception {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(api.root() + "/api/v1/events/stream?type=external"))
              .header("Authorization", "Bearer " + api.token());
      if (!lastEventId.isEmpty()) {
        request.header("Last-Event-ID", lastEventId);
      }
      var answer =
          HttpClient.newHttpClient()
              .send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      assertThat(answer.statusCode()).isEqualTo(200);
      return new Follower(
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8)));
    }

    String next(String field) throws IOException {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(field + ": ")) {
          return line.substring(field.length() + 2);
        }
      }
      throw new IOException("the stream has ended");
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  @Test
  void keepsTellsAndPlaysWhatAScriptReports() throws Exception {
    try (SimulatedCameras cameras = SimulatedCameras.start();
        Vigil vigil = Vigil.unpack(folder)) {
      var camera = cameras.camera("door").stream("main", Sample.main());
      vigil.start();
      Api api = vigil.api();
      String id = Cameras.add(api, "Door", camera.uri("main"), Map.of());
      Await.until("some seconds", SOON, () -> Footage.of(api, id).frames().size() >= 150);
      Instant start =
          Instant.parse(Footage.list(api, id).get(0).get("startedAt").asText()).plusSeconds(3);

      String path;
      String first;
      try (Follower follower = Follower.of(api, "")) {
        Api.Answer made =
            api.send(
                "POST",
                "/api/v1/events",
                Map.of(
                    "cameraId",
                    id,
                    "type",
                    "external",
                    "label",
                    "bell",
                    "startedAt",
                    start.toString(),
                    "data",
                    Map.of("button", 2)));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        path = "/api/v1/events/" + made.json().get("id").asText();
        first = follower.next("id");
        assertThat(follower.next("event")).isEqualTo("new");
        assertThat(Api.JSON.readTree(follower.next("data")).get("id"))
            .isEqualTo(made.json().get("id"));
      }
      assertThat(api.patch(path, api.etag(path), Map.of("reviewed", true)).status()).isEqualTo(200);
      Api.Answer ended = api.send("POST", path + "/end", Map.of());
      assertThat(ended.status()).as(ended.body()).isEqualTo(200);

      assertThat(FrameMark.in(api.bytes(path + "/clip.mp4")).size()).isGreaterThan(50);

      vigil.stop();
      vigil.start();
      Api again = vigil.api();
      JsonNode kept = again.json("/api/v1/events?camera=" + id + "&label=bell&reviewed=true");
      assertThat(kept.get("items")).hasSize(1);
      assertThat(kept.at("/items/0/data/button").asInt()).isEqualTo(2);
      assertThat(kept.at("/items/0/endedAt").isTextual()).isTrue();
      try (Follower back = Follower.of(again, first)) {
        assertThat(back.next("event")).isEqualTo("end");
        assertThat(Api.JSON.readTree(back.next("data")).get("label").asText()).isEqualTo("bell");
      }
    }
  }
}
