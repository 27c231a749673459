package io.vigilnvr.recorder.continuous.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.Recorder.Choice;
import io.vigilnvr.api.record.RecordingPlan;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ContinuousRecorderTest {
  @Test
  void keepsEverything() {
    var stream = new StreamId(new CameraId("door"), StreamRole.MAIN);
    try (var session = new ContinuousRecorder().open(stream, RecordingPlan.DEFAULT)) {
      for (int second = 0; second < 10; second++) {
        assertThat(session.choose(Instant.ofEpochSecond(second))).isInstanceOf(Choice.Keep.class);
      }
    }
  }
}
