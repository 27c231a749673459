package io.vigilnvr.record.internal;

import io.vigilnvr.api.storage.VolumeId;
import java.util.Map;

/**
 * A volume that is to be recorded to.
 *
 * @param id name of the volume, for ever
 * @param backend id of the storage backend that opens it
 * @param settings for the backend
 * @param location of the volume, for people and to know it again
 */
record VolumeSettings(VolumeId id, String backend, Map<String, Object> settings, String location) {
  VolumeSettings {
    settings = Map.copyOf(settings);
  }

  /** The first volume, which is there from the start. */
  static VolumeSettings of(RecordConfig config) {
    if (config.recordings().isBlank()) {
      throw new IllegalArgumentException("recordings must be the path of the first volume");
    }
    return new VolumeSettings(
        new VolumeId(config.volume()),
        config.backend(),
        Map.of("path", config.recordings()),
        config.recordings());
  }
}
