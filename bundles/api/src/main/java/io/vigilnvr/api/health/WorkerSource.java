package io.vigilnvr.api.health;

import io.vigilnvr.api.camera.CameraId;
import java.time.Instant;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** A service that has processes of its own at work; found by whiteboard. */
@ConsumerType
public interface WorkerSource {
  /**
   * A process.
   *
   * @param id unique among all workers of its kind
   * @param kind what it does, e.g. {@code decode}
   * @param cameras which it works for just now
   * @param since when it was started
   */
  record Worker(String id, String kind, long pid, List<CameraId> cameras, Instant since) {
    public Worker {
      cameras = List.copyOf(cameras);
    }
  }

  /** Those that run now. Must answer at once, from memory. */
  List<Worker> workers();
}
