package io.vigilnvr.decode.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.decode.DecodeOutput;
import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.decode.Frames;
import io.vigilnvr.decode.protocol.Message;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Frames for one viewer: the newest that it had time for. */
final class FrameSubscription implements LiveDecode.Listener {
  private final StreamId stream;
  private final FrameSpec spec;
  private final Frames.Viewer viewer;
  private @Nullable Frame newest;
  private long delivered;
  private long dropped;

  FrameSubscription(StreamId stream, FrameSpec spec, Frames.Viewer viewer) {
    this.stream = stream;
    this.spec = spec;
    this.viewer = viewer;
  }

  LiveDecode.Wanted wanted() {
    return new LiveDecode.Wanted(
        stream,
        new DecodeOutput.Pixels(spec.widthPx(), spec.heightPx(), spec.format()),
        spec.rate() instanceof FrameSpec.Rate.Every every ? every.interval() : Duration.ZERO,
        spec.rate() instanceof FrameSpec.Rate.Keyframes);
  }

  @Override
  public synchronized void picture(Message.Picture picture, LiveDecode.Source source) {
    if (newest != null) {
      dropped++;
    }
    newest = new Frame(stream, source.sequence(), source.captured(), spec, picture.bytes());
    notifyAll();
  }

  /** Hands frames over until interrupted. */
  void run() throws InterruptedException {
    while (true) {
      Frame frame;
      synchronized (this) {
        while (newest == null) {
          wait();
        }
        frame = newest;
        newest = null;
        delivered++;
      }
      viewer.frame(frame);
    }
  }

  synchronized long delivered() {
    return delivered;
  }

  synchronized long dropped() {
    return dropped;
  }
}
