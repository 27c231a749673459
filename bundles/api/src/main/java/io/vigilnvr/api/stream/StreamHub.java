package io.vigilnvr.api.stream;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.record.GapCause;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Fans streams out. Thread-safe. */
@ProviderType
public interface StreamHub {
  /** What ingest can do for the hub; called from any thread, must return at once. */
  interface Upstream {
    /**
     * Starts the units, or starts them again: the next call of {@link Feed#unit} has this number,
     * or a higher one after {@link Feed#lost}. Comes once the recorder is known, and again each
     * time another recorder takes over.
     */
    void resumeAt(long sequence);

    /** All units up to and including this number are durable, or will never be asked for. */
    void acknowledge(long sequence);

    /** Somebody watches the stream, or nobody does any more: pictures are wanted at once then. */
    default void watched(boolean now) {}
  }

  /** Where ingest puts one stream. One thread at a time. */
  interface Feed extends AutoCloseable {
    /**
     * A run starts: a connection, a jump of time, or other tracks. The next unit is a keyframe of
     * the primary track, or goes on in the middle of the run after {@link Upstream#resumeAt}.
     *
     * @param run rises with each run of the stream; the same again when a run is resumed
     */
    void run(long run, StreamFormat format);

    /** The next unit of the run. Never blocks. */
    void unit(AccessUnit unit);

    /** These units existed and are gone. */
    void lost(long firstSequence, long lastSequence, GapCause cause);

    /** Nothing comes until the next {@link #run}. */
    void interrupted(GapCause cause);

    /** The stream is not wanted any more. */
    @Override
    void close();
  }

  /** A viewer's place at a stream. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /** Opens the place for a stream's units; there is one feed for a stream at a time. */
  Feed feed(StreamId stream, Upstream upstream);

  /**
   * Watches a stream, from the newest keyframe on and at once if there is one.
   *
   * @param maxQueuedBytes beyond this the viewer is moved to the newest keyframe
   * @throws java.util.NoSuchElementException if nobody feeds the stream
   */
  Subscription watch(StreamId stream, long maxQueuedBytes, StreamViewer viewer);

  /**
   * Watches a stream over its whole life, also before it is fed and while it is not: {@link
   * StreamViewer.Item.Ended} comes first then, and {@link StreamViewer.Item.Init} as soon as there
   * is something to see.
   */
  Subscription follow(StreamId stream, long maxQueuedBytes, StreamViewer viewer);

  Optional<StreamStatus> status(StreamId stream);

  /** Of all streams that are fed, in order of their names. */
  List<StreamStatus> streams();
}
