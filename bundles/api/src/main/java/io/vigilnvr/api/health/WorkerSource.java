package io.vigilnvr.api.health;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.decode.DecodeSink;
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
   * @param decoders what it has decoded by, each stream's newest
   */
  record Worker(
      String id,
      String kind,
      long pid,
      List<CameraId> cameras,
      Instant since,
      List<Decoder> decoders) {
    public Worker {
      cameras = List.copyOf(cameras);
      decoders = List.copyOf(decoders);
    }
  }

  /**
   * What a stream is decoded by.
   *
   * @param name e.g. {@code avdec_h264}
   * @param left better ones that failed
   */
  record Decoder(StreamId stream, String name, List<DecodeSink.Left> left) {
    public Decoder {
      left = List.copyOf(left);
    }
  }

  /** Those that run now. Must answer at once, from memory. */
  List<Worker> workers();
}
