package io.vigilnvr.record.internal;

import io.vigilnvr.api.storage.VolumeId;
import java.time.Duration;
import java.util.Map;

/**
 * What the engine goes by.
 *
 * @param volume name of the volume, for ever
 * @param backend id of the storage backend that opens it
 * @param backendSettings for the backend
 * @param location of the volume, for people and to know it again
 * @param segmentLength a segment ends at the first keyframe after it
 * @param patience how long an open file waits for its stream to go on
 * @param reserveBytes never used on the volume; less on one smaller than twenty times as much
 * @param queueBytes the most that waits for a slow disk, for each stream
 */
record RecordSettings(
    VolumeId volume,
    String backend,
    Map<String, Object> backendSettings,
    String location,
    Duration segmentLength,
    Duration patience,
    long reserveBytes,
    long queueBytes) {
  RecordSettings {
    backendSettings = Map.copyOf(backendSettings);
  }

  static RecordSettings of(RecordConfig config) {
    if (config.recordings().isBlank()) {
      throw new IllegalArgumentException("recordings must be the path of the first volume");
    }
    return new RecordSettings(
        new VolumeId(config.volume()),
        config.backend(),
        Map.of("path", config.recordings()),
        config.recordings(),
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        (long) config.reserveMebibytes() << 20,
        64L << 20);
  }

  /** The reserve on a volume of this size: a twentieth of a small one. */
  long reserve(long totalBytes) {
    return Math.min(reserveBytes, totalBytes / 20);
  }
}
