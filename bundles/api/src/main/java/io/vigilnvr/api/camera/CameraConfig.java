package io.vigilnvr.api.camera;

import java.util.Map;

/**
 * What a driver gets to know of a camera.
 *
 * @param settings as its driver {@linkplain CameraDriver#accept accepted} them, secrets included in
 *     clear: do not log. Keys and types are those of the driver's Metatype definition
 */
public record CameraConfig(CameraId id, Map<String, Object> settings) {
  public CameraConfig {
    settings = Map.copyOf(settings);
  }

  @Override
  public String toString() {
    return "CameraConfig[" + id + ", ***]";
  }
}
