package io.vigilnvr.api.storage;

import java.io.IOException;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** Opens volumes. A stateless service with {@link #STORAGE}; thread-safe. */
@ConsumerType
public interface StorageBackend {
  /** Service property: the name that a volume's settings pick this backend by, e.g. file. */
  String STORAGE = "vigil.storage";

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
