package io.vigilnvr.api.detect;

import io.vigilnvr.api.camera.Camera.Mask;
import io.vigilnvr.api.camera.Camera.Zone;
import io.vigilnvr.api.camera.StreamId;
import java.util.List;
import java.util.Map;

/**
 * What a detector is to look at.
 *
 * @param stream the one that is looked at: the camera's sub stream if it has one
 * @param settings for this camera, checked by the detector's definition, defaults included
 * @param zones of the camera. The engine says which of them a detection is in; a detector needs
 *     them only if it measures differently in them
 * @param masks of the camera. The engine leaves out what lies in them; a detector needs them if it
 *     joins what lies outside with what lies inside
 */
public record DetectorConfig(
    StreamId stream, Map<String, Object> settings, List<Zone> zones, List<Mask> masks) {
  public DetectorConfig {
    settings = Map.copyOf(settings);
    zones = List.copyOf(zones);
    masks = List.copyOf(masks);
  }
}
