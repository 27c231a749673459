package io.vigilnvr.api.record;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.VolumeId;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Tells what is recorded and reads it. Thread-safe. Includes segments that are still written. */
@ProviderType
public interface Recordings {
  /** How recording a stream goes. */
  enum State {
    RECORDING,
    /** Nothing to record now, by plan or because nothing comes. */
    IDLE,
    /** There is something to record and it cannot be kept. */
    FAILED
  }

  /**
   * @param recorded access units made durable since the engine started
   * @param lost access units known to be gone since then
   * @param durableThrough everything up to this moment is on disk, synced
   */
  record StreamRecording(
      State state, long recorded, long lost, Optional<Instant> durableThrough, String cause) {}

  /**
   * @param state {@code online}, {@code failed} or {@code refused}
   * @param cause why it is not online; empty if it is
   */
  record VolumeStatus(
      VolumeId id,
      String backend,
      String location,
      String state,
      String cause,
      Optional<Volume.Capacity> capacity,
      long recordedBytes,
      long segments) {}

  /** What a check of index against files found; empty lists are good. */
  record CheckResult(long segments, long bytes, List<String> problems) {
    public CheckResult {
      problems = List.copyOf(problems);
    }
  }

  /** Of all streams together. From must be before to. */
  Ledger ledger(CameraId camera, Instant from, Instant to);

  /** As if the camera had only that stream. From must be before to. */
  Ledger ledger(StreamId stream, Instant from, Instant to);

  /** Segments of a stream that overlap the time, in order. */
  List<Segment> segments(StreamId stream, Instant from, Instant to);

  Optional<Segment> segment(String id);

  /**
   * Reads a segment's file; the caller closes the channel.
   *
   * @throws java.nio.file.NoSuchFileException if it is gone
   */
  SeekableByteChannel read(Segment segment) throws IOException;

  StreamRecording status(StreamId stream);

  List<VolumeStatus> volumes();

  /**
   * Compares index, files and journal.
   *
   * @param hashes whether to read every file and compare its hash, too
   */
  CheckResult check(boolean hashes) throws IOException;
}
