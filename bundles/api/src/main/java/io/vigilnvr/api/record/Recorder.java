package io.vigilnvr.api.record;

import io.vigilnvr.api.camera.StreamId;
import java.time.Duration;
import java.time.Instant;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Chooses what of a stream is kept. A stateless service with {@link #RECORDER} and {@link
 * io.vigilnvr.api.plugin.PluginCatalog#SETTINGS}; thread-safe. How it is kept is the engine's: a
 * recorder sees no bytes.
 */
@ConsumerType
public interface Recorder {
  /** Service property: the name that a recording plan picks this recorder by. */
  String RECORDER = "vigil.recorder";

  /** What to do with the GOP that starts now. */
  sealed interface Choice {
    /**
     * Keep it, and of what is held, what was sent since then: from the GOP on that this moment is
     * in.
     */
    record Keep(Instant since) implements Choice {
      /** And all that is held. */
      public Keep() {
        this(Instant.MIN);
      }
    }

    /**
     * Hold it in memory until a later choice keeps it too. What is held and not kept is not
     * acknowledged, so that it comes again after a restart, as far as the stream's window allows.
     * What memory is too short for is kept on the disk.
     *
     * @param atMost what began longer ago at the last choice is let go, but for the GOP that this
     *     moment is in; a minute at the most
     * @param otherwise why it is not kept, if no later choice does
     */
    record Hold(Duration atMost, GapCause otherwise) implements Choice {}

    /** Leave it out. */
    record Drop(GapCause cause) implements Choice {}
  }

  /** Choices for one stream; called by one thread at a time, except {@code close}. */
  @ConsumerType
  interface Session extends AutoCloseable {
    /** Called at each keyframe, before the GOP is kept or not; must return at once. */
    Choice choose(Instant gopStart);

    /**
     * Called while something is held that nothing will follow on: the stream broke off, or begins
     * anew. What is not kept now is let go. Must return at once.
     *
     * @param end when the last that is held was sent
     */
    default Choice chooseLast(Instant end) {
      return choose(end);
    }

    @Override
    void close();
  }

  Session open(StreamId stream, RecordingPlan plan);
}
