package io.vigilnvr.api.ingest;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamProbe;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.camera.StreamSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Pulls streams, in worker processes, and feeds them to the {@link
 * io.vigilnvr.api.stream.StreamHub}. Thread-safe. Reconnecting is done here, for ever.
 */
@ProviderType
public interface Ingest {
  /** A stream that is wanted; whoever opened it closes it. */
  interface Line extends AutoCloseable {
    /** How the stream is now. */
    IngestStatus status();

    /** Ends the stream and forgets its ring. */
    @Override
    void close();

    /**
     * Lets go without ending: the worker goes on for its lease, and opening the same stream with
     * the same source goes on where it was. For a component that is about to be replaced.
     */
    void release();
  }

  /** Told of each change of a line's status, from one thread at a time; must return soon. */
  @FunctionalInterface
  interface Listener {
    void changed(StreamId stream, IngestStatus status);
  }

  /**
   * A worker process.
   *
   * @param state {@code running} or {@code starting}
   * @param adopted whether it was started by a former life of the platform
   */
  record Worker(
      String id,
      long pid,
      String state,
      boolean adopted,
      java.time.Instant startedAt,
      List<StreamId> streams,
      long ringBytes) {
    public Worker {
      streams = List.copyOf(streams);
    }
  }

  /**
   * Wants a stream. If a worker has it already from the same source, it is taken over as it is,
   * without interruption; if from another, it is opened anew and the numbering goes on.
   */
  Line open(StreamId stream, StreamSource source, Listener listener);

  /**
   * Connects once and says what the stream is; keeps nothing.
   *
   * @throws CameraException why not, at the latest after the time-out
   */
  StreamProbe probe(StreamRole role, StreamSource source, Duration timeout)
      throws CameraException, InterruptedException;

  List<Worker> workers();

  /** How a stream that is wanted is being received, and by which engine. */
  default Optional<IngestStatus> status(StreamId stream) {
    return Optional.empty();
  }
}
