package io.vigilnvr.api.decode;

import io.vigilnvr.api.camera.StreamId;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/** Pixels of live streams, for whoever looks at them. Thread-safe. */
@ProviderType
public interface Frames {
  /** Gets frames. */
  @ConsumerType
  @FunctionalInterface
  interface Viewer {
    /**
     * The newest frame; from a thread of the subscription's own, one call at a time. While it runs,
     * frames that come are dropped but for the last.
     */
    void frame(Frame frame) throws InterruptedException;
  }

  /** What somebody gets, until they close it. */
  interface Subscription extends AutoCloseable {
    /** Frames that were handed over. */
    long delivered();

    /** Frames that were decoded and not handed over, because the viewer was busy. */
    long dropped();

    /** Ends it; no call is under way or comes after it, unless it is called from one. */
    @Override
    void close();
  }

  /**
   * Wants frames of a stream, from its next keyframe on. It need not be there yet, and may go and
   * come back; so may workers.
   */
  Subscription watch(StreamId stream, FrameSpec spec, Viewer viewer);
}
