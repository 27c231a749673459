package io.vigilnvr.api.camera;

import io.vigilnvr.api.record.RecordingPlan;
import java.util.List;
import java.util.Map;

/**
 * What a user asks for a camera to be; {@link CameraRegistry} checks it. Settings may hold secrets
 * in clear; a secret that is left out of a change stays as it was, an empty one is removed.
 */
public record CameraDraft(
    String name,
    String driver,
    boolean enabled,
    Map<String, Object> settings,
    RecordingPlan recording,
    List<Camera.DetectorBinding> detectors,
    List<Camera.Zone> zones,
    List<Camera.Mask> masks,
    List<String> labels) {
  public CameraDraft {
    settings = Map.copyOf(settings);
    detectors = List.copyOf(detectors);
    zones = List.copyOf(zones);
    masks = List.copyOf(masks);
    labels = List.copyOf(labels);
  }

  @Override
  public String toString() {
    return "CameraDraft[" + name + ", " + driver + "]";
  }
}
