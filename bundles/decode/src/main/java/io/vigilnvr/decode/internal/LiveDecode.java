package io.vigilnvr.decode.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.decode.DecodeOutput;
import io.vigilnvr.api.decode.DecodeRequest;
import io.vigilnvr.api.decode.DecodeUnavailableException;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamViewer;
import io.vigilnvr.decode.protocol.Message;
import io.vigilnvr.media.mp4.InitSegments;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live stream on its way through a worker, for as long as somebody wants it: the stream may go
 * and come back, and so may workers. A worker has few units at a time; what it is too slow for
 * stays in the hub's queue, which moves on to the newest keyframe. All on the {@link Loop}.
 */
final class LiveDecode {
  private static final Logger log = LoggerFactory.getLogger(LiveDecode.class);

  private static final long MOST_QUEUED_BYTES = 8L << 20;
  private static final int WINDOW = 8;

  /** Beyond that, one unit at a time: there may be a hundred streams in a worker's small heap. */
  private static final long WINDOW_BYTES = 256 << 10;

  private static final int MOST_SOURCES = 1024;
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * Where a picture came from.
   *
   * @param sequence of its access unit
   */
  record Source(long sequence, Instant captured) {}

  /** What is wanted. */
  record Wanted(StreamId stream, DecodeOutput output, Duration interval, boolean keyframesOnly) {}

  /** Gets what comes of it. */
  interface Listener {
    /** A run of the stream begins. */
    default void format(StreamFormat format) {}

    /** Codec config of H.264 that follows. */
    default void config(ByteBuffer codecConfig) {}

    void picture(Message.Picture picture, Source source);

    /** Passed on as it is. */
    default void audio(Fragment fragment) {}

    /** Nothing comes until another format, or until decoding works again. */
    default void ended(String cause) {}
  }

  private final Wanted wanted;
  private final Listener listener;
  private final Loop loop;
  private final WorkerPool pool;
  private final StreamHub hub;
  private final Map<Long, Source> sources = new HashMap<>();
  private StreamHub.@Nullable Subscription subscription;
  private StreamViewer.@Nullable Queue queue;
  private @Nullable Track track;
  private @Nullable DecodeJob job;
  private long notBeforeNanos = System.nanoTime();
  private String complaint = "";
  private boolean closed;

  LiveDecode(Wanted wanted, Listener listener, Loop loop, WorkerPool pool, StreamHub hub) {
    this.wanted = wanted;
    this.listener = listener;
    this.loop = loop;
    this.pool = pool;
    this.hub = hub;
  }

  /** Called again and again: subscribes as soon as somebody feeds the stream. */
  void look() {
    if (closed) {
      return;
    }
    if (subscription != null) {
      pump();
      return;
    }
    try {
      subscription =
          hub.watch(
              wanted.stream,
              MOST_QUEUED_BYTES,
              ready ->
                  loop.execute(
                      () -> {
                        queue = ready;
                        pump();
                      }));
    } catch (NoSuchElementException e) {
      complain("nobody feeds the stream");
    }
  }

  private void pump() {
    StreamViewer.Queue from = queue;
    if (from == null) {
      return;
    }
    while (!closed && hasRoom()) {
      Optional<StreamViewer.Item> item = from.poll();
      if (item.isEmpty()) {
        return;
      }
      take(item.get());
    }
  }

  private boolean hasRoom() {
    DecodeJob now = job;
    if (now != null) {
      return now.waiting() == 0 || (now.waiting() < WINDOW && now.waitingBytes() < WINDOW_BYTES);
    }
    // Whoever looks for something looks at it later. Others want what is new.
    boolean mayWait = wanted.output instanceof DecodeOutput.Pixels;
    return !mayWait || System.nanoTime() - notBeforeNanos >= 0;
  }

  private void take(StreamViewer.Item item) {
    if (item instanceof StreamViewer.Item.Init init) {
      endJob();
      Optional<StreamFormat> format = InitSegments.format(init.bytes().duplicate());
      track = format.flatMap(StreamFormat::video).orElse(null);
      format.ifPresent(listener::format);
    } else if (item instanceof StreamViewer.Item.Media media) {
      Track video = track;
      if (video != null && media.fragment().track() == video.number()) {
        Units.of(media.fragment()).forEach(unit -> take(video, unit));
      } else {
        listener.audio(media.fragment());
      }
    } else if (item instanceof StreamViewer.Item.Ended ended) {
      endJob();
      listener.ended(ended.cause());
      if (hub.status(wanted.stream).isEmpty()) {
        unsubscribe();
      }
    }
  }

  private void take(Track video, Units.Unit unit) {
    if (wanted.keyframesOnly && !unit.keyframe()) {
      return;
    }
    if (job == null && !(unit.keyframe() && open(video))) {
      return;
    }
    DecodeJob open = job;
    if (open == null) {
      return;
    }
    if (sources.size() >= MOST_SOURCES) {
      sources.clear();
    }
    sources.put(unit.ptsTicks(), new Source(unit.sequence(), unit.captured()));
    open.unit(unit.ptsTicks(), unit.dtsTicks(), unit.keyframe(), unit.payload());
  }

  private boolean open(Track video) {
    if (System.nanoTime() - notBeforeNanos < 0) {
      return false;
    }
    DecodeJob next =
        new DecodeJob(
            wanted.stream,
            new DecodeRequest(video, wanted.output, Long.MIN_VALUE, wanted.interval),
            new Session());
    try {
      pool.open(WorkerPool.Kind.STREAMS, next);
    } catch (DecodeUnavailableException e) {
      notBeforeNanos = System.nanoTime() + e.retryAfter().toNanos();
      complain(String.valueOf(e.getMessage()));
      return false;
    }
    job = next;
    return true;
  }

  /** Told once for each cause. */
  private void complain(String cause) {
    if (!complaint.equals(cause)) {
      complaint = cause;
      log.info("{}: {}", wanted.stream, cause);
      listener.ended(cause);
    }
  }

  private void endJob() {
    DecodeJob old = job;
    job = null;
    sources.clear();
    if (old != null) {
      old.close();
    }
  }

  private void unsubscribe() {
    StreamHub.Subscription old = subscription;
    subscription = null;
    queue = null;
    if (old != null) {
      old.close();
    }
  }

  void close() {
    closed = true;
    endJob();
    unsubscribe();
  }

  private final class Session implements DecodeJob.Listener {
    @Override
    public void taken() {
      pump();
    }

    @Override
    public void config(ByteBuffer codecConfig) {
      listener.config(codecConfig);
    }

    @Override
    public void picture(Message.Picture picture) {
      Source source = sources.remove(picture.ptsTicks());
      if (source != null) {
        complaint = "";
        listener.picture(picture, source);
      }
    }

    @Override
    public void drained() {
      lost();
    }

    @Override
    public void failed(String cause) {
      lost();
      notBeforeNanos = System.nanoTime() + AGAIN_NANOS;
      complain(cause);
    }

    @Override
    public void died() {
      lost();
    }

    /** The next keyframe gets another session. */
    private void lost() {
      job = null;
      sources.clear();
      loop.execute(LiveDecode.this::pump);
    }
  }
}
