package io.vigilnvr.record.internal;

import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.record.GapCause;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What a stream brought and the flusher has not taken yet. Never blocks; the stream's window keeps
 * it small, and beyond a hard limit fragments are lost, by name. Thread-safe.
 */
final class Intake {
  /** In the order in which the hub said it. */
  sealed interface Item {
    record Run(long run, StreamFormat format) implements Item {}

    record Media(Fragment fragment) implements Item {}

    record Lost(long first, long last, GapCause cause) implements Item {}

    record Interrupted(GapCause cause) implements Item {}
  }

  private final long mostBytes;
  private final ArrayDeque<Item> items = new ArrayDeque<>();
  private long bytes;
  private long nextSequence = -1;

  Intake(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  synchronized void put(Item item) {
    if (item instanceof Item.Media media) {
      Fragment fragment = media.fragment();
      nextSequence = Math.max(nextSequence, fragment.lastSequence() + 1);
      if (bytes + fragment.byteCount() > mostBytes) {
        putLost(new Item.Lost(fragment.firstSequence(), fragment.lastSequence(), GapCause.STORAGE));
        return;
      }
      bytes += fragment.byteCount();
    } else if (item instanceof Item.Lost lost) {
      nextSequence = Math.max(nextSequence, lost.last() + 1);
    }
    items.add(item);
  }

  private void putLost(Item.Lost next) {
    if (items.peekLast() instanceof Item.Lost last
        && last.cause() == next.cause()
        && last.last() < next.first()) {
      items.removeLast();
      items.add(new Item.Lost(last.first(), next.last(), next.cause()));
    } else {
      items.add(next);
    }
  }

  synchronized List<Item> drain() {
    if (items.isEmpty()) {
      return List.of();
    }
    List<Item> all = new ArrayList<>(items);
    items.clear();
    bytes = 0;
    return all;
  }

  /** One more than the newest number that came; -1 if none did. */
  synchronized long nextSequence() {
    return nextSequence;
  }
}
