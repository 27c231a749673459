package io.vigilnvr.api.decode;

import io.vigilnvr.api.camera.StreamId;
import java.time.Instant;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The processes that decode. Thread-safe. */
@ProviderType
public interface DecodeWorkers {
  /**
   * A worker process.
   *
   * @param state {@code starting} or {@code running}
   * @param streams whose pictures it decodes now
   */
  record Worker(String id, long pid, String state, Instant startedAt, List<StreamId> streams) {
    public Worker {
      streams = List.copyOf(streams);
    }
  }

  /** Those there are now; often none. */
  List<Worker> workers();
}
