package io.vigilnvr.decode.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamViewer;
import io.vigilnvr.media.mp4.InitSegments;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes the newest group of pictures of a stream, from its keyframe to the newest picture. */
final class NewestGop {
  private static final long MOST_BYTES = 32L << 20;

  /** Gets it; on the loop. */
  interface Taker {
    void take(Track track, List<Units.Unit> units);

    void nothing(String cause);
  }

  private final Taker taker;
  private final List<Units.Unit> units = new ArrayList<>();
  private @Nullable Track track;
  private StreamHub.@Nullable Subscription subscription;
  private boolean done;

  private NewestGop(Taker taker) {
    this.taker = taker;
  }

  /**
   * @return ends the waiting for it
   * @throws NoSuchElementException if nobody feeds the stream
   */
  static AutoCloseable take(StreamHub hub, StreamId stream, Loop loop, Taker taker) {
    NewestGop gop = new NewestGop(taker);
    gop.subscription = hub.watch(stream, MOST_BYTES, queue -> loop.execute(() -> gop.look(queue)));
    return gop::close;
  }

  private void look(StreamViewer.Queue queue) {
    Optional<StreamViewer.Item> next = queue.poll();
    for (; next.isPresent() && !done; next = queue.poll()) {
      StreamViewer.Item item = next.get();
      if (item instanceof StreamViewer.Item.Init init) {
        units.clear();
        track =
            InitSegments.format(init.bytes().duplicate()).flatMap(StreamFormat::video).orElse(null);
        if (track == null) {
          close();
          taker.nothing("the stream has no video");
        }
      } else if (item instanceof StreamViewer.Item.Media media) {
        Track video = track;
        if (media.fragment().keyframe()) {
          units.clear();
        }
        if (video != null && media.fragment().track() == video.number()) {
          units.addAll(Units.of(media.fragment()));
        }
      } else if (item instanceof StreamViewer.Item.Ended ended) {
        close();
        taker.nothing(ended.cause());
      }
    }
    Track video = track;
    if (!done && video != null && !units.isEmpty()) {
      close();
      taker.take(video, units);
    }
  }

  private void close() {
    done = true;
    StreamHub.Subscription open = subscription;
    subscription = null;
    if (open != null) {
      open.close();
    }
  }
}
