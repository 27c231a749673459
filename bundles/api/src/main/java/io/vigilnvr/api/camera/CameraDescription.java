package io.vigilnvr.api.camera;

import java.util.Map;

/** What a connected camera says it is and offers; texts may be empty. */
public record CameraDescription(
    String manufacturer, String model, Map<StreamRole, StreamSource> streams) {
  public CameraDescription {
    streams = Map.copyOf(streams);
    if (!streams.containsKey(StreamRole.MAIN)) {
      throw new IllegalArgumentException("a camera offers at least a main stream");
    }
  }
}
