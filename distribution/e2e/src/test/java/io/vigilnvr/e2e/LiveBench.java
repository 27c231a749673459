package io.vigilnvr.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigilnvr.tck.FrameMark;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCameras;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What live viewing takes: how long until the first picture, how long a picture is on its way from
 * the camera to a client and to the screen of a browser (by the time that the simulated camera
 * writes into it), and what many viewers cost, some of whom do not read, while everything is
 * recorded. Cameras and clients run in this process, beside Vigil and the browser on the same
 * machine.
 */
public final class LiveBench {
  private static final Duration WINDOW = Duration.ofSeconds(20);
  private static final int CAMERAS = 4;
  private static final int CONNECTS = 20;
  private static final int TILES = 9;

  private LiveBench() {}

  /**
   * @param args folder for scratch data, file for the JSON, then the numbers of viewers and of
   *     those among them that do not read
   */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]).toAbsolutePath());
    int viewers = args.length > 2 ? Integer.parseInt(args[2]) : 200;
    int slow = args.length > 3 ? Integer.parseInt(args[3]) : 50;
    ObjectNode result = Api.JSON.createObjectNode();
    try (SimulatedCameras cameras = SimulatedCameras.start();
        Vigil vigil = Vigil.unpack(folder.resolve("live"))) {
      vigil.start();
      Api api = vigil.api();
      Sample sample = Sample.file(Bench.sample(folder));
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < CAMERAS; i++) {
        URI uri = cameras.camera("cam" + i).stream("main", sample).uri("main");
        String id = Cameras.add(api, "cam " + i, uri, Map.of());
        ids.add(id);
        Await.until(
            id + " streams",
            Duration.ofSeconds(60),
            () -> api.json("/api/v1/cameras/" + id + "/status").get("state").asText(),
            "streaming"::equals);
      }
      TimeUnit.SECONDS.sleep(10);
      firstPictures(vigil, api, ids.get(0), result);

      Load nobody = measure(vigil, api, ids.get(0));
      nobody.into(result.putObject("oneViewer"));
      try (Crowd crowd = Crowd.of(vigil, api, ids, viewers, slow)) {
        TimeUnit.SECONDS.sleep(5);
        long bytes = crowd.bytes();
        Load many = measure(vigil, api, ids.get(0));
        ObjectNode node = result.putObject("manyViewers");
        many.into(node);
        node.put("viewers", viewers).put("notReading", slow);
        node.put(
            "megabitsPerSecond",
            Math.round((crowd.bytes() - bytes) * 8 / 1e6 / WINDOW.toSeconds()));
        node.put("cpuPercentMore", round(many.cpuPercent - nobody.cpuPercent));
        node.put("pssKibMorePerViewer", (many.pssKib - nobody.pssKib) / viewers);
        node.put("millisLaterP50", round(many.millis(50) - nobody.millis(50)));
        node.put("stillOpen", crowd.open());
      }
      boolean browser = Browser.installed().isPresent();
      ObjectNode seen = result.putObject("browser").put("installed", browser);
      if (browser) {
        delay(vigil, ids.get(0), seen.putObject("1080p25"));
      }
      recorded(api, ids, result);
      if (browser) {
        for (String id : ids) {
          api.delete("/api/v1/cameras/" + id);
        }
        tiles(vigil, api, cameras, seen);
      }
    }
    Files.writeString(Path.of(args[1]), result.toPrettyString());
    System.out.println(result.toPrettyString());
  }

  /** From the start of connecting to the first whole fragment. */
  private static void firstPictures(Vigil vigil, Api api, String id, ObjectNode result)
      throws Exception {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < CONNECTS; i++) {
      long started = LiveIT.Viewer.nowMicros();
      try (LiveIT.Viewer viewer = watch(vigil, api, id)) {
        Await.until("a picture", Duration.ofSeconds(10), () -> !viewer.fragments().isEmpty());
        millis.add((viewer.fragments().get(0).atMicros() - started) / 1000.0);
      }
    }
    ObjectNode node = result.putObject("firstPicture");
    node.put("connects", CONNECTS).put("coldMillis", round(millis.get(0)));
    List<Double> warm = millis.subList(1, millis.size()).stream().sorted().toList();
    node.put("p50Millis", round(percentile(warm, 50)));
    node.put("maxMillis", round(percentile(warm, 100)));
  }

  private static LiveIT.Viewer watch(Vigil vigil, Api api, String id) {
    return LiveIT.Viewer.open(
        vigil.root(),
        "/api/v1/cameras/" + id + "/live",
        Map.of("Authorization", "Bearer " + api.token()));
  }

  /** What one viewer sees, and the platform uses, over the window. */
  private record Load(List<Double> sorted, double cpuPercent, long pssKib, String holes) {
    double millis(int percent) {
      return percentile(sorted, percent);
    }

    void into(ObjectNode node) {
      node.put("pictures", sorted.size());
      node.put("cameraToClientP50Millis", round(millis(50)));
      node.put("cameraToClientP99Millis", round(millis(99)));
      node.put("platformCpuPercent", round(cpuPercent));
      node.put("platformPssMib", pssKib / 1024);
      node.put("holes", holes);
    }
  }

  private static Load measure(Vigil vigil, Api api, String id) throws Exception {
    List<ProcessHandle> platform = vigil.processes("org.apache.karaf.main.Main");
    try (LiveIT.Viewer viewer = watch(vigil, api, id)) {
      TimeUnit.SECONDS.sleep(3);
      int from = viewer.messages().size();
      Usage before = Usage.of(platform);
      TimeUnit.NANOSECONDS.sleep(WINDOW.toNanos());
      Usage after = Usage.of(platform);
      List<Double> millis = new ArrayList<>();
      List<LiveIT.Viewer.Message> seen = List.copyOf(viewer.messages());
      for (LiveIT.Viewer.Message message : seen.subList(from, seen.size())) {
        for (FrameMark mark : FrameMark.in(message.bytes())) {
          millis.add((message.atMicros() - mark.sentMicros()) / 1000.0);
        }
      }
      return new Load(
          millis.stream().sorted().toList(),
          (after.cpuTicks() - before.cpuTicks()) / (double) WINDOW.toSeconds(),
          after.pssKib(),
          FrameMark.problem(viewer.frames()).orElse(""));
    }
  }

  private static void delay(Vigil vigil, String id, ObjectNode node) throws Exception {
    Process process =
        Browser.start(
            "watch.mjs",
            "delay",
            watching(vigil, Map.of("camera", id, "seconds", WINDOW.toSeconds())));
    node.setAll((ObjectNode) Api.JSON.readTree(process.getInputStream().readAllBytes()));
  }

  private static Map<String, Object> watching(Vigil vigil, Map<String, ?> more) {
    Map<String, Object> facts = new HashMap<>(more);
    // A browser takes a cookie for secure places on http only from localhost.
    facts.put("root", vigil.root().replace("127.0.0.1", "localhost"));
    facts.put("username", "admin");
    facts.put("password", Vigil.PASSWORD);
    return facts;
  }

  /** What a browser uses, with all its processes, to show many small pictures. */
  private static void tiles(Vigil vigil, Api api, SimulatedCameras cameras, ObjectNode node)
      throws Exception {
    String last = "";
    for (int i = 1; i <= TILES; i++) {
      URI uri = cameras.camera("tile" + i).stream("main", Sample.main()).uri("main");
      last = Cameras.add(api, "tile " + i, uri, Map.of());
    }
    delay(vigil, last, node.putObject("360p25"));
    Process process = Browser.start("watch.mjs", "tiles", watching(vigil, Map.of("count", TILES)));
    try (BufferedReader said = process.inputReader()) {
      if (said.readLine() == null) {
        throw new AssertionError("the browser showed nothing");
      }
      TimeUnit.SECONDS.sleep(5);
      List<ProcessHandle> all = Browser.processes(process);
      Usage before = Usage.of(all);
      TimeUnit.NANOSECONDS.sleep(WINDOW.toNanos());
      Usage after = Usage.of(all);
      node.put("tiles", TILES);
      node.put(
          "tilesCpuPercent",
          round((after.cpuTicks() - before.cpuTicks()) / (double) WINDOW.toSeconds()));
      node.put("tilesPssMib", after.pssKib() / 1024);
    } finally {
      process.getOutputStream().close();
      process.waitFor(20, TimeUnit.SECONDS);
      process.destroy();
    }
  }

  private static void recorded(Api api, List<String> ids, ObjectNode result) throws Exception {
    long lost = 0;
    long units = 0;
    int broken = 0;
    for (String id : ids) {
      for (JsonNode stream : api.json("/api/v1/cameras/" + id + "/status").get("streams")) {
        lost += stream.get("accessUnits").get("lost").asLong();
        units += stream.get("accessUnits").get("recorded").asLong();
      }
      broken += FrameMark.problem(Footage.of(api, id).frames()).isPresent() ? 1 : 0;
    }
    result.put("recorded", units).put("lost", lost).put("camerasWithMissingFrames", broken);
  }

  private static double percentile(List<Double> sorted, int percent) {
    return sorted.isEmpty()
        ? Double.NaN
        : sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  private static double round(double value) {
    return Math.round(value * 10) / 10.0;
  }

  /** Viewers that look at nothing, or do not even read until they are asked; one thread for all. */
  private static final class Crowd implements AutoCloseable {
    private final Selector selector = Selector.open();
    private final Map<SocketChannel, AtomicLong> channels = new HashMap<>();
    private final List<SocketChannel> slow = new ArrayList<>();
    private final ByteBuffer sink = ByteBuffer.allocateDirect(256 << 10);
    private final Thread thread = new Thread(this::read, "crowd");
    private volatile boolean over;

    Crowd() throws IOException {}

    static Crowd of(Vigil vigil, Api api, List<String> ids, int viewers, int slow)
        throws IOException {
      var crowd = new Crowd();
      URI root = URI.create(vigil.root());
      for (int i = 0; i < viewers; i++) {
        crowd.join(root, api.token(), ids.get(i % ids.size()), i >= slow);
      }
      crowd.thread.start();
      return crowd;
    }

    private void join(URI root, String token, String id, boolean reads) throws IOException {
      SocketChannel channel = SocketChannel.open();
      if (!reads) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 64 << 10);
      }
      channel.connect(new InetSocketAddress(root.getHost(), root.getPort()));
      String request =
          "GET /api/v1/cameras/"
              + id
              + "/live HTTP/1.1\r\nHost: "
              + root.getAuthority()
              + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer "
              + token
              + "\r\n\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer answer = ByteBuffer.allocate(12);
      while (answer.hasRemaining() && channel.read(answer) >= 0) {
        // The rest of the answer is read with what follows.
      }
      String status = new String(answer.array(), StandardCharsets.US_ASCII);
      if (!status.equals("HTTP/1.1 101")) {
        throw new IOException("not let in: " + status);
      }
      channel.configureBlocking(false);
      channels.put(channel, new AtomicLong());
      if (reads) {
        channel.register(selector, SelectionKey.OP_READ);
      } else {
        slow.add(channel);
      }
    }

    private void read() {
      while (!over) {
        try {
          selector.select(200);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        for (SelectionKey key : selector.selectedKeys()) {
          var channel = (SocketChannel) key.channel();
          int count = read(channel);
          if (count < 0) {
            key.cancel();
          } else {
            channels.get(channel).addAndGet(count);
          }
        }
        selector.selectedKeys().clear();
      }
    }

    private int read(SocketChannel channel) {
      sink.clear();
      try {
        return channel.read(sink);
      } catch (IOException e) {
        return -1;
      }
    }

    long bytes() {
      return channels.values().stream().mapToLong(AtomicLong::get).sum();
    }

    /**
     * Of all, how many are still sent pictures: those that did not read begin to, for who is gone
     * shows only then, behind what had been sent before.
     */
    long open() throws Exception {
      for (SocketChannel channel : slow) {
        channel.register(selector, SelectionKey.OP_READ);
      }
      selector.wakeup();
      TimeUnit.SECONDS.sleep(5);
      Map<SocketChannel, Long> before = new HashMap<>();
      channels.forEach((channel, bytes) -> before.put(channel, bytes.get()));
      TimeUnit.SECONDS.sleep(2);
      return before.entrySet().stream()
          .filter(entry -> channels.get(entry.getKey()).get() > entry.getValue())
          .count();
    }

    @Override
    public void close() throws IOException {
      over = true;
      selector.wakeup();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      for (SocketChannel channel : channels.keySet()) {
        channel.close();
      }
      selector.close();
    }
  }
}
