package io.vigilnvr.api.camera;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Keeps cameras in the database. Thread-safe; every call is one transaction and throws {@link
 * io.vigilnvr.api.record.StoreUnavailableException} while the database is away.
 */
@ProviderType
public interface CameraStore {
  /**
   * A camera and its sealed secrets.
   *
   * @param sealedSecrets by the setting's name, as {@link io.vigilnvr.api.auth.SecretBox} made them
   */
  record Stored(Camera camera, Map<String, byte[]> sealedSecrets) {
    public Stored {
      sealedSecrets = Map.copyOf(sealedSecrets);
    }
  }

  List<Stored> cameras();

  void insert(Stored camera);

  /** Replaces if the stored version is still {@code version}; says whether it did. */
  boolean replace(Stored camera, long version);

  /** Says whether there was one. */
  boolean delete(CameraId id);

  Optional<Stored> camera(CameraId id);
}
