package io.vigilnvr.decode.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamStatus;
import io.vigilnvr.api.stream.StreamViewer;
import io.vigilnvr.api.stream.StreamViewer.Item;
import io.vigilnvr.media.codec.Codecs;
import io.vigilnvr.media.mp4.Fragments;
import io.vigilnvr.media.mp4.InitSegments;
import io.vigilnvr.tck.DecodeSample;
import io.vigilnvr.tck.Sample;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;

/** A hub whose streams have the units that a test puts there. */
final class FakeHub implements StreamHub {
  static final Instant START = Instant.parse("2026-11-22T14:00:00Z");
  private static final Track TRACK = DecodeSample.track(Sample.main());
  private static final StreamFormat FORMAT = new StreamFormat(List.of(TRACK));

  private static final class Place {
    final List<Item> gop = new ArrayList<>();
    final List<Viewer> viewers = new ArrayList<>();
    long sequence;
  }

  private static final class Viewer implements StreamViewer.Queue {
    final StreamViewer viewer;
    final Deque<Item> items = new ArrayDeque<>();

    Viewer(StreamViewer viewer) {
      this.viewer = viewer;
    }

    synchronized void offer(Item item) {
      items.add(item);
    }

    synchronized int size() {
      return items.size();
    }

    @Override
    public synchronized Optional<Item> poll() {
      return Optional.ofNullable(items.poll());
    }
  }

  private final Map<StreamId, Place> places = new HashMap<>();

  static Item.Init init() {
    return new Item.Init(Codecs.mime(FORMAT), InitSegments.of(FORMAT));
  }

  /** Numbered from 0, 25 in a second, with a text for payload. */
  static AccessUnit unit(long number, boolean keyframe, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer = ByteBuffer.allocate(AccessUnit.HEADROOM + bytes.length);
    buffer.position(AccessUnit.HEADROOM).put(bytes).flip();
    return new AccessUnit(
        number, 1, START.plusMillis(40 * number), 3600 * number, 3600 * number, keyframe, buffer);
  }

  static Track track() {
    return TRACK;
  }

  /** The stream's next unit. */
  synchronized void feed(StreamId stream, boolean keyframe, String text) {
    Place place = places.computeIfAbsent(stream, id -> new Place());
    Item item =
        new Item.Media(Fragments.wrap(unit(place.sequence++, keyframe, text), TRACK, true, 3600));
    if (keyframe) {
      place.gop.clear();
    }
    place.gop.add(item);
    for (Viewer viewer : List.copyOf(place.viewers)) {
      viewer.offer(item);
      viewer.viewer.ready(viewer);
    }
  }

  synchronized int viewers(StreamId stream) {
    return Objects.requireNonNull(places.get(stream)).viewers.size();
  }

  /** What nobody has taken yet. */
  synchronized int queued(StreamId stream) {
    return Objects.requireNonNull(places.get(stream)).viewers.stream().mapToInt(Viewer::size).sum();
  }

  @Override
  public synchronized Subscription watch(StreamId stream, long maxBytes, StreamViewer viewer) {
    Place place = places.get(stream);
    if (place == null) {
      throw new NoSuchElementException("nobody feeds " + stream);
    }
    Viewer queue = new Viewer(viewer);
    queue.offer(init());
    place.gop.forEach(queue::offer);
    place.viewers.add(queue);
    viewer.ready(queue);
    return () -> {
      synchronized (this) {
        place.viewers.remove(queue);
      }
    };
  }

  @Override
  public Subscription follow(StreamId stream, long maxQueuedBytes, StreamViewer viewer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Feed feed(StreamId stream, Upstream upstream) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized Optional<StreamStatus> status(StreamId stream) {
    return Optional.ofNullable(places.get(stream))
        .map(
            place ->
                new StreamStatus(
                    stream, Optional.empty(), 640, 360, 25, 0, 0, 0, 0, 0, Optional.empty()));
  }

  @Override
  public List<StreamStatus> streams() {
    return List.of();
  }
}
