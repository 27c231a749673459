package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.decode.Frames;
import io.vigilnvr.tck.FakeClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Gives a frame when the test says so; each is the next fifth of a second. */
final class FakeFrames implements Frames {
  record Watched(StreamId stream, FrameSpec spec, Viewer viewer) {}

  final List<Watched> watched = new CopyOnWriteArrayList<>();
  final AtomicLong subscriptions = new AtomicLong();
  private final AtomicLong number = new AtomicLong();

  @Override
  public Subscription watch(StreamId stream, FrameSpec spec, Viewer viewer) {
    var one = new Watched(stream, spec, viewer);
    watched.add(one);
    subscriptions.incrementAndGet();
    return new Subscription() {
      @Override
      public long delivered() {
        return 0;
      }

      @Override
      public long dropped() {
        return 0;
      }

      @Override
      public void close() {
        watched.remove(one);
      }
    };
  }

  /** The next frame is an earlier one; a later one if less than zero. */
  void goBack(long frames) {
    number.addAndGet(-frames);
  }

  /** To all who watch. */
  void give() throws InterruptedException {
    long next = number.getAndIncrement();
    for (Watched one : watched) {
      ByteBuffer pixels = ByteBuffer.allocate(one.spec.frameBytes());
      one.viewer.frame(
          new Frame(
              one.stream,
              next,
              FakeClock.START.plus(Duration.ofMillis(200 * next)),
              one.spec,
              pixels));
    }
  }
}
