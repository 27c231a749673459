package io.vigilnvr.recorder.continuous.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.record.Recorder.Choice;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.tck.RecorderContract;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ContinuousRecorderTest extends RecorderContract {
  @Override
  protected Recorder newRecorder() {
    return new ContinuousRecorder();
  }

  @Override
  protected RecordingPlan plan() {
    return RecordingPlan.DEFAULT;
  }

  @Test
  void keepsEverything() {
    var stream = new StreamId(new CameraId("door"), StreamRole.MAIN);
    try (var session = newRecorder().open(stream, plan())) {
      for (int second = 0; second < 10; second++) {
        assertThat(session.choose(Instant.ofEpochSecond(second))).isInstanceOf(Choice.Keep.class);
      }
    }
  }
}
