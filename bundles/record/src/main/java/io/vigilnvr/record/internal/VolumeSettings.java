package io.vigilnvr.record.internal;

import io.vigilnvr.api.plugin.Configured;
import io.vigilnvr.api.storage.VolumeId;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A volume that is to be recorded to.
 *
 * @param id name of the volume, for ever
 * @param backend id of the storage backend that opens it
 * @param settings for the backend
 * @param location of the volume, for people and to know it again
 */
record VolumeSettings(VolumeId id, String backend, Map<String, Object> settings, String location) {
  private static final Pattern PATH = Pattern.compile(".*\\S.*");
  private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  VolumeSettings {
    settings = Map.copyOf(settings);
  }

  /** The first volume, which is there from the start. */
  static VolumeSettings of(Map<String, ?> properties, Consumer<String> refusals) {
    var given = new Configured(RecordSettings.PID, RecordConfig.class, properties, refusals);
    String path = given.text("recordings", PATH, "the path of the first volume");
    return new VolumeSettings(
        new VolumeId(given.text("volume", NAME, "the name of a volume")),
        given.text("backend", NAME, "the name of a storage backend"),
        Map.of("path", path),
        path);
  }
}
