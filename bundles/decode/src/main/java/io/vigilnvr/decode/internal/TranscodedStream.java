package io.vigilnvr.decode.internal;

import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.stream.StreamViewer;
import io.vigilnvr.api.stream.StreamViewer.Item;
import io.vigilnvr.decode.protocol.Message;
import io.vigilnvr.media.codec.Codecs;
import io.vigilnvr.media.mp4.Fragments;
import io.vigilnvr.media.mp4.InitSegments;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stream in H.264, made into fragments once for all who watch it. Times and numbers are those of
 * the original, so its audio goes with it as it is. All on the {@link Loop}.
 */
final class TranscodedStream implements LiveDecode.Listener {
  private static final long USUAL_DURATION_TICKS = 3600;
  private static final long LONGEST_GOP_BYTES = 8L << 20;

  private final List<ViewerQueue> viewers = new ArrayList<>();
  private final List<Fragment> gop = new ArrayList<>();
  private long gopBytes;
  private @Nullable StreamFormat original;
  private @Nullable Track track;
  private Item.@Nullable Init init;
  private long lastPts = Long.MIN_VALUE;
  private long durationTicks = USUAL_DURATION_TICKS;

  void join(ViewerQueue queue) {
    viewers.add(queue);
    Item.Init start = init;
    if (start != null) {
      queue.init(start);
      gop.forEach(queue::media);
    }
  }

  void leave(ViewerQueue queue) {
    viewers.remove(queue);
  }

  @Override
  public void format(StreamFormat format) {
    original = format;
    init = null;
    forgetGop();
  }

  @Override
  public void config(ByteBuffer codecConfig) {
    StreamFormat of = original;
    if (of == null) {
      return;
    }
    List<Track> tracks = new ArrayList<>();
    for (Track each : of.tracks()) {
      tracks.add(
          each.codec().isVideo()
              ? new Track(each.number(), Codec.H264, each.timescale(), codecConfig)
              : each);
    }
    StreamFormat format = new StreamFormat(tracks);
    track = format.video().orElseThrow();
    Item.Init next = new Item.Init(Codecs.mime(format), InitSegments.of(format));
    init = next;
    forgetGop();
    viewers.forEach(viewer -> viewer.init(next));
  }

  private void forgetGop() {
    gop.clear();
    gopBytes = 0;
    lastPts = Long.MIN_VALUE;
  }

  @Override
  public void picture(Message.Picture picture, LiveDecode.Source source) {
    Track video = track;
    if (init == null || video == null) {
      return;
    }
    if (lastPts != Long.MIN_VALUE && picture.ptsTicks() > lastPts) {
      durationTicks = picture.ptsTicks() - lastPts;
    }
    lastPts = picture.ptsTicks();
    ByteBuffer buffer = ByteBuffer.allocate(AccessUnit.HEADROOM + picture.bytes().remaining());
    buffer.position(AccessUnit.HEADROOM);
    buffer.put(picture.bytes()).flip();
    AccessUnit unit =
        new AccessUnit(
            source.sequence(),
            video.number(),
            source.captured(),
            picture.ptsTicks(),
            picture.ptsTicks(),
            picture.keyframe(),
            buffer);
    show(Fragments.wrap(unit, video, true, durationTicks));
  }

  @Override
  public void audio(Fragment fragment) {
    StreamFormat of = original;
    if (init != null
        && of != null
        && fragment.track() <= of.tracks().size()
        && Codecs.isCarried(of.track(fragment.track()))) {
      show(fragment);
    }
  }

  private void show(Fragment fragment) {
    if (fragment.keyframe() || gopBytes > LONGEST_GOP_BYTES) {
      gop.clear();
      gopBytes = 0;
    }
    if (fragment.keyframe() || !gop.isEmpty()) {
      gop.add(fragment);
      gopBytes += fragment.byteCount();
    }
    viewers.forEach(viewer -> viewer.media(fragment));
  }

  @Override
  public void ended(String cause) {
    init = null;
    forgetGop();
    viewers.forEach(viewer -> viewer.ended(cause));
  }

  /** What waits for one viewer. */
  static final class ViewerQueue implements StreamViewer.Queue {
    private final StreamViewer viewer;
    private final long maxBytes;
    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private long bytes;
    private long dropped;
    private boolean waiting = true;
    private volatile boolean closed;

    ViewerQueue(StreamViewer viewer, long maxBytes) {
      this.viewer = viewer;
      this.maxBytes = maxBytes;
    }

    void init(Item.Init init) {
      add(init);
    }

    void ended(String cause) {
      add(new Item.Ended(cause));
    }

    /** Nothing of what was before can be used any more after either of them. */
    private void add(Item item) {
      boolean wasEmpty;
      synchronized (this) {
        wasEmpty = items.isEmpty();
        waiting = true;
        dropped = 0;
        items.add(item);
      }
      tell(wasEmpty);
    }

    void media(Fragment fragment) {
      boolean wasEmpty;
      synchronized (this) {
        if (bytes > 0 && bytes + fragment.byteCount() > maxBytes) {
          moveOn();
        }
        if (waiting && !fragment.keyframe()) {
          dropped += dropped > 0 ? fragment.accessUnits() : 0;
          return;
        }
        wasEmpty = items.isEmpty();
        if (dropped > 0) {
          items.add(new Item.Dropped(dropped));
          dropped = 0;
        }
        waiting = false;
        items.add(new Item.Media(fragment));
        bytes += fragment.byteCount();
      }
      tell(wasEmpty);
    }

    /** Goes on at the next keyframe. */
    private void moveOn() {
      for (Item item : items) {
        if (item instanceof Item.Media media) {
          dropped += media.fragment().accessUnits();
        } else if (item instanceof Item.Dropped told) {
          dropped += told.accessUnits();
        }
      }
      items.removeIf(item -> item instanceof Item.Media || item instanceof Item.Dropped);
      bytes = 0;
      waiting = true;
    }

    private void tell(boolean wasEmpty) {
      if (wasEmpty && !closed) {
        viewer.ready(this);
      }
    }

    synchronized void close() {
      closed = true;
      items.clear();
    }

    @Override
    public synchronized Optional<Item> poll() {
      Item next = closed ? null : items.poll();
      if (next instanceof Item.Media media) {
        bytes -= media.fragment().byteCount();
      }
      return Optional.ofNullable(next);
    }
  }
}
