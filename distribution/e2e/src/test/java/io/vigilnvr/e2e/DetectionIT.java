package io.vigilnvr.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.tck.FrameMark;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCamera;
import io.vigilnvr.tck.SimulatedCameras;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What happens before a camera becomes an event, and what looks for it disturbs nothing. */
@Timeout(1200)
final class DetectionIT {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final String DECODE_WORKERS = "vigil.decode=";

  /** A busy machine looks at a picture so long after it came. */
  private static final Duration LATEST_LOOK = Duration.ofSeconds(10);

  @TempDir static Path folder;

  /** When whatever decodes was killed: an event of before may be in two parts. */
  private static volatile Instant killed = Instant.EPOCH;

  private static Vigil vigil;
  private static SimulatedCameras cameras;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    cameras = SimulatedCameras.start();
    vigil = Vigil.unpack(folder);
    vigil.start();
    api = vigil.api();
    Await.until(
        "detectors",
        SOON,
        () -> api.get("/api/v1/detectors").body(),
        all -> all.contains("\"motion\"") && all.contains("\"onnx\""));
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

  /** A noisy yard, each 20 s, in which something crosses from second 8 to second 13. */
  private static Sample scene() throws Exception {
    return Sample.file(
        Film.h264(
            folder.resolve("scene.mp4"),
            List.of(
                "-f",
                "lavfi",
                "-i",
                "smptehdbars=s=640x360:r=25:d=20",
                "-f",
                "lavfi",
                "-i",
                "color=white:s=60x120:r=25:d=20",
                "-filter_complex",
                "[0][1]overlay=x=(t-8)*110:y=180:enable='between(t,8,13)',noise=alls=6:allf=t"),
            List.of("-g", "25", "-b:v", "700k")));
  }

  private static String add(
      String name, SimulatedCamera camera, Map<String, ?> recording, List<?> detectors)
      throws Exception {
    URI uri = camera.uri("main");
    Api.Answer answer =
        api.send(
            "POST",
            "/api/v1/cameras",
            Map.of(
                "name",
                name,
                "driver",
                "rtsp",
                "settings",
                Map.of("url", uri.toString()),
                "recording",
                recording,
                "detectors",
                detectors));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.json().get("id").asText();
  }

  private static List<JsonNode> events(String camera, String query) throws Exception {
    List<JsonNode> events = new ArrayList<>();
    api.json("/api/v1/events?camera=" + camera + query).get("items").forEach(events::add);
    return events;
  }

  private static Instant time(JsonNode text) {
    return Instant.parse(text.asText());
  }

  private static long ended(List<JsonNode> events) {
    return events.stream().filter(event -> event.get("endedAt").isTextual()).count();
  }

  private static JsonNode standing(String camera) throws Exception {
    return api.json("/api/v1/cameras/" + camera + "/detectors").at("/items/0");
  }

  private static void assertNothingLost(String camera) throws Exception {
    JsonNode status = api.json("/api/v1/cameras/" + camera + "/status");
    assertThat(status.toString()).contains("\"lost\":0");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void keepsWhatHappensWithItsBeginningAndNamesTheRest() throws Exception {
    SimulatedCamera yard = cameras.camera("yard").stream("main", scene());
    String id =
        add(
            "Yard",
            yard,
            Map.of("mode", "event", "preRollSeconds", 3, "postRollSeconds", 2),
            List.of(Map.of("id", "motion", "settings", Map.of("frames", "all"))));
    Await.until(
        "something moves", SOON.multipliedBy(2), () -> events(id, ""), all -> !all.isEmpty());
    // Whatever decodes may die at any time.
    killed = Instant.now();
    Await.until("a worker to kill", SOON, DetectionIT::killWorkers);
    killed = Instant.now();
    List<JsonNode> events =
        Await.until(
            "three events", SOON.multipliedBy(5), () -> events(id, ""), all -> ended(all) >= 3);
    Collections.reverse(events);
    // Twice in a loop would be one crossing taken for two. Only the one in which workers were
    // killed may be: nothing looks at its pictures until there is another worker.
    for (int i = 1; i < 3; i++) {
      JsonNode before = events.get(i - 1);
      if (!isKilledIn(before)) {
        assertThat(
                Duration.between(
                    time(before.get("startedAt")), time(events.get(i).get("startedAt"))))
            .isGreaterThan(Duration.ofSeconds(10));
      }
    }

    // The first one, too, which workers were started for, and the one that they were killed in.
    List<JsonNode> judged = events.subList(0, 3);
    for (JsonNode event : judged) {
      assertThat(event.get("type").asText()).isEqualTo("motion");
      assertThat(event.get("detector").asText()).isEqualTo("motion");
      assertThat(time(event.get("endedAt"))).isAfter(time(event.get("startedAt")));
    }
    JsonNode ledger =
        Await.until(
            "events are recorded with what was before and after, and the rest is named",
            SOON.multipliedBy(5),
            () -> api.json("/api/v1/cameras/" + id + "/recordings"),
            now ->
                judged.stream().allMatch(event -> isKept(now, event, 2500, 1500))
                    && !gaps(now, "no-event").isEmpty());
    Cameras.assertCovered(ledger, Instant.EPOCH);
    // Of the one that a worker died in there may be none.
    String path =
        Await.until(
                "a picture of one is kept",
                SOON,
                () ->
                    judged.stream()
                        .map(event -> "/api/v1/events/" + event.get("id").asText())
                        .filter(DetectionIT::hasSnapshot)
                        .findFirst(),
                Optional::isPresent)
            .orElseThrow();
    BufferedImage picture =
        ImageIO.read(new ByteArrayInputStream(api.bytes(path + "/snapshot.jpg")));
    assertThat(picture.getWidth()).isGreaterThanOrEqualTo(320);
    assertThat(FrameMark.in(api.bytes(path + "/clip.mp4")).size()).isGreaterThan(100);
    assertNothingLost(id);
  }

  /** Whether workers were killed while it lasted, or before all of its pictures were looked at. */
  private static boolean isKilledIn(JsonNode event) {
    return !time(event.get("startedAt")).isAfter(killed)
        && time(event.get("endedAt")).plus(LATEST_LOOK).isAfter(killed);
  }

  private static boolean hasSnapshot(String event) {
    try {
      return api.json(event).get("hasSnapshot").asBoolean();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean killWorkers() {
    List<ProcessHandle> workers = vigil.processes(DECODE_WORKERS);
    workers.forEach(ProcessHandle::destroyForcibly);
    return !workers.isEmpty();
  }

  private static List<JsonNode> gaps(JsonNode ledger, String cause) {
    List<JsonNode> gaps = new ArrayList<>();
    ledger
        .get("gaps")
        .forEach(
            gap -> {
              if (gap.get("cause").asText().equals(cause)) {
                gaps.add(gap);
              }
            });
    return gaps;
  }

  /**
   * Whether an event is recorded with what was before and after it, as far as the camera had sent
   * anything by then.
   */
  private static boolean isKept(JsonNode ledger, JsonNode event, int beforeMs, int afterMs) {
    Instant from = time(event.get("startedAt")).minusMillis(beforeMs);
    Instant to = time(event.get("endedAt")).plusMillis(afterMs);
    boolean named =
        gaps(ledger, "no-event").stream()
            .anyMatch(
                gap -> time(gap.get("from")).isBefore(to) && time(gap.get("to")).isAfter(from));
    JsonNode spans = ledger.get("spans");
    if (named || spans.isEmpty()) {
      return false;
    }
    Instant first = time(spans.get(0).get("from"));
    return covers(ledger, from.isBefore(first) ? first : from, to);
  }

  private static boolean covers(JsonNode ledger, Instant from, Instant to) {
    for (JsonNode span : ledger.get("spans")) {
      if (!time(span.get("from")).isAfter(from) && !time(span.get("to")).isBefore(to)) {
        return true;
      }
    }
    return false;
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void losesNothingToADetectorThatThrowsBlocksOrFloods() throws Exception {
    Path jar = StrangersPlugin.detector(folder);
    Files.move(jar, vigil.deploy().resolve(jar.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    Await.until("deployed", SOON, () -> api.get("/api/v1/detectors").body().contains("\"acme\""));
    List<String> ids = new ArrayList<>();
    for (String mood : List.of("throw", "block", "flood")) {
      SimulatedCamera camera = cameras.camera(mood).stream("main", Sample.main());
      ids.add(
          add(
              mood,
              camera,
              Map.of("mode", "continuous"),
              List.of(Map.of("id", "acme", "settings", Map.of("mood", mood)))));
    }
    for (String id : ids.subList(0, 2)) {
      JsonNode failed =
          Await.until(
              "failed",
              SOON,
              () -> standing(id),
              now -> now.path("state").asText().equals("failed"));
      assertThat(failed.get("cause").asText()).isNotBlank();
    }
    Await.until("frames", SOON, () -> standing(ids.get(2)).path("frames").asLong() > 10);
    Files.delete(vigil.deploy().resolve(jar.getFileName()));
    for (String id : ids) {
      Await.until(
          "removed", SOON, () -> standing(id), now -> now.path("state").asText().equals("missing"));
      assertThat(FrameMark.problem(Footage.of(api, id).frames())).isEmpty();
      assertNothingLost(id);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void namesASettingThatADetectorRefuses() throws Exception {
    Api.Answer answer =
        api.send(
            "POST",
            "/api/v1/cameras",
            Map.of(
                "name",
                "Wrong",
                "driver",
                "rtsp",
                "settings",
                Map.of("url", "rtsp://127.0.0.1:9/none"),
                "detectors",
                List.of(Map.of("id", "onnx", "settings", Map.of("labels", List.of("person=2"))))));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().at("/errors/0/pointer").asText())
        .isEqualTo("/detectors/0/settings/labels/0");
  }

  /** A stretch of a film in which a person is seen, in seconds; known to less than a second. */
  private record Seen(double from, double to) {
    private static final double EDGE = 1.5;

    /** Whether something may be of this person: it ends soon after it began. */
    boolean holds(double start, double end) {
      return start > from - EDGE && end < to + EDGE;
    }
  }

  /**
   * What of the footage is shown again and again, and who is there when.
   *
   * @param parts seconds of the footage, from and to
   */
  private record Showing(List<List<Double>> parts, List<Seen> persons) {
    /** Two of the persons, one after the other, with more time between them than off-delays. */
    static final Showing SHORT =
        new Showing(
            List.of(List.of(71.0, 90.95), List.of(121.5, 138.85)),
            List.of(new Seen(4, 15.7), new Seen(22, 34.2)));

    static final Showing ALL =
        new Showing(
            List.of(List.of(0.0, 138.95)),
            List.of(
                new Seen(6, 19.7),
                new Seen(23, 44.7),
                new Seen(50, 69.7),
                new Seen(75, 86.7),
                new Seen(92, 119.7),
                new Seen(123.5, 135.7)));

    Path film(Path footage) throws Exception {
      String chosen =
          parts.stream()
              .map(part -> "between(t," + part.get(0) + "," + part.get(1) + ")")
              .collect(Collectors.joining("+"));
      return Film.h264(
          folder.resolve("persons.mp4"),
          List.of("-i", footage.toString(), "-vf", "select='" + chosen + "',setpts=N/10/TB"),
          List.of("-g", "20"));
    }
  }

  /** Files that are too large to come along, and are not ours to hand on. */
  private static Path shared(String file) {
    String folder = System.getenv("VIGIL_SHARED");
    Path path =
        (folder == null ? Path.of(System.getProperty("vigil.ui"), "../../shared") : Path.of(folder))
            .resolve(file)
            .normalize();
    assumeTrue(Files.exists(path), "left out: there is no " + file);
    return path;
  }

  /**
   * All six persons take 140 s; two are enough unless all are asked for. When somebody was seen is
   * told by what the camera wrote into its pictures: however late a busy machine sees a person, it
   * is while that person is there.
   */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void seesEachPersonOnce() throws Exception {
    Path model = shared("models/yolox_nano_416.onnx");
    Path footage = shared("footage/one-by-one-person-detection.mp4");
    Showing showing = Boolean.getBoolean("vigil.footage.all") ? Showing.ALL : Showing.SHORT;
    List<Seen> persons = showing.persons();
    Path film = showing.film(footage);
    Sample sample = Sample.file(film);
    BufferedImage nobody = firstPicture(film);
    Api.Answer installed = api.upload("/api/v1/models", model, "catalog", "yolox-nano");
    assertThat(installed.status()).as(installed.body()).isEqualTo(201);
    Await.until(
        "the model is there",
        SOON,
        () -> api.json("/api/v1/models").toString().contains("\"state\":\"ready\""));

    SimulatedCamera hall = cameras.camera("hall").stream("main", sample);
    String id =
        add(
            "Hall",
            hall,
            Map.of("mode", "event", "preRollSeconds", 2, "postRollSeconds", 1),
            List.of(
                Map.of("id", "motion", "settings", Map.of("frames", "all", "events", false)),
                Map.of("id", "onnx", "settings", Map.of("labels", List.of("person=0.5")))));
    JsonNode any =
        Await.until("a person", SOON.multipliedBy(3), () -> ofPersons(id), seen -> !seen.isEmpty())
            .get(0);
    JsonNode recorded =
        Await.until(
            "it is recorded",
            SOON,
            () -> api.json("/api/v1/cameras/" + id + "/recordings"),
            now -> covers(now, time(any.get("startedAt")), time(any.get("endedAt"))));
    assertThat(recorded.get("spans")).isNotEmpty();
    String clip = "/api/v1/events/" + any.get("id").asText() + "/clip.mp4";
    Instant zero = beginning(FrameMark.in(api.bytes(clip)), sample);
    var timetable = new Timetable(zero, sample.pictures() / sample.frameRate(), persons);
    List<JsonNode> events =
        Await.until(
            "each person once, one after the other, and the first again",
            SOON.multipliedBy(8),
            () -> timetable.showing(ofPersons(id)),
            found -> !found.isEmpty());
    for (JsonNode event : events) {
      assertThat(event.at("/data/model").asText()).isEqualTo("yolox-nano");
      assertPersonInBox(nobody, event);
    }
    Await.until(
        "all of it is recorded, and the rest is named",
        SOON.multipliedBy(5),
        () -> api.json("/api/v1/cameras/" + id + "/recordings"),
        now ->
            events.stream().allMatch(event -> isKept(now, event, 1500, 0))
                && !gaps(now, "no-event").isEmpty());
    assertNothingLost(id);
    if (showing.equals(Showing.ALL)) {
      timetable.print(events);
    }
  }

  /** Events of persons that are over, the oldest first. */
  private static List<JsonNode> ofPersons(String camera) throws Exception {
    List<JsonNode> events = events(camera, "&label=person&limit=500&from=" + killed);
    events.removeIf(event -> !event.get("endedAt").isTextual());
    Collections.reverse(events);
    return events;
  }

  /**
   * Who an event is of. A machine that has to do something else for seconds may see somebody late,
   * twice or not at all; then it is the next showing that counts.
   */
  private record Timetable(Instant zero, double length, List<Seen> persons) {
    /** Events of each person, in order, with that of the first again next; empty if none are. */
    List<JsonNode> showing(List<JsonNode> events) {
      int count = persons.size() + 1;
      List<Integer> who = events.stream().map(this::personOf).toList();
      for (int i = 0; i + count <= events.size(); i++) {
        List<JsonNode> some = events.subList(i, i + count);
        if (isCycle(who.subList(i, i + count)) && isOneShowing(some)) {
          return List.copyOf(some.subList(0, persons.size()));
        }
      }
      return List.of();
    }

    /** For whoever asked for all of them: each one's event and clip, in seconds of the film. */
    void print(List<JsonNode> events) throws Exception {
      System.out.printf("person  there           event           score  label   clip%n");
      for (JsonNode event : events) {
        int who = personOf(event);
        Instant from = time(event.get("startedAt"));
        double start = seconds(from);
        List<Long> clip =
            FrameMark.in(api.bytes("/api/v1/events/" + event.get("id").asText() + "/clip.mp4"))
                .stream()
                .map(FrameMark::sentMicros)
                .sorted()
                .toList();
        Instant first = Instant.EPOCH.plus(clip.get(0), ChronoUnit.MICROS);
        double before = Duration.between(first, from).toMillis() / 1e3;
        double kept = (clip.get(clip.size() - 1) - clip.get(0)) / 1e6;
        System.out.printf(
            "%6d  %5.1f to %5.1f  %5.1f to %5.1f  %.3f  %-6s  %5.1f to %5.1f%n",
            who + 1,
            persons.get(who).from(),
            persons.get(who).to(),
            start,
            start + lasted(event),
            event.get("score").asDouble(),
            event.get("label").asText(),
            start - before,
            start - before + kept);
      }
    }

    /** Who of them an event is of, by when the film showed what it is of; -1 if of none. */
    private int personOf(JsonNode event) {
      double start = seconds(time(event.get("startedAt")));
      for (int i = 0; i < persons.size(); i++) {
        if (persons.get(i).holds(start, start + lasted(event))) {
          return i;
        }
      }
      return -1;
    }

    private static double lasted(JsonNode event) {
      return Duration.between(time(event.get("startedAt")), time(event.get("endedAt"))).toMillis()
          / 1e3;
    }

    /** When the film showed it. */
    private double seconds(Instant time) {
      return Duration.between(zero, time).toMillis() / 1e3 % length;
    }

    private boolean isCycle(List<Integer> who) {
      return IntStream.range(0, who.size())
          .allMatch(i -> who.get(0) >= 0 && who.get(i) == (who.get(0) + i) % persons.size());
    }

    private boolean isOneShowing(List<JsonNode> events) {
      Duration lasted =
          Duration.between(
              time(events.get(0).get("startedAt")),
              time(events.get(events.size() - 1).get("startedAt")));
      return lasted.toMillis() < 1500 * length;
    }
  }

  /** When the camera would have sent its very first picture. */
  private static Instant beginning(List<FrameMark> marks, Sample sample) {
    long micros =
        marks.stream()
            .mapToLong(
                mark -> mark.sentMicros() - Math.round(1e6 * mark.number() / sample.frameRate()))
            .min()
            .orElseThrow();
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private static BufferedImage firstPicture(Path film) throws Exception {
    Path picture = folder.resolve("nobody.png");
    Vigil.run(
        List.of(
            "ffmpeg",
            "-y",
            "-v",
            "error",
            "-i",
            film.toString(),
            "-frames:v",
            "1",
            picture.toString()));
    return ImageIO.read(picture.toFile());
  }

  /** What is in the box is not what is there when nobody is. */
  private static void assertPersonInBox(BufferedImage without, JsonNode event) throws Exception {
    BufferedImage with =
        ImageIO.read(
            new ByteArrayInputStream(
                api.bytes("/api/v1/events/" + event.get("id").asText() + "/snapshot.jpg")));
    JsonNode box = event.get("box");
    double inside = 0;
    double outside = 0;
    int insideCount = 0;
    int outsideCount = 0;
    for (int y = 0; y < with.getHeight(); y += 2) {
      for (int x = 0; x < with.getWidth(); x += 2) {
        int there =
            without.getRGB(
                x * without.getWidth() / with.getWidth(),
                y * without.getHeight() / with.getHeight());
        int difference = Math.abs(((with.getRGB(x, y) >> 8) & 0xff) - ((there >> 8) & 0xff));
        double left = (double) x / with.getWidth() - box.get("x").asDouble();
        double top = (double) y / with.getHeight() - box.get("y").asDouble();
        if (left >= 0
            && left <= box.get("width").asDouble()
            && top >= 0
            && top <= box.get("height").asDouble()) {
          inside += difference;
          insideCount++;
        } else {
          outside += difference;
          outsideCount++;
        }
      }
    }
    assertThat(inside / insideCount)
        .as("change in the box of %s", event)
        .isGreaterThan(1.5 * outside / outsideCount);
  }
}
