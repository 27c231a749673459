package io.vigilnvr.e2e;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.tck.FrameMark;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCamera;
import io.vigilnvr.tck.SimulatedCameras;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Live media by WebSocket and HLS, from a simulated camera to a client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LiveIT {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** What came by a WebSocket, in order; reads on only as far as it was told to. */
  static final class Viewer implements WebSocket.Listener, AutoCloseable {
    /** A message, and when it was whole. */
    record Message(String text, ByteBuffer bytes, long atMicros) {
      boolean isText() {
        return !text.isEmpty();
      }

      /** Type of the first box (ISO/IEC 14496-12, 4.2). */
      String box() {
        byte[] type = new byte[4];
        bytes.get(4, type);
        return new String(type, StandardCharsets.US_ASCII);
      }
    }

    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private volatile boolean reading = true;
    private volatile Optional<WebSocket> socket = Optional.empty();
    private volatile int closedWith = -1;
    private volatile String reason = "";

    /** Opens one; throws what the handshake says. */
    static Viewer open(String root, String path, Map<String, String> headers) {
      var viewer = new Viewer();
      var builder = HTTP.newWebSocketBuilder();
      headers.forEach(builder::header);
      viewer.socket =
          Optional.of(
              builder
                  .buildAsync(URI.create(root.replaceFirst("^http", "ws") + path), viewer)
                  .join());
      return viewer;
    }

    @Override
    public void onOpen(WebSocket from) {
      from.request(1);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        add(new Message(text.toString(), ByteBuffer.allocate(0), nowMicros()));
        text.setLength(0);
      }
      more(from);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
      byte[] copy = new byte[part.remaining()];
      part.get(copy);
      bytes.writeBytes(copy);
      if (last) {
        add(new Message("", ByteBuffer.wrap(bytes.toByteArray()), nowMicros()));
        bytes.reset();
      }
      more(from);
      return null;
    }

    private void add(Message message) {
      messages.add(message);
    }

    private void more(WebSocket from) {
      if (reading) {
        from.request(1);
      }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String why) {
      reason = why;
      closedWith = code;
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable cause) {
      reason = cause.toString();
      closedWith = 0;
    }

    void stopReading() {
      reading = false;
    }

    void readOn() {
      reading = true;
      socket.orElseThrow().request(1);
    }

    void say(String message) {
      socket.orElseThrow().sendText(message, true).join();
    }

    List<Message> messages() {
      return messages;
    }

    List<String> texts() {
      return messages.stream().filter(Message::isText).map(Message::text).toList();
    }

    List<Message> fragments() {
      return messages.stream()
          .filter(message -> !message.isText() && message.box().equals("moof"))
          .toList();
    }

    List<FrameMark> frames() {
      return marks(messages);
    }

    static List<FrameMark> marks(List<Message> of) {
      var marks = new ArrayList<FrameMark>();
      of.forEach(message -> marks.addAll(FrameMark.in(message.bytes())));
      return marks;
    }

    int closedWith() {
      return closedWith;
    }

    String reason() {
      return reason;
    }

    @Override
    public void close() {
      socket.ifPresent(WebSocket::abort);
    }

    static long nowMicros() {
      var now = java.time.Instant.now();
      return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }
  }

  private Path folder;
  private Vigil vigil;
  private SimulatedCameras cameras;
  private Api api;

  @BeforeAll
  void start(@TempDir Path scratch) throws Exception {
    folder = scratch;
    cameras = SimulatedCameras.start();
    vigil = Vigil.unpack(folder);
    vigil.start();
    api = vigil.api();
  }

  @AfterAll
  void stop() throws Exception {
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

  private String add(String name, SimulatedCamera camera) throws Exception {
    String id = Cameras.add(api, name, camera.uri("main"), Map.of());
    awaitState(id, "streaming");
    return id;
  }

  private void awaitState(String id, String wanted) throws Exception {
    Await.until(
        id + " is " + wanted,
        SOON,
        () -> api.json("/api/v1/cameras/" + id + "/status").get("state").asText(),
        wanted::equals);
  }

  private Viewer watch(String id) {
    return Viewer.open(vigil.root(), path(id), bearer(api.token()));
  }

  private static String path(String id) {
    return "/api/v1/cameras/" + id + "/live";
  }

  private static Map<String, String> bearer(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }

  private static void awaitFragments(Viewer viewer, int count) throws Exception {
    Await.until("fragments", SOON, () -> viewer.fragments().size(), size -> size >= count);
  }

  private static void awaitText(Viewer viewer, String part) throws Exception {
    Await.until(
        part, SOON, viewer::texts, texts -> texts.stream().anyMatch(text -> text.contains(part)));
  }

  private static void awaitClose(Viewer viewer, int code) throws Exception {
    Await.until("closed: " + viewer.reason(), SOON, viewer::closedWith, with -> with == code);
  }

  /** The status that a handshake is refused with; 101 if it is not. */
  private int handshake(String path, Map<String, String> headers) {
    try {
      Viewer.open(vigil.root(), path, headers).close();
      return 101;
    } catch (CompletionException e) {
      return e.getCause() instanceof WebSocketHandshakeException refused
          ? refused.getResponse().statusCode()
          : -1;
    }
  }

  @Test
  void showsEveryPictureFromAKeyframeOn() throws Exception {
    String id = add("Door", cameras.camera("door").stream("main", Sample.main()));
    try (Viewer viewer = watch(id)) {
      awaitFragments(viewer, 60);
      List<Viewer.Message> messages = viewer.messages();
      JsonNode init = Api.JSON.readTree(messages.get(0).text());
      assertThat(init.get("type").asText()).isEqualTo("init");
      assertThat(init.get("role").asText()).isEqualTo("main");
      assertThat(init.get("mime").asText()).startsWith("video/mp4; codecs=\"avc1.");
      assertThat(messages.get(1).box()).isEqualTo("ftyp");
      assertThat(messages.get(2).box()).isEqualTo("moof");
      assertThat(FrameMark.problem(viewer.frames())).isEmpty();
      assertThat(viewer.frames()).hasSizeGreaterThanOrEqualTo(60);

      viewer.say("{\"type\":\"pause\"}");
      viewer.say("{\"type\":\"resume\"}");
      Await.until(
          "another init",
          SOON,
          viewer::texts,
          texts -> texts.stream().filter(text -> text.contains("init")).count() == 2);
    }
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/ffprobe")), "ffprobe is not installed");
    try (Viewer viewer = watch(id)) {
      awaitFragments(viewer, 50);
      Path film = folder.resolve("live.mp4");
      List<Viewer.Message> media =
          viewer.messages().stream().filter(message -> !message.isText()).toList();
      try (var out = FileChannel.open(film, CREATE_NEW, WRITE)) {
        for (Viewer.Message message : media) {
          out.write(message.bytes().duplicate());
        }
      }
      // Decoded, the first picture too: it starts at a keyframe.
      String frames =
          Vigil.run(
              List.of(
                  "ffprobe",
                  "-v",
                  "error",
                  "-count_frames",
                  "-select_streams",
                  "v",
                  "-show_entries",
                  "stream=nb_read_frames",
                  "-of",
                  "csv=p=0",
                  film.toString()));
      assertThat(frames.strip()).isEqualTo(String.valueOf(media.size() - 1));
    }
  }

  @Test
  void tellsThatACameraIsAwayAndShowsItWhenItIsBack() throws Exception {
    SimulatedCamera camera = cameras.camera("yard").stream("main", Sample.main());
    String id = add("Yard", camera);
    try (Viewer viewer = watch(id)) {
      awaitFragments(viewer, 10);
      camera.unplug();
      awaitText(viewer, "\"end\"");
      int before = viewer.fragments().size();
      try (Viewer late = watch(id)) {
        awaitText(late, "\"end\"");
        camera.resume();
        awaitFragments(viewer, before + 30);
        awaitFragments(late, 30);
        assertThat(late.texts().get(0)).contains("\"end\"").contains("offline");
        assertThat(late.texts().get(1)).contains("\"init\"");
      }
      List<String> told =
          viewer.texts().stream().filter(text -> !text.contains("\"drop\"")).toList();
      assertThat(told).hasSize(3);
      assertThat(told.get(1)).isEqualTo("{\"type\":\"end\",\"cause\":\"offline\"}");
      assertThat(told.get(2)).contains("\"init\"");
    }
  }

  @Test
  void saysWhatAnotherFormatIs() throws Exception {
    SimulatedCamera camera = cameras.camera("hall").stream("main", Sample.main());
    String id = add("Hall", camera);
    try (Viewer viewer = watch(id)) {
      awaitFragments(viewer, 10);
      camera.change("main", Sample.sub());
      Await.until(
          "another format",
          SOON,
          viewer::texts,
          texts ->
              texts.stream().filter(text -> text.contains("\"init\"")).distinct().count() == 2);
    }
  }

  @Test
  void movesASlowReaderOnAndRecordsEverything() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/ffmpeg")), "ffmpeg is not installed");
    SimulatedCamera camera = cameras.camera("road").stream("main", Sample.file(large()));
    String id = add("Road", camera);
    try (Viewer fast = watch(id);
        Viewer slow = watch(id)) {
      awaitFragments(slow, 1);
      slow.stopReading();
      // The camera sends 1 MB each second: the slow one's queue is full long before that.
      awaitFragments(fast, 400);
      slow.readOn();
      awaitText(slow, "\"drop\"");
      assertThat(fast.texts()).hasSize(1);
      assertThat(FrameMark.problem(fast.frames())).isEmpty();

      List<Viewer.Message> seen = List.copyOf(slow.messages());
      int drop = 0;
      while (!seen.get(drop).text().contains("\"drop\"")) {
        drop++;
      }
      List<FrameMark> before = Viewer.marks(seen.subList(0, drop));
      Await.until("more", SOON, () -> slow.messages().size(), size -> size > seen.size() + 5);
      List<Viewer.Message> after = slow.messages().subList(drop + 1, seen.size() + 5);
      List<FrameMark> next = Viewer.marks(after);
      long told = Api.JSON.readTree(seen.get(drop).text()).get("accessUnits").asLong();
      assertThat(FrameMark.problem(before)).isEmpty();
      assertThat(next.get(0).number()).isEqualTo(before.get(before.size() - 1).number() + told + 1);
    }
    Footage footage = Footage.of(api, id);
    assertThat(FrameMark.problem(footage.frames())).isEmpty();
    for (JsonNode stream : api.json("/api/v1/cameras/" + id + "/status").get("streams")) {
      assertThat(stream.get("accessUnits").get("lost").asLong()).isZero();
    }
  }

  private Path large() throws Exception {
    return Film.h264(
        folder.resolve("large.mp4"),
        Film.moving("640x360", 25, 4, 30),
        List.of("-b:v", "8M", "-minrate", "8M", "-maxrate", "8M", "-bufsize", "8M", "-g", "25"));
  }

  @Test
  void letsNobodyElseIn() throws Exception {
    String id = add("Safe", cameras.camera("safe").stream("main", Sample.main()));
    String cookie = signIn("admin", Vigil.PASSWORD);
    String own = vigil.root();
    int port = URI.create(own).getPort();

    assertThat(handshake(path(id), Map.of())).isEqualTo(401);
    assertThat(handshake(path(id), bearer("vigil_stranger"))).isEqualTo(401);
    assertThat(handshake(path(id), Map.of("Cookie", "__Host-vigil=stranger", "Origin", own)))
        .isEqualTo(401);
    assertThat(handshake(path(id), Map.of("Cookie", cookie, "Origin", own))).isEqualTo(101);
    assertThat(handshake(path(id), Map.of("Cookie", cookie))).isEqualTo(403);
    for (String origin :
        List.of(
            "https://evil.example",
            "null",
            own + ".evil.example",
            own.replace("http:", "https:"),
            own.replace(":" + port, ":" + (port + 1)),
            own.replace(":" + port, ""))) {
      assertThat(handshake(path(id), Map.of("Cookie", cookie, "Origin", origin)))
          .as(origin)
          .isEqualTo(403);
    }
    assertThat(handshake(path("nowhere"), bearer(api.token()))).isEqualTo(404);
    assertThat(handshake(path(id) + "?stream=third", bearer(api.token()))).isEqualTo(422);

    String name = "limited";
    assertThat(
            api.send(
                    "POST",
                    "/api/v1/users",
                    Map.of(
                        "username",
                        name,
                        "password",
                        Vigil.PASSWORD,
                        "role",
                        "viewer",
                        "cameras",
                        List.of(add("Yard", cameras.camera("yard").stream("main", Sample.main())))))
                .status())
        .isEqualTo(201);
    assertThat(handshake(path(id), Map.of("Cookie", signIn(name, Vigil.PASSWORD), "Origin", own)))
        .isEqualTo(404);
  }

  @Test
  void closesWhatASessionThatEndedHasOpen() throws Exception {
    String id = add("Gate", cameras.camera("gate").stream("main", Sample.main()));
    String cookie = signIn("admin", Vigil.PASSWORD);
    Map<String, String> headers = Map.of("Cookie", cookie, "Origin", vigil.root());
    try (Viewer viewer = Viewer.open(vigil.root(), path(id), headers);
        Viewer other = watch(id)) {
      awaitFragments(viewer, 10);
      signOut(cookie);
      awaitClose(viewer, 1008);
      int before = other.fragments().size();
      awaitFragments(other, before + 25);
      other.say("{\"type\":\"anything else\"}");
      awaitClose(other, 1008);
    }
  }

  @Test
  void refusesAStreamThatTheCameraDoesNotHave() throws Exception {
    String id = add("Lone", cameras.camera("lone").stream("main", Sample.main()));
    try (Viewer viewer = Viewer.open(vigil.root(), path(id) + "?stream=sub", bearer(api.token()))) {
      awaitText(viewer, "no such stream");
      awaitClose(viewer, 1008);
    }
  }

  @Test
  void playsByHls() throws Exception {
    String id = add("Shed", cameras.camera("shed").stream("main", Sample.main()));
    List<String> parts =
        Await.until("three parts", SOON, () -> parts(id), listed -> listed.size() >= 3);
    var film = new ByteArrayOutputStream();
    film.writeBytes(api.bytes(path(id) + "/main/init-1.mp4"));
    for (String part : parts) {
      film.writeBytes(api.bytes(path(id) + "/" + part));
    }
    List<FrameMark> frames = FrameMark.in(film.toByteArray());
    assertThat(FrameMark.problem(frames)).isEmpty();
    assertThat(frames).hasSizeGreaterThanOrEqualTo(50);
    assertThat(Api.status(vigil.root() + path(id) + "/index.m3u8")).isEqualTo(401);
    assertThat(api.get(path("nowhere") + "/index.m3u8").status()).isEqualTo(404);
  }

  private List<String> parts(String id) throws Exception {
    String list = new String(api.bytes(path(id) + "/index.m3u8"), StandardCharsets.UTF_8);
    return list.lines().filter(line -> line.endsWith(".m4s")).toList();
  }

  private String signIn(String username, String password) throws Exception {
    HttpResponse<String> response =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(vigil.root() + "/api/v1/sessions"))
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        Api.JSON.writeValueAsString(
                            Map.of("username", username, "password", password))))
                .build(),
            BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    return response.headers().firstValue("Set-Cookie").orElseThrow().replaceAll(";.*", "");
  }

  private void signOut(String cookie) throws Exception {
    HttpResponse<String> response =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(vigil.root() + "/api/v1/sessions/current"))
                .header("Cookie", cookie)
                .header("Origin", vigil.root())
                .DELETE()
                .build(),
            BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
  }
}
