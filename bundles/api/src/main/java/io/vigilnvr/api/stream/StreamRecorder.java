package io.vigilnvr.api.stream;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.record.GapCause;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The one service that gets every unit of every stream, in order, and says what of it need not be
 * kept any longer. The hub binds it dynamically: when another instance takes over, units that were
 * not acknowledged come again.
 */
@ConsumerType
public interface StreamRecorder {
  /** Says how far the recorder is. Any thread. */
  interface Acknowledgement {
    /** All units up to and including this number are durable, or not to be recorded. */
    void upTo(long sequence);
  }

  /** One stream. Calls come from one thread at a time and must not block. */
  interface Session extends AutoCloseable {
    /**
     * @param run rises with each run; the same as before when a run is resumed in its middle
     * @param init {@code ftyp} and {@code moov} for the format; read-only
     */
    void run(long run, StreamFormat format, ByteBuffer init);

    void fragment(Fragment fragment);

    /** These units existed and are gone. */
    void lost(long firstSequence, long lastSequence, GapCause cause);

    /** Nothing comes until the next run. */
    void interrupted(GapCause cause);

    /** The stream is not fed any more. What it was given is made durable all the same. */
    @Override
    void close();
  }

  /**
   * Starts with a stream.
   *
   * @return what takes the stream's fragments
   */
  Session open(StreamId stream, Acknowledgement acknowledgement);

  /**
   * The number of the first unit of the stream that the recorder does not have: one more than the
   * last that it ever recorded, or 0. Units before it are not wanted again. May read the disk.
   */
  long nextSequence(StreamId stream);
}
