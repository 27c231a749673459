package io.vigilnvr.detect.internal;

import static io.vigilnvr.detect.internal.Scene.FRONT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.decode.PixelFormat;
import io.vigilnvr.api.detect.Analysis;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.Explanation;
import io.vigilnvr.api.detect.Explanation.Foreground;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.Event.Box;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.tck.FakeClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Request;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DetectorsResourceTest {
  private static final Identity OPERATOR = who(Role.OPERATOR, Optional.empty());
  private static final Identity VIEWER = who(Role.VIEWER, Optional.empty());
  private static final Identity OF_YARD =
      who(Role.ADMIN, Optional.of(Set.of(new CameraId("yard"))));

  private final TestTasks tasks = new TestTasks();
  private final FakeAnalysis analysis = new FakeAnalysis();
  private volatile boolean signedIn = true;

  private final DetectorsResource resource =
      new DetectorsResource(
          analysis,
          only(
              CameraRegistry.class,
              "camera",
              id -> id.equals(FRONT) ? Optional.of(camera()) : Optional.empty()),
          new AccessByRole(),
          only(Accounts.class, "peek", secret -> signedIn(secret)));

  private Optional<Identity> signedIn(Object secret) {
    return signedIn && secret.equals("secret") ? Optional.of(OPERATOR) : Optional.empty();
  }

  @AfterEach
  void end() throws InterruptedException {
    tasks.end();
  }

  private static Identity who(Role role, Optional<Set<CameraId>> cameras) {
    return new Identity("somebody", role, cameras, "session");
  }

  private static Camera camera() {
    return new Camera(
        FRONT,
        1,
        "Front",
        "rtsp",
        true,
        Map.of(),
        List.of(),
        RecordingPlan.DEFAULT,
        List.of(
            new Camera.DetectorBinding("motion", Map.of()),
            new Camera.DetectorBinding("onnx", Map.of())),
        List.of(),
        List.of(),
        List.of(),
        FakeClock.START);
  }

  /** A service of which one method, of one argument, is used. */
  private static <T> T only(Class<T> type, String method, Function<Object, Object> answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, called, arguments) -> {
              if (!called.getName().equals(method)) {
                throw new UnsupportedOperationException(called.getName());
              }
              return answer.apply(arguments == null ? "" : arguments[0]);
            }));
  }

  private static final class AccessByRole implements Access {
    @Override
    public boolean allows(Identity who, io.vigilnvr.api.auth.Action action, CameraId camera) {
      return who.role().compareTo(action.least()) <= 0;
    }

    @Override
    public boolean allows(Identity who, io.vigilnvr.api.auth.Action action) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class FakeAnalysis implements Analysis {
    final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    volatile State state = State.LOOKING;

    @Override
    public List<Standing> standings(CameraId camera) {
      return List.of(new Standing("motion", state, "dark \"here\"", 7, 2, 0.123456, 1));
    }

    @Override
    public Optional<List<Event.Box>> motion(CameraId camera) {
      return Optional.empty();
    }

    @Override
    public Optional<Sight> sight(CameraId camera) {
      return Optional.empty();
    }

    @Override
    public Watching watch(CameraId camera, String detector, Watcher watcher) {
      if (!detector.equals("motion")) {
        throw new NoSuchElementException();
      }
      watchers.add(watcher);
      return () -> watchers.remove(watcher);
    }

    void show(PixelFormat format) {
      Observation observation = observation(format);
      watchers.forEach(watcher -> watcher.observed(observation));
    }

    static Observation observation(PixelFormat format) {
      var foreground = new Foreground(4, 2, ByteBuffer.allocate(8));
      var explanation =
          new Explanation(
              List.of(new Explanation.Region(new Box(0, 0, 0.1, 0.1), 0.01, false, "too small")),
              Optional.of(foreground),
              Map.of("gain", 1.5),
              "light changed");
      return new Observation(
          Scene.frame(1, format),
          List.of(new Detection("motion", 0.9, new Box(0.5, 0.5, 0.2, 0.2))),
          List.of(new Verdict(true, "counts", List.of("drive"), Optional.of("e1"))),
          Optional.of(explanation),
          true);
    }
  }

  private static String text(Response response) {
    return new String((byte[]) response.getEntity(), StandardCharsets.UTF_8);
  }

  @Test
  void tellsHowDetectorsDo() {
    Response response = resource.standings("front", VIEWER);
    assertThat(text(response))
        .isEqualTo(
            "{\"items\":[{\"id\":\"motion\",\"state\":\"looking\",\"cause\":\"dark \\\"here\\\"\","
                + "\"frames\":7,\"dropped\":2,\"busyFraction\":0.1235,\"ongoing\":1},"
                + "{\"id\":\"onnx\",\"state\":\"waiting\",\"cause\":\"it begins\","
                + "\"frames\":0,\"dropped\":0,\"busyFraction\":0.0,\"ongoing\":0}],"
                + "\"next\":null}");
  }

  private static List<String> names(Class<?> record) {
    return Arrays.stream(record.getRecordComponents()).map(RecordComponent::getName).toList();
  }

  private static List<?> namesOfFirst(Object items) {
    return List.copyOf(((Map<?, ?>) ((List<?>) items).get(0)).keySet());
  }

  /** Nothing but this holds together what is written by hand and the records that describe it. */
  @Test
  void tellsWhatItsDescriptionSays() throws Exception {
    List<String> told =
        Pattern.compile("[{,]\"([a-zA-Z]+)\":")
            .matcher(text(resource.standings("front", VIEWER)))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(told.get(0)).isEqualTo(names(DetectorsResource.Standings.class).get(0));
    assertThat(told.subList(1, 8)).isEqualTo(names(DetectorsResource.StandingView.class));
    assertThat(told.subList(15, told.size()))
        .isEqualTo(names(DetectorsResource.Standings.class).subList(1, 2));

    Map<String, Object> frame = Snapshot.of(FakeAnalysis.observation(PixelFormat.GRAY8)).json();
    assertThat(frame.keySet()).containsExactlyElementsOf(names(DebugFrame.class));
    assertThat(namesOfFirst(frame.getOrDefault("regions", List.of())))
        .isEqualTo(names(DebugFrame.Region.class));
    assertThat(namesOfFirst(frame.getOrDefault("detections", List.of())))
        .isEqualTo(names(DebugFrame.Seen.class));
  }

  @Test
  void hidesWhatOneMayNotSee() {
    assertThat(status(() -> resource.standings("front", OF_YARD))).isEqualTo(404);
    assertThat(status(() -> resource.standings("../x", VIEWER))).isEqualTo(404);
    assertThat(status(() -> debug("motion", VIEWER))).isEqualTo(403);
    assertThat(status(() -> debug("faces", OPERATOR))).isEqualTo(404);
  }

  @Test
  void saysThatItCannotLook() {
    analysis.state = Analysis.State.FAILED;
    assertThat(status(() -> debug("motion", OPERATOR))).isEqualTo(503);
    assertThat(status(() -> debug("onnx", OPERATOR))).isEqualTo(503);
  }

  @Test
  void refusesAnUnknownFormat() {
    assertThatThrownBy(() -> debug("motion", OPERATOR, "gif", ""))
        .isInstanceOf(InvalidSettingsException.class);
  }

  @FunctionalInterface
  private interface Call {
    Object call() throws Exception;
  }

  private static int status(Call call) {
    var refusal = catchThrowableOfType(WebApplicationException.class, call::call);
    return refusal.getResponse().getStatus();
  }

  private Response debug(String detector, Identity who) throws Exception {
    return debug(detector, who, "events", "");
  }

  private Response debug(String detector, Identity who, String format, String accept)
      throws Exception {
    Request request = only(Request.class, "getMethod", none -> "GET");
    HttpHeaders headers =
        only(
            HttpHeaders.class,
            "getHeaderString",
            name -> name.equals(HttpHeaders.ACCEPT) ? accept : "Bearer secret");
    return resource.debug(
        "front", detector, format.isEmpty() ? null : format, request, headers, who);
  }

  /** Reads on a thread of its own, until it is to break off. */
  private final class Client extends OutputStream {
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private boolean gone;

    Client(Response response) {
      StreamingOutput body = (StreamingOutput) response.getEntity();
      tasks.start("client", () -> body.write(this));
      TestTasks.await(() -> !analysis.watchers.isEmpty());
    }

    @Override
    public synchronized void write(int value) throws IOException {
      if (gone) {
        throw new IOException("gone");
      }
      got.write(value);
    }

    synchronized void leave() {
      gone = true;
    }

    synchronized byte[] got() {
      return got.toByteArray();
    }

    String text() {
      return new String(got(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void showsADetectorAtWorkAsEvents() throws Exception {
    Response response = debug("motion", OPERATOR, "", "text/event-stream");
    assertThat(response.getMediaType().toString()).isEqualTo("text/event-stream");
    Client client = new Client(response);
    analysis.show(PixelFormat.GRAY8);
    TestTasks.await(() -> client.text().contains("\n\n"));
    assertThat(client.text())
        .startsWith("event: frame\ndata: {\"at\":\"2026-01-02T03:04:06.000Z\",\"widthPx\":32")
        .contains("\"on\":true,\"note\":\"light changed\",\"figures\":{\"gain\":1.5}")
        .contains("\"area\":0.01,\"counted\":false,\"reason\":\"too small\"")
        .contains("\"label\":\"motion\",\"score\":0.9,\"box\":{\"x\":0.5,\"y\":0.5")
        .contains("\"zones\":[\"drive\"],\"event\":\"e1\"")
        .contains("\"foreground\":\"iVBOR")
        .contains("\"picture\":\"/9j/");
    client.leave();
    analysis.show(PixelFormat.GRAY8);
    TestTasks.await(() -> analysis.watchers.isEmpty());
  }

  @Test
  void showsADetectorAtWorkAsPictures() throws Exception {
    Response response = debug("motion", OPERATOR, "", "*/*");
    assertThat(response.getMediaType().toString()).startsWith("multipart/x-mixed-replace");
    Client client = new Client(response);
    analysis.show(PixelFormat.BGR24);
    TestTasks.await(
        () -> client.text().contains("Content-Length") && client.text().endsWith("\r\n"));
    int start = client.text().indexOf("\r\n\r\n") + 4;
    byte[] got = client.got();
    var image = ImageIO.read(new ByteArrayInputStream(got, start, got.length - start));
    assertThat(image.getWidth()).isGreaterThanOrEqualTo(640);
    // The left edge of the box that counted is green.
    int pixel = image.getRGB(image.getWidth() / 2, image.getHeight() * 6 / 10);
    assertThat(pixel >> 8 & 0xff).isGreaterThan(100);
    client.leave();
  }

  @Test
  void endsWithTheSession() throws Exception {
    Client client = new Client(debug("motion", OPERATOR));
    signedIn = false;
    analysis.show(PixelFormat.GRAY8);
    TestTasks.await(() -> analysis.watchers.isEmpty());
    assertThat(client.gone).isFalse();
  }
}
