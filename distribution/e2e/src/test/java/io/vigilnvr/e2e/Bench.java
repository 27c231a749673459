package io.vigilnvr.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigilnvr.tck.FrameMark;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What recording costs: Vigil with each of its ingest engines and {@code ffmpeg -c copy}, one after
 * the other on the same simulated cameras (1080p25, 4 Mb/s, RTSP over TCP). CPU is user and system
 * time of all processes of the recorder, in percent of one core for each camera, over a window
 * after a warm-up; memory is the proportional set size at its end. The cameras' own cost is not
 * counted.
 */
public final class Bench {
  private static final Duration WARM_UP = Duration.ofSeconds(30);
  private static final Duration WINDOW =
      Duration.parse(System.getProperty("vigil.bench.window", "PT20S"));

  private static final String FFMPEG = "ffmpeg -c copy";

  /** The engines of Vigil, by the id that a camera chooses them with, and the peer. */
  private static final List<String> RECORDERS = List.of("rtsp", "gstreamer", FFMPEG);

  /** Which of them are measured. */
  private static final Pattern CHOSEN =
      Pattern.compile(System.getProperty("vigil.bench.recorders", ".*"));

  private Bench() {}

  /**
   * @param args folder for scratch data, file for the JSON, then the numbers of cameras
   */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]).toAbsolutePath());
    ArrayNode results = Api.JSON.createArrayNode();
    Path sample = sample(folder);
    for (int i = 2; i < args.length; i++) {
      int cameras = Integer.parseInt(args[i]);
      for (String recorder : RECORDERS) {
        if (!CHOSEN.matcher(recorder).lookingAt()) {
          continue;
        }
        Path scratch = folder.resolve(recorder + "-" + cameras);
        results.add(
            recorder.equals(FFMPEG)
                ? ffmpeg(scratch, sample, cameras)
                : vigil(scratch, sample, cameras, recorder));
        delete(scratch);
      }
    }
    Files.writeString(Path.of(args[1]), results.toPrettyString());
    print(results);
  }

  /** Encodes what the cameras send, once. */
  static Path sample(Path folder) throws Exception {
    return Film.h264(
        folder.resolve("1080p25-4M.mp4"),
        Film.moving("1920x1080", 25, 20, 6),
        List.of(
            "-profile:v",
            "main",
            "-b:v",
            "4M",
            "-maxrate",
            "4M",
            "-bufsize",
            "4M",
            "-g",
            "50",
            "-keyint_min",
            "50",
            "-sc_threshold",
            "0",
            "-x264-params",
            "nal-hrd=cbr:force-cfr=1"));
  }

  private static ObjectNode vigil(Path folder, Path sample, int count, String engine)
      throws Exception {
    try (Peer cameras = Peer.cameras(sample, count);
        Vigil vigil = Vigil.unpack(folder)) {
      Instant launched = Instant.now();
      vigil.start();
      double firstBoot = seconds(Duration.between(launched, Instant.now()));
      Api api = vigil.api();
      List<String> ids = new ArrayList<>();
      for (URI uri : cameras.uris()) {
        ids.add(Cameras.add(api, "cam " + ids.size(), uri, Map.of("engine", engine)));
      }
      for (String id : ids) {
        Await.until(
            id + " streams",
            Duration.ofSeconds(60),
            () -> api.json("/api/v1/cameras/" + id + "/status").get("state").asText(),
            "streaming"::equals);
      }
      TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
      Map<String, Predicate<String>> parts = new LinkedHashMap<>();
      parts.put("platform", line -> line.contains("org.apache.karaf.main.Main"));
      parts.put("workers", line -> line.contains("ingest.worker"));
      parts.put("database", line -> line.contains("postgres"));
      Map<String, Usage> before = usage(vigil, parts);
      TimeUnit.NANOSECONDS.sleep(WINDOW.toNanos());
      Map<String, Usage> after = usage(vigil, parts);

      ObjectNode result = row("vigil, " + engine, count, before.get("all"), after.get("all"));
      for (String part : parts.keySet()) {
        ObjectNode node = result.putObject(part);
        node.put("cpuPercentPerCamera", percent(before.get(part), after.get(part), count));
        node.put("pssMib", after.get(part).pssKib() / 1024);
      }
      // What is read back now would only grow else.
      cameras.stop();
      long lost = 0;
      long recorded = 0;
      int broken = 0;
      for (String id : ids) {
        for (JsonNode stream : api.json("/api/v1/cameras/" + id + "/status").get("streams")) {
          lost += stream.get("accessUnits").get("lost").asLong();
          recorded += stream.get("accessUnits").get("recorded").asLong();
        }
        if (FrameMark.problem(Footage.of(api, id).frames()).isPresent()) {
          broken++;
        }
      }
      result.put("recorded", recorded).put("lost", lost).put("camerasWithMissingFrames", broken);
      result.put("firstBootSeconds", firstBoot);
      Instant stopping = Instant.now();
      vigil.stop();
      result.put("stopSeconds", seconds(Duration.between(stopping, Instant.now())));
      Instant again = Instant.now();
      vigil.start();
      result.put("secondBootSeconds", seconds(Duration.between(again, Instant.now())));
      return result;
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  private static ObjectNode ffmpeg(Path folder, Path sample, int count) throws Exception {
    Files.createDirectories(folder);
    List<Process> recorders = new ArrayList<>();
    try (Peer cameras = Peer.cameras(sample, count)) {
      for (URI uri : cameras.uris()) {
        recorders.add(
            new ProcessBuilder(
                    "ffmpeg",
                    "-v",
                    "error",
                    "-nostdin",
                    "-rtsp_transport",
                    "tcp",
                    "-i",
                    uri.toString(),
                    "-c",
                    "copy",
                    "-f",
                    "segment",
                    "-segment_time",
                    "10",
                    folder.resolve(recorders.size() + "-%05d.mp4").toString())
                .inheritIO()
                .start());
      }
      TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
      List<ProcessHandle> handles = recorders.stream().map(Process::toHandle).toList();
      Usage before = Usage.of(handles);
      TimeUnit.NANOSECONDS.sleep(WINDOW.toNanos());
      return row(FFMPEG, count, before, Usage.of(handles));
    } finally {
      recorders.forEach(Process::destroy);
      for (Process recorder : recorders) {
        recorder.waitFor(10, TimeUnit.SECONDS);
      }
    }
  }

  private static Map<String, Usage> usage(Vigil vigil, Map<String, Predicate<String>> parts)
      throws IOException {
    List<ProcessHandle> family = vigil.family();
    Map<String, Usage> usage = new LinkedHashMap<>();
    usage.put("all", Usage.of(family));
    parts.forEach(
        (name, wanted) ->
            usage.put(
                name,
                Usage.of(
                    family.stream()
                        .filter(process -> wanted.test(Vigil.commandLine(process.pid())))
                        .toList())));
    return usage;
  }

  private static ObjectNode row(String recorder, int cameras, Usage before, Usage after) {
    return Api.JSON
        .createObjectNode()
        .put("recorder", recorder)
        .put("cameras", cameras)
        .put("cpuPercentPerCamera", percent(before, after, cameras))
        .put("pssMib", after.pssKib() / 1024);
  }

  private static double percent(Usage before, Usage after, int cameras) {
    double ticks = after.cpuTicks() - before.cpuTicks();
    return Math.round(1000 * ticks / seconds(WINDOW) / cameras) / 1000.0;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static void print(ArrayNode results) {
    System.out.printf("%-16s %8s %14s %10s%n", "recorder", "cameras", "CPU %/camera", "PSS MiB");
    for (JsonNode row : results) {
      System.out.printf(
          "%-16s %8d %14.3f %10d%n",
          row.get("recorder").asText(),
          row.get("cameras").asInt(),
          row.get("cpuPercentPerCamera").asDouble(),
          row.get("pssMib").asLong());
    }
    System.out.println(results.toPrettyString());
  }

  /** Simulated cameras in a process of their own, so that their cost is not the recorder's. */
  record Peer(Process process, List<URI> uris) implements AutoCloseable {
    static Peer cameras(Path sample, int count) throws Exception {
      List<String> command =
          new ArrayList<>(
              List.of(
                  System.getProperty("java.home") + "/bin/java",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "io.vigilnvr.tck.SimulatedCameras",
                  "--exit-with-parent",
                  "--port",
                  "0",
                  "--sample",
                  sample.toString(),
                  "--cameras",
                  String.valueOf(count)));
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
      String ready = lines.readLine();
      while (ready != null && !ready.startsWith("READY")) {
        ready = lines.readLine();
      }
      if (ready == null) {
        throw new AssertionError("the simulated cameras did not start");
      }
      String base = ready.replaceAll("^.*(rtsp://[^ /]+).*$", "$1");
      List<URI> uris = new ArrayList<>();
      for (int i = 1; i <= count; i++) {
        uris.add(URI.create(base + "/cam" + i + "/main"));
      }
      return new Peer(process, uris);
    }

    @Override
    public void close() {
      stop();
    }

    void stop() {
      process.destroy();
      process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
    }
  }
}
