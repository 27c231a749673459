package io.vigilnvr.detect.motion.internal;

import io.vigilnvr.api.detect.Explanation;
import io.vigilnvr.api.detect.Explanation.Foreground;
import io.vigilnvr.detect.motion.internal.Look.Judged;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opencv.core.Core;
import org.opencv.core.Mat;

/** What a camera looks at, as far as it is known by now. Native memory; one thread. */
final class Scene implements AutoCloseable {
  /** How the frames come. */
  record Pace(int framesToLearn, int framesToCalm) {
    static final Pace STEADY = new Pace(10, 5);
    static final Pace KEYFRAMES = new Pace(4, 1);
  }

  /**
   * How long something takes to be two thirds of what is known of a pixel. It is background from a
   * tenth on, after 2 s: longer would make ghosts of it when the light changes meanwhile.
   */
  private static final Duration MEMORY = Duration.ofSeconds(20);

  /** Frames far apart do not forget faster than this, or nothing would be usual any more. */
  private static final double MOST_LEARNING = 0.02;

  private static final double LEAST_LEARNING = 0.002;
  private static final double LEARNING_WHEN_LIGHT_CHANGES = 0.5;

  /** After a pause like this, what was usual tells nothing. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(1);

  private final int widthPx;
  private final int heightPx;
  private final Pace pace;
  private final Background background;
  private final LightGuard guard = new LightGuard();
  private final Shapes shapes = new Shapes();
  private final Shade shade;
  private final Night night = new Night();

  private int learned;
  private int calming;
  private Instant before = Instant.MIN;
  private Look look;
  private Map<String, Double> figures = Map.of();

  Scene(int widthPx, int heightPx, Pace pace) {
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.pace = pace;
    background = new Background(widthPx, heightPx);
    shade = new Shade(widthPx, heightPx);
    look = new Look(widthPx, heightPx, List.of(), false, "nothing was seen yet");
  }

  Look next(byte[] pixels, Instant at, MotionSettings settings, Ground ground) {
    double learning = learningRate(at);
    before = at;
    Levels levels = background.show(pixels);
    boolean isNight = night.next(levels.brightness(), settings.nightBelow());
    Sensitivity sensitivity = settings.sensitivity(isNight);
    Mat foreground = background.compare(sensitivity.varianceThreshold(), learning);
    String note = note(settings, ground, foreground);
    boolean shaded =
        settings.guard()
            && note.isEmpty()
            && shade.clear(foreground, background.stretched(), background.usual());
    double least = settings.leastArea(isNight);
    List<Judged> judged = new ArrayList<>();
    for (Shapes.Shape shape : shapes.find(foreground)) {
      judged.add(new Judged(shape, ground.leastArea(shape.box(), least)));
    }
    look = new Look(widthPx, heightPx, judged, note.isEmpty(), note);
    figures =
        Map.of(
            "foregroundFraction",
            (double) Core.countNonZero(foreground) / foreground.total(),
            "largestArea",
            judged.stream().mapToDouble(each -> each.shape().area()).max().orElse(0),
            "leastArea",
            least,
            "median",
            levels.brightness(),
            "gain",
            levels.gain(),
            "threshold",
            sensitivity.varianceThreshold(),
            "sensitivity",
            sensitivity.value(),
            "isNight",
            isNight ? 1.0 : 0.0,
            "isShaded",
            shaded ? 1.0 : 0.0,
            "learningRate",
            learning);
    return look;
  }

  private double learningRate(Instant at) {
    Duration gap = learned == 0 ? Duration.ZERO : Duration.between(before, at);
    if (gap.isNegative() || gap.compareTo(FORGOTTEN) > 0) {
      learned = 0;
    }
    learned = Math.min(learned + 1, pace.framesToLearn() + 1);
    if (learned <= pace.framesToLearn()) {
      return 1.0 / learned;
    }
    if (calming > 0) {
      return LEARNING_WHEN_LIGHT_CHANGES;
    }
    double share = (double) gap.toMillis() / MEMORY.toMillis();
    return Math.max(LEAST_LEARNING, Math.min(MOST_LEARNING, share));
  }

  /** Why nothing counts in this frame; empty if it does. Takes what is masked out of it. */
  private String note(MotionSettings settings, Ground ground, Mat foreground) {
    boolean much = settings.guard() && guard.suspects(foreground, 1);
    ground.clear(foreground);
    if (learned <= pace.framesToLearn()) {
      calming = 0;
      return "it still learns what is usual here";
    }
    // Masked trees in a storm are no change of light, nor is somebody close to a small opening.
    boolean light =
        much
            && guard.suspects(foreground, ground.consideredFraction())
            && guard.keepsShapes(background.stretched(), background.usual());
    calming = light ? pace.framesToCalm() : Math.max(0, calming - 1);
    return calming > 0 ? "the light changes" : "";
  }

  /** Whether shapes counted in the last frame. */
  boolean isSettled() {
    return look.counts();
  }

  /** Why the last frame gave what it gave. */
  Explanation explain() {
    Mat joined = shapes.joined();
    byte[] pixels = new byte[widthPx * heightPx];
    if (!joined.empty()) {
      joined.get(0, 0, pixels);
    }
    return new Explanation(
        look.regions(),
        Optional.of(new Foreground(widthPx, heightPx, ByteBuffer.wrap(pixels))),
        figures,
        look.note());
  }

  @Override
  public void close() {
    background.close();
    guard.close();
    shapes.close();
    shade.close();
  }
}
