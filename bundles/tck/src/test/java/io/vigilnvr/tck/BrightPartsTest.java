package io.vigilnvr.tck;

import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.decode.PixelFormat;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.Detector;
import io.vigilnvr.api.detect.DetectorSession;
import io.vigilnvr.api.detect.Policy;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventType;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The contract, of the simplest detector there is: it sees what is bright. */
final class BrightPartsTest extends DetectorContract {
  @Override
  protected Detector newDetector() {
    return config -> new BrightParts();
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of();
  }

  private static final class BrightParts implements DetectorSession {
    private static final int BRIGHT = 200;

    private volatile boolean closed;

    @Override
    public FrameSpec input() {
      return new FrameSpec(
          64, 48, PixelFormat.GRAY8, new FrameSpec.Rate.Every(Duration.ofMillis(200)));
    }

    @Override
    public Policy policy() {
      return new Policy(
          EventType.OBJECT,
          Map.of(),
          Policy.Least.NOTHING,
          2,
          3,
          Duration.ofSeconds(1),
          false,
          false,
          false);
    }

    @Override
    public List<Detection> detect(Frame frame, List<Event.Box> moving) {
      if (closed) {
        throw new IllegalStateException("closed");
      }
      if (!frame.spec().equals(input())) {
        throw new IllegalArgumentException("not such a frame");
      }
      int left = 64;
      int top = 48;
      int right = 0;
      int bottom = 0;
      for (int i = 0; i < frame.pixels().remaining(); i++) {
        if ((frame.pixels().get(i) & 0xff) >= BRIGHT) {
          left = Math.min(left, i % 64);
          right = Math.max(right, i % 64 + 1);
          top = Math.min(top, i / 64);
          bottom = Math.max(bottom, i / 64 + 1);
        }
      }
      return right == 0
          ? List.of()
          : List.of(
              new Detection(
                  "light",
                  1,
                  new Event.Box(
                      left / 64.0, top / 48.0, (right - left) / 64.0, (bottom - top) / 48.0)));
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
