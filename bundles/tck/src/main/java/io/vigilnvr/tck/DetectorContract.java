package io.vigilnvr.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.api.camera.Camera.Mask;
import io.vigilnvr.api.camera.Camera.Point;
import io.vigilnvr.api.camera.Camera.Zone;
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
import io.vigilnvr.api.detect.Explanation;
import io.vigilnvr.api.event.Event;
import java.io.File;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the detection engine expects of a {@link Detector}. What the machine lacks is for the
 * subclass to skip, in {@link #newDetector}.
 */
@Timeout(120)
@SuppressWarnings("try") // closing is what is tested
public abstract class DetectorContract {
  private static final StreamId FRONT = new StreamId(new CameraId("front"), StreamRole.SUB);
  private static final StreamId YARD = new StreamId(new CameraId("yard"), StreamRole.SUB);
  private static final int FRAMES = 12;
  private static final int SESSIONS = 100;

  /** Threads that a virtual machine starts by itself meanwhile, for its compilers and collector. */
  private static final int THREADS_OF_OTHERS = 30;

  private static final List<Event.Box> MOVING =
      List.of(
          new Event.Box(0, 0, 1, 1),
          new Event.Box(0.999, 0.999, 0.001, 0.001),
          new Event.Box(0.3, 0.3, 0, 0),
          new Event.Box(0.1, 0.2, 0.3, 0.4));

  /** Makes the detector under test; called once for each test. */
  protected abstract Detector newDetector() throws Exception;

  /** Settings that fit the definition, complete. */
  protected abstract Map<String, Object> settings();

  @Test
  public final void acceptsWhatItAcceptedBefore() throws Exception {
    Detector detector = newDetector();
    Map<String, Object> once = detector.accept(settings());
    assertThat(detector.accept(once)).isEqualTo(once);
  }

  @Test
  public final void wantsTheSameFramesForItsWholeLife() throws Exception {
    try (DetectorSession session = open(newDetector(), FRONT)) {
      FrameSpec before = session.input();
      look(session, FRONT);
      assertThat(session.input()).isEqualTo(before);
      assertThat(session.policy().offDelay().isNegative()).isFalse();
    }
  }

  @Test
  public final void keepsSessionsApart() throws Exception {
    Detector detector = newDetector();
    List<List<Detection>> alone;
    try (DetectorSession session = open(detector, FRONT)) {
      alone = look(session, FRONT);
    }
    List<List<Detection>> beside = new ArrayList<>();
    try (DetectorSession session = open(detector, FRONT)) {
      DetectorSession other = open(detector, YARD);
      for (int i = 0; i < FRAMES; i++) {
        other.detect(frame(other.input(), YARD, FRAMES - i, Scene.NOISE), List.of());
        beside.add(session.detect(frame(session.input(), FRONT, i, Scene.SQUARE), List.of()));
        if (i == FRAMES / 2) {
          other.close();
          other = open(detector, YARD);
        }
      }
      other.close();
    }
    assertThat(beside).isEqualTo(alone);
  }

  @Test
  public final void staysInsideTheFrameOnAnyPicture() throws Exception {
    Detector detector = newDetector();
    for (Scene scene : Scene.values()) {
      try (DetectorSession session = open(detector, FRONT)) {
        for (int i = 0; i < FRAMES; i++) {
          List<Event.Box> moving = i % 2 == 0 ? MOVING : List.of();
          List<Detection> seen = session.detect(frame(session.input(), FRONT, i, scene), moving);
          assertThat(seen)
              .as("detections in %s", scene)
              .allSatisfy(detection -> assertInside(detection.box()))
              .allSatisfy(detection -> assertThat(detection.score()).isBetween(0.0, 1.0));
        }
      }
    }
  }

  @Test
  public final void explainsItselfInsideTheFrame() throws Exception {
    try (DetectorSession session = open(newDetector(), FRONT)) {
      for (int i = 0; i < FRAMES; i++) {
        Scene scene = i < FRAMES / 2 ? Scene.SQUARE : Scene.NOISE;
        session.detect(frame(session.input(), FRONT, i, scene), List.of());
        session.explain().ifPresent(DetectorContract::assertSound);
      }
    }
  }

  private static void assertSound(Explanation explanation) {
    assertThat(explanation.regions())
        .allSatisfy(region -> assertInside(region.box()))
        .allSatisfy(region -> assertThat(region.area()).isBetween(0.0, 1.0))
        .allSatisfy(region -> assertThat(region.reason()).isNotBlank());
    assertThat(explanation.figures().values())
        .allSatisfy(figure -> assertThat(Double.isFinite(figure)).isTrue());
  }

  private static void assertInside(Event.Box box) {
    double rounding = 1e-9;
    assertThat(box.x()).isBetween(0.0, 1.0);
    assertThat(box.y()).isBetween(0.0, 1.0);
    assertThat(box.width()).isBetween(0.0, 1.0);
    assertThat(box.height()).isBetween(0.0, 1.0);
    assertThat(box.x() + box.width()).isLessThanOrEqualTo(1 + rounding);
    assertThat(box.y() + box.height()).isLessThanOrEqualTo(1 + rounding);
  }

  @Test
  public final void leavesTheFrameAsItWas() throws Exception {
    try (DetectorSession session = open(newDetector(), FRONT)) {
      for (int i = 0; i < FRAMES; i++) {
        ByteBuffer pixels = pixels(session.input(), i, Scene.SQUARE, i % 2 == 0);
        ByteBuffer before = ByteBuffer.allocate(pixels.remaining()).put(pixels.duplicate()).flip();
        Frame frame = new Frame(FRONT, i, at(session.input(), i), session.input(), pixels);
        session.detect(frame, List.of());
        assertThat(frame.pixels()).isEqualTo(before);
      }
    }
  }

  @Test
  public final void seesTheSameWhereverThePixelsLie() throws Exception {
    Detector detector = newDetector();
    assertThat(look(detector, true)).isEqualTo(look(detector, false));
  }

  private List<List<Detection>> look(Detector detector, boolean direct) throws Exception {
    List<List<Detection>> seen = new ArrayList<>();
    try (DetectorSession session = open(detector, FRONT)) {
      FrameSpec spec = session.input();
      for (int i = 0; i < FRAMES; i++) {
        ByteBuffer pixels = pixels(spec, i, Scene.SQUARE, direct);
        seen.add(session.detect(new Frame(FRONT, i, at(spec, i), spec, pixels), List.of()));
      }
    }
    return seen;
  }

  @Test
  public final void refusesAFrameOfAnotherShape() throws Exception {
    try (DetectorSession session = open(newDetector(), FRONT)) {
      FrameSpec wanted = session.input();
      FrameSpec other =
          new FrameSpec(
              wanted.widthPx() / 2 + 16, wanted.heightPx(), wanted.format(), wanted.rate());
      assertThatThrownBy(() -> session.detect(frame(other, FRONT, 0, Scene.FLAT), List.of()))
          .isInstanceOf(IllegalArgumentException.class);
      look(session, FRONT);
    }
  }

  @Test
  public final void bearsALongPause() throws Exception {
    try (DetectorSession session = open(newDetector(), FRONT)) {
      look(session, FRONT);
      FrameSpec spec = session.input();
      Frame later =
          new Frame(
              FRONT,
              1_000_000,
              at(spec, 0).plus(Duration.ofDays(1)),
              spec,
              pixels(spec, 0, Scene.GRADIENT, false));
      assertThat(session.detect(later, List.of())).isNotNull();
    }
  }

  @Test
  public final void closesOnceAndForAll() throws Exception {
    Detector detector = newDetector();
    try (DetectorSession other = open(detector, YARD)) {
      DetectorSession session = open(detector, FRONT);
      Frame frame = frame(session.input(), FRONT, 0, Scene.FLAT);
      session.detect(frame, List.of());
      session.close();
      session.close();
      assertThatThrownBy(() -> session.detect(frame, List.of()))
          .isInstanceOf(IllegalStateException.class);
      look(other, YARD);
    }
  }

  @Test
  public final void goesOnAfterOtherSettingsOrMakesRoom() throws Exception {
    Detector detector = newDetector();
    try (DetectorSession session = open(detector, FRONT)) {
      FrameSpec spec = session.input();
      look(session, FRONT);
      List<Point> corner = List.of(new Point(0, 0), new Point(0.5, 0), new Point(0, 0.5));
      boolean adopted =
          session.adopt(
              new DetectorConfig(
                  FRONT,
                  detector.accept(settings()),
                  List.of(new Zone("corner", corner, List.of(), 0)),
                  List.of(new Mask(corner))));
      if (adopted) {
        assertThat(session.input()).isEqualTo(spec);
        look(session, FRONT);
      } else {
        session.close();
        try (DetectorSession next = open(detector, FRONT)) {
          look(next, FRONT);
        }
      }
    }
  }

  @Test
  public final void stopsSoonWhenInterrupted() throws Exception {
    try (DetectorSession session = open(newDetector(), FRONT)) {
      var looking = new Looking(session);
      looking.awaitFrames(2);
      looking.thread.interrupt();
      assertThat(looking.end()).isEqualTo("interrupted");
    }
  }

  @Test
  public final void canBeClosedWhileItLooks() throws Exception {
    Detector detector = newDetector();
    for (int i = 0; i < 10; i++) {
      DetectorSession session = open(detector, FRONT);
      var looking = new Looking(session);
      looking.awaitFrames(1);
      session.close();
      assertThat(looking.end()).isIn("closed", "failed");
    }
  }

  @Test
  public final void canBeOpenedAgainAndAgain() throws Exception {
    Detector detector = newDetector();
    openAndLook(detector);
    int before = threads();
    for (int i = 0; i < SESSIONS; i++) {
      openAndLook(detector);
    }
    // Whoever leaks leaks one for each session.
    assertThat(threads()).isLessThan(before + THREADS_OF_OTHERS);
  }

  private void openAndLook(Detector detector) throws Exception {
    try (DetectorSession session = open(detector, FRONT)) {
      session.detect(frame(session.input(), FRONT, 0, Scene.GRADIENT), List.of());
    }
  }

  /** Native ones too, where the system tells of them. */
  private static int threads() {
    String[] tasks = new File("/proc/self/task").list();
    return tasks == null ? Thread.getAllStackTraces().size() : tasks.length;
  }

  private DetectorSession open(Detector detector, StreamId stream) throws Exception {
    return detector.open(
        new DetectorConfig(stream, detector.accept(settings()), List.of(), List.of()));
  }

  private static List<List<Detection>> look(DetectorSession session, StreamId stream)
      throws Exception {
    List<List<Detection>> seen = new ArrayList<>();
    for (int i = 0; i < FRAMES; i++) {
      seen.add(session.detect(frame(session.input(), stream, i, Scene.SQUARE), List.of()));
    }
    return seen;
  }

  private static Frame frame(FrameSpec spec, StreamId stream, int number, Scene scene) {
    return new Frame(stream, number, at(spec, number), spec, pixels(spec, number, scene, true));
  }

  private static Instant at(FrameSpec spec, int number) {
    Duration interval =
        spec.rate() instanceof FrameSpec.Rate.Every every && !every.interval().isZero()
            ? every.interval()
            : Duration.ofMillis(200);
    return FakeClock.START.plus(interval.multipliedBy(number));
  }

  private static ByteBuffer pixels(FrameSpec spec, int number, Scene scene, boolean direct) {
    int bytes = spec.frameBytes();
    ByteBuffer pixels = direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    int width = spec.widthPx();
    int height = spec.heightPx();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < spec.format().bytesPerPixel(); channel++) {
          pixels.put((byte) scene.value(x * 256 / width, y * 256 / height, channel, number));
        }
      }
    }
    return pixels.flip();
  }

  /** What a picture shows; places are given as if it had 256 by 256 pixels. */
  private enum Scene {
    BLACK,
    FLAT,
    WHITE,
    GRADIENT,
    NOISE,
    SQUARE,
    FLICKER;

    int value(int x, int y, int channel, int number) {
      return switch (this) {
        case BLACK -> 0;
        case FLAT -> 128;
        case WHITE -> 255;
        case GRADIENT -> (x + y / 2 + 20 * channel + number) & 0xff;
        case NOISE -> noise(x + 256L * y + 65_536L * channel + 1_000_003L * number);
        case SQUARE -> isInSquare(x - 16 * number, y) ? 230 : 40 + noise(x + 256L * y) % 16;
        case FLICKER -> number % 2 == 0 ? 0 : 255;
      };
    }

    private static boolean isInSquare(int x, int y) {
      return x >= 10 && x < 60 && y >= 90 && y < 190;
    }

    private static int noise(long seed) {
      long mixed = (seed + 1) * 0x9E3779B97F4A7C15L;
      mixed ^= mixed >>> 29;
      mixed *= 0xBF58476D1CE4E5B9L;
      return (int) (mixed >>> 56);
    }
  }

  /** Looks at frames on a thread of its own, until something ends it. */
  private static final class Looking {
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final AtomicLong frames = new AtomicLong();
    private final Thread thread;

    Looking(DetectorSession session) {
      thread = new Thread(() -> end.complete(run(session)), "detect");
      thread.setDaemon(true);
      thread.start();
    }

    private String run(DetectorSession session) {
      FrameSpec spec = session.input();
      List<ByteBuffer> pictures =
          List.of(pixels(spec, 0, Scene.SQUARE, true), pixels(spec, 3, Scene.SQUARE, true));
      try {
        for (int i = 0; !Thread.interrupted(); i++) {
          ByteBuffer picture = pictures.get(i % 2).duplicate();
          session.detect(new Frame(FRONT, i, at(spec, i), spec, picture), List.of());
          frames.incrementAndGet();
        }
        return "interrupted";
      } catch (InterruptedException e) {
        return "interrupted";
      } catch (IllegalStateException e) {
        return "closed";
      } catch (DetectorException e) {
        return "failed";
      } catch (RuntimeException e) {
        return e.toString();
      }
    }

    void awaitFrames(int number) {
      Patience.until(() -> frames.get() >= number || end.isDone());
      assertThat(end.isDone()).as("ended although nobody said so: %s", end).isFalse();
    }

    String end() throws Exception {
      return end.get(10, TimeUnit.SECONDS);
    }
  }
}
