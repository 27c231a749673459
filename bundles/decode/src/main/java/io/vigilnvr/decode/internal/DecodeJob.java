package io.vigilnvr.decode.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.decode.DecodeRequest;
import io.vigilnvr.decode.protocol.Message;
import io.vigilnvr.media.codec.Codecs;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One session in a worker, as the platform sees it. All on the {@link Loop}. */
final class DecodeJob {
  /** Told of what comes of it; the last call is one of the last three. */
  interface Listener {
    /** A unit was taken: there is room for another one. */
    default void taken() {}

    /** Codec config of what follows. */
    default void config(ByteBuffer codecConfig) {}

    void picture(Message.Picture picture);

    void drained();

    void failed(String cause);

    /** The worker is gone. */
    void died();
  }

  /** The way to the worker. */
  interface Line {
    void send(long ptsTicks, long dtsTicks, boolean keyframe, ByteBuffer payload);

    void drain();

    void close();
  }

  /** A decoder may keep 16 (H.264, A.3.1; H.265, A.4.2), beside those on their way through. */
  private static final int PICTURES = 24;

  private static final long OTHERWISE_BYTES = 8 << 20;

  /** Level 6.2; more is a lie of the stream's. */
  private static final long MOST_PIXELS = 8192 * 4320;

  private final StreamId stream;
  private final DecodeRequest request;
  private final Listener listener;
  private @Nullable Line line;
  private final Deque<Integer> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean draining;
  private long openedNanos = System.nanoTime();
  private long progressNanos = openedNanos;

  DecodeJob(StreamId stream, DecodeRequest request, Listener listener) {
    this.stream = stream;
    this.request = request;
    this.listener = listener;
  }

  void opened(Line to) {
    line = to;
    openedNanos = System.nanoTime();
  }

  /** Sends the next unit. */
  void unit(long ptsTicks, long dtsTicks, boolean keyframe, ByteBuffer payload) {
    Line to = line;
    if (to != null) {
      startWaiting();
      waiting.add(payload.remaining());
      waitingBytes += payload.remaining();
      to.send(ptsTicks, dtsTicks, keyframe, payload);
    }
  }

  void drain() {
    Line to = line;
    if (to != null) {
      startWaiting();
      draining = true;
      to.drain();
    }
  }

  void close() {
    Line to = line;
    line = null;
    if (to != null) {
      to.close();
    }
  }

  private void startWaiting() {
    if (!isWaiting()) {
      progress();
    }
  }

  void taken() {
    Integer bytes = waiting.poll();
    waitingBytes -= bytes == null ? 0 : bytes;
    progress();
    listener.taken();
  }

  void progress() {
    progressNanos = System.nanoTime();
  }

  /** Units that were sent and not taken. */
  int waiting() {
    return waiting.size();
  }

  /** All of these. */
  long waitingBytes() {
    return waitingBytes;
  }

  boolean isWaiting() {
    return !waiting.isEmpty() || draining;
  }

  boolean isLate(long nowNanos, long longestNanos) {
    return isWaiting() && nowNanos - progressNanos > longestNanos;
  }

  /** What decoding it may take of memory, by the size of its pictures as far as it is known. */
  long mostBytes() {
    long pixels =
        Codecs.picture(request.track())
            .map(picture -> Math.min(MOST_PIXELS, (long) picture.widthPx() * picture.heightPx()))
            .orElse(0L);
    return OTHERWISE_BYTES + PICTURES * pixels * 3 / 2;
  }

  /** Says whether a worker was given it since then. */
  boolean isOpenedAfter(long nanos) {
    return openedNanos - nanos > 0;
  }

  StreamId stream() {
    return stream;
  }

  DecodeRequest request() {
    return request;
  }

  Listener listener() {
    return listener;
  }
}
