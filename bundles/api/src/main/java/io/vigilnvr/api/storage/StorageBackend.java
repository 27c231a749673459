package io.vigilnvr.api.storage;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** Opens volumes. A stateless service with {@link #STORAGE}; thread-safe. */
@ConsumerType
public interface StorageBackend {
  /** Service property: the name that a volume's settings pick this backend by, e.g. file. */
  String STORAGE = "vigil.storage";

  /**
   * Looks whether a volume can be taken into use, and changes nothing.
   *
   * @return the id that it has, if it was one before
   * @throws InvalidSettingsException if it cannot: pointers are relative to the settings
   */
  default Optional<VolumeId> inspect(Map<String, Object> settings) throws InvalidSettingsException {
    return Optional.empty();
  }

  /**
   * Opens a volume and locks it against other instances.
   *
   * @param id the volume's id in the database
   * @param fresh whether it may be initialised if it has no marker yet; otherwise a volume without
   *     its marker is refused, because a mount may be missing
   * @throws VolumeRefusedException if it is not the volume it should be, or in use: the message
   *     says what and by whom
   * @throws IOException if it cannot be read or written
   */
  Volume open(VolumeId id, Map<String, Object> settings, boolean fresh)
      throws IOException, VolumeRefusedException;
}
