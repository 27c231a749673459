package io.vigilnvr.api.detect;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Sees things in pictures. Register as a service with the properties {@link #DETECTOR} and {@link
 * io.vigilnvr.api.plugin.PluginCatalog#SETTINGS}; stateless and thread-safe.
 */
@ConsumerType
public interface Detector {
  /** Service property: the name that a camera picks this detector by, e.g. {@code motion}. */
  String DETECTOR = "vigil.detector";

  /**
   * Checks settings that already fit the detector's Metatype definition for what a schema cannot
   * say. Fast: opens nothing.
   *
   * @return the settings to keep
   * @throws InvalidSettingsException naming each wrong setting
   */
  default Map<String, Object> accept(Map<String, Object> settings) throws InvalidSettingsException {
    return settings;
  }

  /**
   * Begins to look at a camera. May be slow: loads a model.
   *
   * @throws DetectorException with nothing left open
   * @throws InterruptedException likewise
   */
  DetectorSession open(DetectorConfig config) throws DetectorException, InterruptedException;
}
