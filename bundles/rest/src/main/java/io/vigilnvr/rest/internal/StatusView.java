package io.vigilnvr.rest.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.api.camera.CameraStatus;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.stream.StreamStatus;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** How a camera is, since when, and why. */
record StatusView(
    @Means(CameraState.class) String state,
    Instant since,
    @Nullable String cause,
    List<StreamView> streams,
    RecordingView recording) {
  record StreamView(
      @Means(StreamRole.class) String role,
      @Nullable String codec,
      int widthPx,
      int heightPx,
      double frameRate,
      long bitrateBps,
      UnitCounts accessUnits,
      @Nullable Instant lastAccessUnitAt) {
    private static StreamView of(StreamStatus stream, Recordings recordings) {
      Recordings.StreamRecording recorded = recordings.status(stream.stream());
      return new StreamView(
          stream.stream().role().word(),
          stream.codec().orElse(null),
          stream.widthPx(),
          stream.heightPx(),
          Math.round(stream.frameRate() * 100) / 100.0,
          stream.bitrateBps(),
          new UnitCounts(
              stream.received(), recorded.recorded(), Math.max(stream.lost(), recorded.lost())),
          stream.lastAccessUnitAt().orElse(null));
    }
  }

  record UnitCounts(long received, long recorded, long lost) {}

  record RecordingView(
      @Means(Recordings.State.class) String state,
      @Nullable Instant durableThrough,
      @Nullable String cause) {
    private static RecordingView of(Recordings.StreamRecording recording) {
      return new RecordingView(
          recording.state().name().toLowerCase(Locale.ROOT),
          recording.durableThrough().orElse(null),
          recording.cause().isEmpty() ? null : recording.cause());
    }
  }

  /**
   * @throws NoSuchElementException if the camera has gone
   */
  static StatusView of(Backend backend, Camera camera) {
    CameraStatus status = backend.cameras().status(camera.id());
    Recordings recordings = backend.recordings();
    return new StatusView(
        status.state().word(),
        status.since(),
        status.cause().orElse(null),
        status.streams().stream().map(stream -> StreamView.of(stream, recordings)).toList(),
        RecordingView.of(
            recordings.status(new StreamId(camera.id(), camera.recording().stream()))));
  }
}
