package io.vigilnvr.detect.internal;

import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.decode.PixelFormat;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.Detector;
import io.vigilnvr.api.detect.DetectorConfig;
import io.vigilnvr.api.detect.DetectorException;
import io.vigilnvr.api.detect.DetectorSession;
import io.vigilnvr.api.detect.Explanation;
import io.vigilnvr.api.detect.Policy;
import io.vigilnvr.api.event.Event.Box;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Does as the test says. */
final class FakeDetector implements Detector {
  /** What it does with a frame. */
  @FunctionalInterface
  interface Act {
    List<Detection> see(Frame frame, List<Box> moving)
        throws DetectorException, InterruptedException;
  }

  volatile Policy policy;
  volatile Act act = (frame, moving) -> List.of();
  volatile boolean adopts = true;
  volatile boolean settled = true;
  volatile String refusal = "";
  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final AtomicInteger looked = new AtomicInteger();
  final List<DetectorConfig> adopted = new CopyOnWriteArrayList<>();
  volatile Optional<DetectorConfig> config = Optional.empty();

  FakeDetector(Policy policy) {
    this.policy = policy;
  }

  @Override
  public DetectorSession open(DetectorConfig wanted) throws DetectorException {
    if (!refusal.isEmpty()) {
      throw new DetectorException(refusal);
    }
    opened.incrementAndGet();
    config = Optional.of(wanted);
    return new Session();
  }

  private final class Session implements DetectorSession {
    private volatile boolean over;

    @Override
    public FrameSpec input() {
      return new FrameSpec(
          32, 18, PixelFormat.BGR24, new FrameSpec.Rate.Every(Duration.ofMillis(200)));
    }

    @Override
    public Policy policy() {
      return policy;
    }

    @Override
    public List<Detection> detect(Frame frame, List<Box> moving)
        throws DetectorException, InterruptedException {
      if (over) {
        throw new IllegalStateException("closed");
      }
      try {
        return act.see(frame, moving);
      } finally {
        looked.incrementAndGet();
      }
    }

    @Override
    public Optional<Explanation> explain() {
      return Optional.of(new Explanation(List.of(), Optional.empty(), Map.of("gain", 1.5), "dark"));
    }

    @Override
    public boolean isSettled() {
      return settled;
    }

    @Override
    public boolean adopt(DetectorConfig wanted) {
      adopted.add(wanted);
      return adopts;
    }

    @Override
    public void close() {
      if (!over) {
        over = true;
        closed.incrementAndGet();
      }
    }
  }
}
