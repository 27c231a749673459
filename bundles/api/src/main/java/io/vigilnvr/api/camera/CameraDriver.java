package io.vigilnvr.api.camera;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Knows how to talk to one kind of camera. Register as a service with the properties {@link
 * #DRIVER} and {@link io.vigilnvr.api.plugin.PluginCatalog#SETTINGS}; stateless and thread-safe.
 * Drivers describe a camera and control it; pulling media is ingest's work.
 */
@ConsumerType
public interface CameraDriver {
  /** Service property: the name that a camera picks this driver by, e.g. {@code rtsp}. */
  String DRIVER = "vigil.camera.driver";

  /** Service property, optional, {@code String[]}: what the driver can do, e.g. {@code ptz}. */
  String CAPABILITIES = "vigil.camera.capabilities";

  /**
   * Checks settings that already fit the driver's Metatype definition for what a schema cannot say,
   * and tidies them, e.g. takes a login out of an address. Touches no network.
   *
   * @return the settings to keep
   * @throws InvalidSettingsException naming each wrong setting
   */
  default Map<String, Object> accept(Map<String, Object> settings) throws InvalidSettingsException {
    return settings;
  }

  /**
   * Connects, at most once: the caller retries and backs off. May return before the camera was
   * reached, where there is nothing to ask it.
   *
   * @throws CameraException with nothing left open
   * @throws InterruptedException within 10 s of an interrupt, with nothing left open
   */
  CameraSession connect(CameraConfig camera) throws CameraException, InterruptedException;
}
