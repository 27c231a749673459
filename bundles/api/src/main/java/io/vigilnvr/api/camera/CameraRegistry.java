package io.vigilnvr.api.camera;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The cameras of this system, and how they are. Thread-safe. Changes are durable when the call
 * returns and take effect soon after; a change that leaves a stream's source as it was does not
 * interrupt it.
 */
@ProviderType
public interface CameraRegistry {
  /** In order of their names. Answers from memory, even while the database is away. */
  List<Camera> cameras();

  Optional<Camera> camera(CameraId id);

  /**
   * @throws InvalidSettingsException naming each wrong field; nothing was kept
   * @throws io.vigilnvr.api.record.StoreUnavailableException while the database is away
   */
  Camera create(CameraDraft draft) throws InvalidSettingsException;

  /**
   * Replaces a camera's set-up.
   *
   * @param version the version it must still have
   * @throws InvalidSettingsException naming each wrong field; nothing was changed
   * @throws StaleVersionException if it was changed in between
   * @throws java.util.NoSuchElementException if there is no such camera
   */
  Camera replace(CameraId id, long version, CameraDraft draft)
      throws InvalidSettingsException, StaleVersionException;

  /** Forgets a camera; its recordings are removed by retention. Says whether there was one. */
  boolean delete(CameraId id);

  /**
   * @throws java.util.NoSuchElementException if there is no such camera
   */
  CameraStatus status(CameraId id);

  /**
   * Connects once, within 10 s, and says what the streams are; keeps nothing.
   *
   * @throws InvalidSettingsException if the settings are wrong
   * @throws CameraException if the camera cannot be reached or used
   */
  List<StreamProbe> test(String driver, Map<String, Object> settings)
      throws InvalidSettingsException, CameraException, InterruptedException;

  /**
   * As {@link #test(String, Map)}, with a camera's own secrets where none are given. They go only
   * to the hosts and ports they are kept for.
   *
   * @throws InvalidSettingsException also if a secret would go elsewhere
   * @throws java.util.NoSuchElementException if there is no such camera
   */
  List<StreamProbe> test(CameraId camera, String driver, Map<String, Object> settings)
      throws InvalidSettingsException, CameraException, InterruptedException;
}
