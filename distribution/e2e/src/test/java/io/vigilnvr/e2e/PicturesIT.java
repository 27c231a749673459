package io.vigilnvr.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.tck.FrameMark;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCameras;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Pictures by HTTP, and that what makes them may die. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PicturesIT {
  private static final Duration SOON = Duration.ofMinutes(3);
  private static final String WORKERS = "vigil.decode=";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path folder;

  private static Vigil vigil;
  private static SimulatedCameras cameras;
  private static Api api;
  private static String front;
  private static String yard;

  @BeforeAll
  static void start() throws Exception {
    cameras = SimulatedCameras.start();
    cameras.camera("front").stream("main", Sample.main());
    cameras.camera("yard").stream("main", Sample.h265());
    vigil = Vigil.unpack(folder);
    vigil.start();
    api = vigil.api();
    front = Cameras.add(api, "Front", cameras.camera("front").uri("main"), Map.of());
    yard = Cameras.add(api, "Yard", cameras.camera("yard").uri("main"), Map.of());
    for (String each : List.of(front, yard)) {
      Await.until("recorded", SOON, () -> recorded(each), seconds -> seconds > 6);
    }
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

  /** Seconds. */
  private static double recorded(String camera) throws Exception {
    double seconds = 0;
    for (JsonNode span : api.json("/api/v1/cameras/" + camera + "/recordings").get("spans")) {
      seconds += Duration.between(time(span.get("from")), time(span.get("to"))).toMillis() / 1e3;
    }
    return seconds;
  }

  private static Instant time(JsonNode text) {
    return Instant.parse(text.asText());
  }

  private static HttpRequest request(String camera, String picture) {
    return HttpRequest.newBuilder(
            URI.create(api.root() + "/api/v1/cameras/" + camera + "/" + picture))
        .header("Authorization", "Bearer " + api.token())
        .timeout(SOON)
        .build();
  }

  /** Asks again while there is none in time, as one is told to. */
  private static HttpResponse<byte[]> get(String camera, String picture) throws Exception {
    return Await.until(
        picture + " of " + camera,
        SOON,
        () -> HTTP.send(request(camera, picture), BodyHandlers.ofByteArray()),
        answer -> answer.statusCode() != 503);
  }

  private static BufferedImage image(HttpResponse<byte[]> answer) throws IOException {
    assertThat(answer.statusCode())
        .as(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("image/jpeg");
    return ImageIO.read(new ByteArrayInputStream(answer.body()));
  }

  private static Instant shownAt(HttpResponse<byte[]> answer) {
    return Instant.parse(answer.headers().firstValue("X-Vigil-Time").orElseThrow());
  }

  @Test
  void showsWhatTheCameraSeesNow() throws Exception {
    for (String camera : List.of(front, yard)) {
      HttpResponse<byte[]> first = get(camera, "snapshot.jpg?width=320");
      BufferedImage image = image(first);
      assertThat(image.getWidth()).isEqualTo(320);
      assertThat(image.getHeight()).isEqualTo(180);
      HttpResponse<byte[]> later =
          Await.until(
              "another picture",
              SOON,
              () -> get(camera, "snapshot.jpg?width=320"),
              answer -> shownAt(answer).isAfter(shownAt(first)));
      assertThat(difference(image, image(later))).isPositive();
      assertThat(image(get(camera, "snapshot.jpg")).getWidth()).isEqualTo(640);
    }
  }

  @Test
  void showsWhatWasRecorded() throws Exception {
    JsonNode span = api.json("/api/v1/cameras/" + front + "/recordings").get("spans").get(0);
    Instant from = time(span.get("from"));
    HttpResponse<byte[]> first = get(front, "preview.jpg?at=" + from.plusMillis(1500));
    BufferedImage image = image(first);
    assertThat(image.getWidth()).isEqualTo(320);
    assertThat(image.getHeight()).isEqualTo(180);
    // A keyframe comes each second.
    assertThat(shownAt(first)).isBetween(from, from.plusMillis(1500));
    HttpResponse<byte[]> later = get(front, "preview.jpg?width=160&at=" + from.plusMillis(4500));
    assertThat(shownAt(later)).isBetween(from.plusMillis(3400), from.plusMillis(4500));
    assertThat(image(later).getWidth()).isEqualTo(160);
    HttpResponse<byte[]> same = get(front, "preview.jpg?at=" + from.plusMillis(1500));
    assertThat(same.body()).isEqualTo(first.body());
    assertThat(image(get(yard, "preview.jpg?at=" + lastRecorded(yard))).getWidth()).isEqualTo(320);
  }

  private static Instant lastRecorded(String camera) throws Exception {
    JsonNode spans = api.json("/api/v1/cameras/" + camera + "/recordings").get("spans");
    return time(spans.get(spans.size() - 1).get("to")).minusMillis(1500);
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    assertThat(get(front, "preview.jpg?at=2020-01-01T00:00:00Z").statusCode()).isEqualTo(404);
    assertThat(get(front, "preview.jpg").statusCode()).isEqualTo(422);
    assertThat(get(front, "snapshot.jpg?width=4").statusCode()).isEqualTo(422);
    assertThat(get(front, "live.mjpeg?fps=100").statusCode()).isEqualTo(422);
    assertThat(get("nobody", "snapshot.jpg").statusCode()).isEqualTo(404);
    HttpRequest stranger =
        HttpRequest.newBuilder(
                URI.create(api.root() + "/api/v1/cameras/" + front + "/snapshot.jpg"))
            .build();
    assertThat(HTTP.send(stranger, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
  }

  /** Pictures one after the other; who gets none for a while asks again. */
  private static final class Watched implements AutoCloseable {
    private InputStream in = InputStream.nullInputStream();

    /** Reads so many pictures more. */
    void awaitPictures(int count) throws Exception {
      int seen = 0;
      StringBuilder line = new StringBuilder();
      long deadline = System.nanoTime() + SOON.toNanos();
      while (seen < count) {
        assertThat(System.nanoTime()).as("pictures in time").isLessThan(deadline);
        int next = in.read();
        if (next == '\n') {
          if (line.toString().startsWith("Content-Type: image/jpeg")) {
            seen++;
          }
          line.setLength(0);
        } else if (next >= 0) {
          line.append((char) next);
        } else {
          open();
          line.setLength(0);
        }
      }
    }

    private void open() throws Exception {
      HttpResponse<InputStream> answer =
          HTTP.send(request(front, "live.mjpeg?fps=10&width=320"), BodyHandlers.ofInputStream());
      assertThat(answer.statusCode()).isEqualTo(200);
      in = answer.body();
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  @Test
  void losesNothingButAPictureIfAWorkerIsKilled() throws Exception {
    try (Watched watched = new Watched()) {
      watched.awaitPictures(5);
      image(get(yard, "snapshot.jpg"));
      for (int round = 0; round < 3; round++) {
        Await.until("workers", SOON, () -> vigil.processes(WORKERS), found -> !found.isEmpty());
        vigil.kill(WORKERS);
        watched.awaitPictures(5);
        image(get(yard, "snapshot.jpg"));
      }
    }
    for (String camera : List.of(front, yard)) {
      assertThat(FrameMark.problem(Footage.of(api, camera).frames())).isEmpty();
      JsonNode status = api.json("/api/v1/cameras/" + camera + "/status");
      assertThat(status.toString()).contains("\"lost\":0");
    }
  }

  /** Pixels that are not the same. */
  private static int difference(BufferedImage a, BufferedImage b) {
    int different = 0;
    for (int y = 0; y < a.getHeight(); y++) {
      for (int x = 0; x < a.getWidth(); x++) {
        different += a.getRGB(x, y) == b.getRGB(x, y) ? 0 : 1;
      }
    }
    return different;
  }
}
