package io.vigilnvr.detect.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.Detector;
import io.vigilnvr.api.detect.DetectorConfig;
import io.vigilnvr.api.detect.DetectorException;
import io.vigilnvr.api.detect.DetectorSession;
import io.vigilnvr.api.detect.Policy;
import io.vigilnvr.api.detect.Policy.Least;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamStatus;
import io.vigilnvr.tck.DetectorContract;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ObjectDetectorTest extends DetectorContract {
  private static final StreamId STREAM = new StreamId(new CameraId("gate"), StreamRole.MAIN);
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

  private InstalledModel model = installed();

  private static InstalledModel installed() {
    try {
      return InstalledModel.examine(new TinySource(), "model.json", new Inference(2));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The tiny model as if it lay in a bundle. */
  private record TinySource() implements InstalledModel.Source {
    @Override
    public String bundle() {
      return "vigil.model.tiny";
    }

    @Override
    public byte[] read(String path, int mostBytes) throws IOException {
      return switch (path) {
        case "model.json" -> TinyModel.descriptor().json().getBytes(StandardCharsets.UTF_8);
        case "model.onnx" -> TinyModel.bytes();
        default -> throw new FileNotFoundException(path);
      };
    }
  }

  private static StreamHub hub(Optional<StreamStatus> status) {
    return (StreamHub)
        Proxy.newProxyInstance(
            StreamHub.class.getClassLoader(),
            new Class<?>[] {StreamHub.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("status");
              return status;
            });
  }

  private static StreamStatus status(int widthPx, int heightPx) {
    return new StreamStatus(
        STREAM, Optional.empty(), widthPx, heightPx, 10, 0, 0, 0, 0, 0, Optional.empty());
  }

  @Override
  protected Detector newDetector() {
    return detector(Optional.of(status(320, 240)));
  }

  private ObjectDetector detector(Optional<StreamStatus> status) {
    return new ObjectDetector(
        new ObjectDetector.Leases() {
          @Override
          public Optional<List<String>> labels(Optional<String> id) {
            return Optional.of(model.view().labels());
          }

          @Override
          public ModelLease lease(Optional<String> id)
              throws DetectorException, InterruptedException {
            return model.lease();
          }
        },
        hub(status));
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of(
        "model",
        "",
        "labels",
        List.of(),
        "ratePerSecond",
        5.0,
        "run",
        "motion",
        "frameWidthPx",
        960L,
        "offDelaySeconds",
        3L,
        "onlyInZones",
        false);
  }

  private Map<String, Object> settings(String name, Object value) {
    Map<String, Object> settings = new HashMap<>(settings());
    settings.put(name, value);
    return settings;
  }

  private static DetectorConfig config(Map<String, Object> settings) {
    return new DetectorConfig(STREAM, settings, List.of(), List.of());
  }

  /** Black, but for one area of a colour. */
  private static Frame frame(FrameSpec spec, int channel, Event.Box area, Instant at) {
    ByteBuffer pixels = ByteBuffer.allocate(spec.frameBytes());
    for (int y = 0; y < spec.heightPx(); y++) {
      for (int x = 0; x < spec.widthPx(); x++) {
        boolean inside =
            x >= area.x() * spec.widthPx()
                && x < (area.x() + area.width()) * spec.widthPx()
                && y >= area.y() * spec.heightPx()
                && y < (area.y() + area.height()) * spec.heightPx();
        for (int c = 0; c < 3; c++) {
          pixels.put((byte) (inside && c == channel ? 255 : 0));
        }
      }
    }
    return new Frame(STREAM, 0, at, spec, pixels.flip());
  }

  @Test
  void saysWhatIsWhere() throws Exception {
    try (DetectorSession session = newDetector().open(config(settings()))) {
      Event.Box where = new Event.Box(0.5, 0.25, 0.25, 0.25);
      List<Detection> seen = session.detect(frame(session.input(), 2, where, START), List.of());
      assertThat(seen).hasSize(1);
      assertThat(seen.get(0).label()).isEqualTo("red");
      assertThat(seen.get(0).score()).isGreaterThan(0.9);
      assertThat(seen.get(0).box().x()).isCloseTo(0.5, within(0.01));
      assertThat(seen.get(0).box().y()).isCloseTo(0.25, within(0.01));
      assertThat(seen.get(0).box().width()).isCloseTo(0.25, within(0.01));
      assertThat(seen.get(0).box().height()).isCloseTo(0.25, within(0.01));
    }
  }

  @Test
  void looksCloselyWhereSomethingMoves() throws Exception {
    ObjectDetector detector = detector(Optional.of(status(640, 360)));
    try (DetectorSession session = detector.open(config(settings()))) {
      // A hundredth of a cell of the whole picture: too little to be seen there.
      Event.Box where = new Event.Box(0.5, 0.5, 0.05, 0.0889);
      assertThat(session.detect(frame(session.input(), 1, where, START), List.of(where)))
          .filteredOn(seen -> seen.score() > 0.2)
          .isNotEmpty()
          .allSatisfy(
              seen -> {
                assertThat(seen.label()).isEqualTo("green");
                assertThat(seen.box().x()).isCloseTo(0.5, within(0.05));
                assertThat(seen.box().y()).isCloseTo(0.5, within(0.05));
              });
      assertThat(session.detect(frame(session.input(), 1, where, START), List.of()))
          .filteredOn(seen -> seen.score() > 0.2)
          .isEmpty();
    }
  }

  @Test
  void wantsPicturesOfTheCamerasShape() throws Exception {
    Wanted wanted = Wanted.of(settings());
    assertThat(ObjectDetector.input(wanted, Optional.of(status(1920, 1080))))
        .extracting(FrameSpec::widthPx, FrameSpec::heightPx)
        .containsExactly(960, 540);
    assertThat(ObjectDetector.input(wanted, Optional.of(status(640, 480))))
        .extracting(FrameSpec::widthPx, FrameSpec::heightPx)
        .containsExactly(640, 480);
    assertThat(ObjectDetector.input(wanted, Optional.empty()))
        .extracting(FrameSpec::widthPx, FrameSpec::heightPx)
        .containsExactly(960, 540);
  }

  @Test
  void countsWhatIsWanted() throws Exception {
    Map<String, Object> settings = settings("labels", List.of("red=0.7/0.01", "blue=0.4"));
    try (DetectorSession session = newDetector().open(config(settings))) {
      Policy policy = session.policy();
      assertThat(policy.labels())
          .containsExactlyInAnyOrderEntriesOf(
              Map.of("red", new Least(0.7, 0.01), "blue", new Least(0.4, 0)));
      assertThat(policy.onMotion()).isTrue();
      assertThat(session.adopt(config(settings("run", "always")))).isTrue();
      assertThat(session.policy().onMotion()).isFalse();
      // None of the usual labels is known to the model: then all count.
      assertThat(session.policy().labels()).isEmpty();
      assertThat(session.policy().otherwise().score()).isEqualTo(0.5);
      assertThat(session.adopt(config(settings("ratePerSecond", 1.0)))).isFalse();
    }
  }

  @Test
  void refusesLabelsThatAreNone() {
    assertThatThrownBy(
            () -> newDetector().accept(settings("labels", List.of("person", "car=2", "dog=0.5"))))
        .isInstanceOfSatisfying(
            InvalidSettingsException.class,
            e ->
                assertThat(e.problems())
                    .extracting(InvalidSettingsException.Problem::pointer)
                    .containsExactly("/labels/0", "/labels/1"));
    Map<String, Object> settings = new HashMap<>(settings("labels", List.of("purple=0.5")));
    settings.put("model", "tiny");
    assertThatThrownBy(() -> newDetector().accept(settings)).hasMessageContaining("purple");
  }

  @Test
  void takesBlankLabelsForNone() throws Exception {
    Map<String, Object> settings = settings("labels", List.of("", " "));
    assertThat(newDetector().accept(settings)).isEqualTo(settings);
    assertThat(Wanted.of(settings).labels()).isEmpty();
    assertThat(Wanted.of(settings("labels", List.of("", "red=0.7"))).labels())
        .containsExactly(Map.entry("red", new Least(0.7, 0)));
  }

  @Test
  void failsOnceItsModelIsTakenOut() throws Exception {
    try (DetectorSession session = newDetector().open(config(settings()))) {
      Frame frame = frame(session.input(), 0, new Event.Box(0, 0, 1, 1), START);
      assertThat(session.detect(frame, List.of())).isNotEmpty();
      model.withdraw();
      assertThatThrownBy(() -> session.detect(frame, List.of()))
          .isInstanceOf(DetectorException.class)
          .hasMessageContaining("taken out");
    }
    assertThatThrownBy(() -> newDetector().open(config(settings())))
        .isInstanceOf(DetectorException.class);
  }

  @Test
  void tellsWhatItLookedAt() throws Exception {
    try (DetectorSession session = newDetector().open(config(settings()))) {
      session.detect(frame(session.input(), 0, new Event.Box(0, 0, 1, 1), START), List.of());
      assertThat(session.explain())
          .hasValueSatisfying(
              explanation -> {
                assertThat(explanation.note()).isEqualTo("model tiny 1.2.0");
                assertThat(explanation.regions()).hasSize(1);
                assertThat(explanation.figures()).containsEntry("candidates", 16.0);
              });
    }
  }
}
