package io.vigilnvr.api.stream;

import io.vigilnvr.api.media.Fragment;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Watches a stream. The hub never waits for a viewer: it says that something is there, from the
 * feeding thread, and the viewer takes it when it can, from a thread of its own.
 */
@ConsumerType
public interface StreamViewer {
  /** What a viewer takes from its queue, in order. */
  sealed interface Item {
    /**
     * Comes first, and again when the format changes.
     *
     * @param mime e.g. {@code video/mp4; codecs="avc1.4d0028,mp4a.40.2"}
     * @param bytes the init segment ({@code ftyp}, {@code moov}); read-only
     */
    record Init(String mime, ByteBuffer bytes) implements Item {}

    record Media(Fragment fragment) implements Item {}

    /**
     * So many access units were left out, because the viewer was too slow or they are gone, or when
     * it came to a group of pictures that does not fit into its queue; a keyframe comes next.
     */
    record Dropped(long accessUnits) implements Item {}

    /** Nothing comes until the next {@link Init}. */
    record Ended(String cause) implements Item {}
  }

  /** The viewer's queue. */
  interface Queue {
    /** Takes the next item; empty if there is none now. Any thread, one at a time. */
    Optional<Item> poll();
  }

  /** There is something in a queue that was empty; called from the feeding thread: never block. */
  void ready(Queue queue);
}
