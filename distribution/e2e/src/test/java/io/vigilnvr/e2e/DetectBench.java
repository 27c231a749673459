package io.vigilnvr.e2e;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What looking for motion costs beyond recording: CPU of all processes of Vigil, in percent of a
 * core for each camera, on the same cameras with and without a detector. The pictures never stand
 * still, so this is the most that it costs.
 */
public final class DetectBench {
  private static final Duration SETTLE = Duration.ofSeconds(25);
  private static final Duration WINDOW = Duration.ofSeconds(30);
  private static final int CAMERAS = 8;

  private DetectBench() {}

  /**
   * @param args folder for scratch data, file for the JSON
   */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]).toAbsolutePath());
    ArrayNode results = Api.JSON.createArrayNode();
    results.add(
        measure(
            folder,
            "main 1920x1080, 25/s: keyframes, each 2 s",
            Bench.sample(folder),
            "keyframes"));
    results.add(measure(folder, "sub 640x360, 15/s: 5 pictures a second", sub(folder), "all"));
    Files.writeString(Path.of(args[1]), results.toPrettyString());
    System.out.println(results.toPrettyString());
  }

  private static Path sub(Path folder) throws Exception {
    return Film.h264(
        folder.resolve("640x360.mp4"),
        Film.moving("640x360", 15, 20, 6),
        List.of("-b:v", "500k", "-g", "30"));
  }

  private static ObjectNode measure(Path folder, String what, Path sample, String frames)
      throws Exception {
    Path scratch = Files.createTempDirectory(folder, "detect");
    try (Bench.Peer cameras = Bench.Peer.cameras(sample, CAMERAS);
        Vigil vigil = Vigil.unpack(scratch)) {
      vigil.start();
      Api api = vigil.api();
      List<String> paths = new ArrayList<>();
      for (URI uri : cameras.uris()) {
        String id = Cameras.add(api, "cam " + paths.size(), uri, Map.of());
        paths.add("/api/v1/cameras/" + id);
      }
      double without = percent(vigil);
      for (String path : paths) {
        Api.Answer answer =
            api.patch(
                path,
                api.etag(path),
                Map.of(
                    "detectors",
                    List.of(Map.of("id", "motion", "settings", Map.of("frames", frames)))));
        if (answer.status() != 200) {
          throw new AssertionError(answer.body());
        }
      }
      double with = percent(vigil);
      long lost = 0;
      long looked = 0;
      for (String path : paths) {
        lost += api.json(path + "/status").at("/streams/0/accessUnits/lost").asLong();
        looked += api.json(path + "/detectors").at("/items/0/frames").asLong();
      }
      return Api.JSON
          .createObjectNode()
          .put("what", what)
          .put("cameras", CAMERAS)
          .put("recordingPercentPerCamera", without)
          .put("withMotionPercentPerCamera", with)
          .put("motionPercentPerCamera", Math.round(1000 * (with - without)) / 1000.0)
          .put("framesLookedAt", looked)
          .put("lost", lost);
    }
  }

  private static double percent(Vigil vigil) throws Exception {
    TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
    Usage before = Usage.of(vigil.family());
    TimeUnit.NANOSECONDS.sleep(WINDOW.toNanos());
    double ticks = Usage.of(vigil.family()).cpuTicks() - before.cpuTicks();
    return Math.round(1000 * ticks / WINDOW.toSeconds() / CAMERAS) / 1000.0;
  }
}
