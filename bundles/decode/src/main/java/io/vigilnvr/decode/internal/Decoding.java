package io.vigilnvr.decode.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.decode.DecodeOutput;
import io.vigilnvr.api.decode.DecodeUnavailableException;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.decode.Frames;
import io.vigilnvr.api.decode.Pictures;
import io.vigilnvr.api.health.WorkerSource;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamViewer;
import io.vigilnvr.api.task.Tasks;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/** Everything there is to decode, whatever starts the workers. Thread-safe. */
final class Decoding implements AutoCloseable {
  static final int QUALITY = 85;

  private static final int TRANSCODED_WIDTH_PX = 1280;
  private static final int TRANSCODED_BPS = 1_500_000;
  private static final Duration TRANSCODED_GOP = Duration.ofSeconds(2);

  private final Loop loop = new Loop();
  private final WorkerPool pool;
  private final SinglePictures pictures;
  private final StreamHub hub;
  private final Tasks tasks;
  private final int mostTranscodes;
  private final Tasks.Handle running;

  /** The loop's. */
  private final Set<LiveDecode> live = new HashSet<>();

  /** Guarded by themselves. */
  private final Map<LiveDecode.Wanted, Watched<JpegStream>> jpegs = new HashMap<>();

  private final Map<StreamId, Watched<TranscodedStream>> transcoded = new HashMap<>();

  Decoding(
      WorkerPool.Limits limits,
      int mostTranscodes,
      DecodeWorker.Launcher launcher,
      WorkerPool.Sockets sockets,
      StreamHub hub,
      Tasks tasks,
      Clock clock) {
    this.hub = hub;
    this.tasks = tasks;
    this.mostTranscodes = mostTranscodes;
    pool = new WorkerPool(loop, tasks, clock, limits, launcher, sockets);
    pictures = new SinglePictures(loop, pool, hub);
    running = tasks.start("decode", () -> loop.run(this::look));
  }

  private void look() {
    pool.look();
    pictures.look();
    live.forEach(LiveDecode::look);
  }

  Pictures pictures() {
    return pictures;
  }

  /**
   * Something that is decoded while somebody watches it.
   *
   * @param <T> what they watch
   */
  static final class Watched<T extends LiveDecode.Listener> implements AutoCloseable {
    private final T stream;
    private final LiveDecode decode;
    private final Runnable leave;
    private int viewers;

    Watched(T stream, LiveDecode decode, Runnable leave) {
      this.stream = stream;
      this.decode = decode;
      this.leave = leave;
    }

    T stream() {
      return stream;
    }

    /** Called once by each who got it. */
    @Override
    public void close() {
      leave.run();
    }
  }

  private LiveDecode start(LiveDecode.Wanted wanted, LiveDecode.Listener listener) {
    LiveDecode decode = new LiveDecode(wanted, listener, loop, pool, hub);
    loop.execute(
        () -> {
          live.add(decode);
          decode.look();
        });
    return decode;
  }

  private void stop(LiveDecode decode) {
    loop.execute(
        () -> {
          live.remove(decode);
          decode.close();
        });
  }

  Watched<JpegStream> jpegs(LiveDecode.Wanted wanted) {
    synchronized (jpegs) {
      Watched<JpegStream> known = jpegs.get(wanted);
      if (known == null) {
        JpegStream stream = new JpegStream();
        known = new Watched<>(stream, start(wanted, stream), () -> leave(jpegs, wanted));
        jpegs.put(wanted, known);
      }
      known.viewers++;
      return known;
    }
  }

  private <K, T extends LiveDecode.Listener> void leave(Map<K, Watched<T>> all, K key) {
    synchronized (all) {
      Watched<T> known = all.get(key);
      if (known != null && --known.viewers == 0) {
        all.remove(key);
        stop(known.decode);
      }
    }
  }

  Frames.Subscription frames(StreamId stream, FrameSpec spec, Frames.Viewer viewer) {
    FrameSubscription frames = new FrameSubscription(stream, spec, viewer);
    LiveDecode decode = start(frames.wanted(), frames);
    Tasks.Handle task = tasks.start("frames-" + stream, frames::run);
    return new Frames.Subscription() {
      @Override
      public long delivered() {
        return frames.delivered();
      }

      @Override
      public long dropped() {
        return frames.dropped();
      }

      @Override
      public void close() {
        stop(decode);
        task.stop();
      }
    };
  }

  /**
   * @throws NoSuchElementException if nobody feeds the stream
   * @throws DecodeUnavailableException if as many streams are transcoded as may be
   */
  StreamHub.Subscription transcode(StreamId stream, long maxQueuedBytes, StreamViewer viewer) {
    if (hub.status(stream).isEmpty()) {
      throw new NoSuchElementException("nobody feeds " + stream);
    }
    Watched<TranscodedStream> watched;
    synchronized (transcoded) {
      Watched<TranscodedStream> known = transcoded.get(stream);
      if (known == null) {
        if (transcoded.size() >= mostTranscodes) {
          throw new DecodeUnavailableException(
              "as many streams are transcoded as may be: " + mostTranscodes,
              Duration.ofSeconds(10));
        }
        TranscodedStream made = new TranscodedStream();
        known = new Watched<>(made, start(wanted(stream), made), () -> leave(transcoded, stream));
        transcoded.put(stream, known);
      }
      known.viewers++;
      watched = known;
    }
    var queue = new TranscodedStream.ViewerQueue(viewer, maxQueuedBytes);
    TranscodedStream joined = watched.stream();
    loop.execute(() -> joined.join(queue));
    return new Leaving(
        () -> {
          queue.close();
          loop.execute(() -> joined.leave(queue));
          watched.close();
        });
  }

  private static LiveDecode.Wanted wanted(StreamId stream) {
    return new LiveDecode.Wanted(
        stream,
        new DecodeOutput.H264(TRANSCODED_WIDTH_PX, TRANSCODED_BPS, TRANSCODED_GOP),
        Duration.ZERO,
        false);
  }

  /** Leaves once, however often it is closed. */
  private static final class Leaving implements StreamHub.Subscription {
    private final Runnable leave;
    private boolean left;

    Leaving(Runnable leave) {
      this.leave = leave;
    }

    @Override
    public synchronized void close() {
      if (!left) {
        left = true;
        leave.run();
      }
    }
  }

  List<WorkerSource.Worker> workers() {
    List<WorkerSource.Worker> workers = new ArrayList<>();
    for (DecodeWorker each : pool.workers()) {
      workers.add(
          new WorkerSource.Worker(
              each.id(),
              "decode",
              each.pid(),
              each.shownStreams().stream().map(StreamId::camera).distinct().toList(),
              each.startedAt(),
              each.shownDecoders()));
    }
    return workers;
  }

  /** Ends all workers. */
  @Override
  public void close() {
    running.stop();
    pool.close();
  }
}
