package io.vigilnvr.stream.internal;

import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.stream.StreamViewer;
import io.vigilnvr.api.stream.StreamViewer.Item;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one viewer, bounded in bytes. When it is full, everything before the newest
 * keyframe goes, and the viewer is told how many access units that were. If there is no newer
 * keyframe, or still too much after it, everything goes, and the viewer goes on at the next one.
 *
 * <p>Filled from the stream's lane, one call at a time; taken from by a thread of the viewer's.
 */
final class ViewerQueue implements StreamViewer.Queue {
  private final StreamViewer viewer;
  private final long maxBytes;

  /** Guards the rest; nothing is called under it. */
  private final Object lock = new Object();

  private Deque<Item> items = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  /** Nothing is taken before a keyframe. */
  private boolean waiting = true;

  /** Left out since the last keyframe that was taken, and not told yet. */
  private long dropped;

  /** Whether the viewer has been given media: before that, it misses nothing. */
  private boolean started;

  ViewerQueue(StreamViewer viewer, long maxBytes) {
    this.viewer = viewer;
    this.maxBytes = maxBytes;
  }

  long maxBytes() {
    return maxBytes;
  }

  StreamViewer viewer() {
    return viewer;
  }

  @Override
  public Optional<Item> poll() {
    synchronized (lock) {
      Item item = items.poll();
      if (item instanceof Item.Media media) {
        bytes -= media.fragment().byteCount();
      }
      return Optional.ofNullable(item);
    }
  }

  /** Another run: media that follow are of this format. Says whether the queue was empty. */
  boolean start(Item.Init init) {
    synchronized (lock) {
      if (items.peekLast() instanceof Item.Init) {
        items.removeLast();
      }
      waiting = true;
      return add(init);
    }
  }

  /** Nothing comes until the next run. Says whether the queue was empty. */
  boolean end(Item.Ended ended) {
    synchronized (lock) {
      // A run without media is not worth telling; so endless short runs do not fill the queue.
      if (items.peekLast() instanceof Item.Init) {
        items.removeLast();
      }
      if (items.peekLast() instanceof Item.Ended) {
        items.removeLast();
      }
      waiting = true;
      return add(ended);
    }
  }

  /** Units are missing: goes on at the next keyframe. */
  void miss(long accessUnits) {
    synchronized (lock) {
      waiting = true;
      if (started) {
        dropped += accessUnits;
      }
    }
  }

  /** Says whether the queue was empty, and is not now. */
  boolean offer(Item.Media media) {
    synchronized (lock) {
      Fragment fragment = media.fragment();
      if (waiting && !fragment.keyframe()) {
        if (started) {
          dropped += fragment.accessUnits();
        }
        return false;
      }
      boolean wasEmpty = items.isEmpty();
      if (bytes > 0 && bytes + fragment.byteCount() > maxBytes) {
        moveOn(fragment);
        if (waiting) {
          dropped += fragment.accessUnits();
          return wasEmpty && !items.isEmpty();
        }
      }
      if (dropped > 0) {
        items.add(new Item.Dropped(dropped));
        dropped = 0;
      }
      waiting = false;
      started = true;
      items.add(media);
      bytes += fragment.byteCount();
      return wasEmpty && !closed;
    }
  }

  /** Makes room for a fragment. */
  private void moveOn(Fragment next) {
    Item.Media keyframe = next.keyframe() ? null : newestKeyframe();
    boolean found = false;
    long gone = 0;
    Item.@Nullable Init init = null;
    Item.@Nullable Ended ended = null;
    var kept = new ArrayDeque<Item>();
    long keptBytes = 0;
    for (Item item : items) {
      found |= item == keyframe;
      if (found) {
        kept.add(item);
        if (item instanceof Item.Media media) {
          keptBytes += media.fragment().byteCount();
        }
      } else if (item instanceof Item.Media media) {
        gone += media.fragment().accessUnits();
      } else if (item instanceof Item.Dropped told) {
        gone += told.accessUnits();
      } else if (item instanceof Item.Init start) {
        init = start;
        ended = null;
      } else if (item instanceof Item.Ended end) {
        ended = end;
        init = null;
      }
    }
    if (found && (gone == 0 || keptBytes + next.byteCount() > maxBytes)) {
      for (Item item : kept) {
        if (item instanceof Item.Media media) {
          gone += media.fragment().accessUnits();
        } else if (item instanceof Item.Dropped told) {
          gone += told.accessUnits();
        } else if (item instanceof Item.Init start) {
          init = start;
          ended = null;
        }
      }
      kept.clear();
      keptBytes = 0;
    }
    if (kept.isEmpty()) {
      dropped += gone;
      waiting = !next.keyframe();
    } else {
      kept.addFirst(new Item.Dropped(gone));
    }
    if (init != null) {
      kept.addFirst(init);
    } else if (ended != null) {
      kept.addFirst(ended);
    }
    items = kept;
    bytes = keptBytes;
  }

  private Item.@Nullable Media newestKeyframe() {
    var backwards = items.descendingIterator();
    while (backwards.hasNext()) {
      if (backwards.next() instanceof Item.Media media && media.fragment().keyframe()) {
        return media;
      }
    }
    return null;
  }

  void close() {
    synchronized (lock) {
      closed = true;
      items.clear();
      bytes = 0;
    }
  }

  private boolean add(Item item) {
    boolean wasEmpty = items.isEmpty();
    items.add(item);
    return wasEmpty && !closed;
  }
}
