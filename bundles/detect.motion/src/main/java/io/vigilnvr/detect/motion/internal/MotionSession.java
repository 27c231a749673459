package io.vigilnvr.detect.motion.internal;

import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.DetectorConfig;
import io.vigilnvr.api.detect.DetectorSession;
import io.vigilnvr.api.detect.Explanation;
import io.vigilnvr.api.detect.Policy;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Looks at one camera. A lock, so that native memory is not freed while it is looked at. */
final class MotionSession implements DetectorSession {
  /** Keyframes may come as seldom as this; motion is not over in between. */
  private static final Duration BETWEEN_KEYFRAMES = Duration.ofSeconds(12);

  private final FrameSpec input;
  private final Function<MotionSettings, FrameSpec> inputFor;
  private final Scene scene;
  private final byte[] pixels;
  private MotionSettings settings;
  private Ground ground;
  private boolean closed;
  private volatile Policy policy;

  /**
   * @param inputFor what settings ask for, to know when other ones need another session
   */
  MotionSession(DetectorConfig config, Function<MotionSettings, FrameSpec> inputFor) {
    this.inputFor = inputFor;
    settings = MotionSettings.of(config.settings());
    input = inputFor.apply(settings);
    scene =
        new Scene(
            input.widthPx(),
            input.heightPx(),
            isKeyframes() ? Scene.Pace.KEYFRAMES : Scene.Pace.STEADY);
    pixels = new byte[input.frameBytes()];
    ground = ground(config);
    policy = policy(settings);
  }

  private boolean isKeyframes() {
    return input.rate() instanceof FrameSpec.Rate.Keyframes;
  }

  private Ground ground(DetectorConfig config) {
    return new Ground(input.widthPx(), input.heightPx(), config.masks(), config.zones());
  }

  /** One keyframe is enough: the next one comes when everything may be over. */
  private Policy policy(MotionSettings wanted) {
    boolean seldom = isKeyframes();
    Duration offDelay = wanted.offDelay();
    return new Policy(
        EventType.MOTION,
        Map.of(),
        Policy.Least.NOTHING,
        seldom ? 1 : 3,
        seldom ? 1 : 5,
        seldom && offDelay.compareTo(BETWEEN_KEYFRAMES) < 0 ? BETWEEN_KEYFRAMES : offDelay,
        wanted.onlyInZones(),
        false,
        !wanted.events());
  }

  @Override
  public FrameSpec input() {
    return input;
  }

  @Override
  public Policy policy() {
    return policy;
  }

  @Override
  public synchronized List<Detection> detect(Frame frame, List<Event.Box> moving) {
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
    if (!frame.spec().equals(input)) {
      throw new IllegalArgumentException("not a frame of " + input + ": " + frame.spec());
    }
    frame.pixels().get(0, pixels);
    return scene.next(pixels, frame.captured(), settings, ground).detections();
  }

  @Override
  public synchronized Optional<Explanation> explain() {
    return closed ? Optional.empty() : Optional.of(scene.explain());
  }

  @Override
  public synchronized boolean isSettled() {
    return !closed && scene.isSettled();
  }

  @Override
  public synchronized boolean adopt(DetectorConfig config) {
    MotionSettings wanted = MotionSettings.of(config.settings());
    if (closed || !inputFor.apply(wanted).equals(input)) {
      return false;
    }
    ground.close();
    ground = ground(config);
    settings = wanted;
    policy = policy(wanted);
    return true;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      scene.close();
      ground.close();
    }
  }
}
