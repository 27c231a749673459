package io.vigilnvr.detect.motion.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.decode.PixelFormat;
import io.vigilnvr.api.detect.Detector;
import io.vigilnvr.api.detect.DetectorConfig;
import io.vigilnvr.api.detect.DetectorException;
import io.vigilnvr.api.detect.DetectorSession;
import io.vigilnvr.api.plugin.PluginCatalog;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.detect.motion.internal.MotionSettings.Frames;
import java.time.Duration;
import java.util.function.ToIntFunction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** Sees change, not things: cheap enough to run always, and to wake a better detector. */
@Component(
    configurationPolicy = ConfigurationPolicy.IGNORE,
    property = {Detector.DETECTOR + "=motion", PluginCatalog.SETTINGS + "=" + MotionConfig.PID})
public final class MotionDetector implements Detector {
  /** A person who is far away is still some ten pixels high, and noise is averaged out. */
  private static final int WIDTH_PX = 320;

  private static final int HEIGHT_PX = 180;

  /** Of a main stream that is decoded whole. */
  private static final int MOST_LINES = 720;

  private final ToIntFunction<StreamId> linesOf;

  @Activate
  public MotionDetector(@Reference StreamHub hub) {
    this(stream -> hub.status(stream).map(status -> status.heightPx()).orElse(0));
  }

  /**
   * @param linesOf the height of a stream's picture; 0 if it is not known yet
   */
  MotionDetector(ToIntFunction<StreamId> linesOf) {
    this.linesOf = linesOf;
  }

  @Override
  public DetectorSession open(DetectorConfig config) throws DetectorException {
    boolean small = isSmall(config.stream());
    try {
      return new MotionSession(config, settings -> input(settings, small));
    } catch (LinkageError e) {
      throw new DetectorException("OpenCV is not loaded: its bundle did not start", e);
    }
  }

  private boolean isSmall(StreamId stream) {
    if (stream.role() == StreamRole.SUB) {
      return true;
    }
    int lines = linesOf.applyAsInt(stream);
    return lines > 0 && lines <= MOST_LINES;
  }

  private static FrameSpec input(MotionSettings settings, boolean small) {
    boolean all = settings.frames() == Frames.AUTO ? small : settings.frames() == Frames.ALL;
    return new FrameSpec(
        WIDTH_PX,
        HEIGHT_PX,
        PixelFormat.GRAY8,
        all
            ? new FrameSpec.Rate.Every(Duration.ofSeconds(1).dividedBy(settings.ratePerSecond()))
            : new FrameSpec.Rate.Keyframes());
  }
}
