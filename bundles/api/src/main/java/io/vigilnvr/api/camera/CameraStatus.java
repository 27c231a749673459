package io.vigilnvr.api.camera;

import io.vigilnvr.api.stream.StreamStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a camera is, for people.
 *
 * @param cause why, in words a user understands, without secrets; empty while all is well
 * @param streams of those that were ever connected since the platform started
 */
public record CameraStatus(
    CameraState state, Instant since, Optional<String> cause, List<StreamStatus> streams) {
  public CameraStatus {
    streams = List.copyOf(streams);
  }
}
