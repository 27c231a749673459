package io.vigilnvr.recorder.continuous.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.plugin.PluginCatalog;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.record.RecordingPlan;
import java.time.Instant;
import org.osgi.service.component.annotations.Component;

/** Keeps every GOP. */
@Component(
    service = Recorder.class,
    property = {
      Recorder.RECORDER + "=continuous",
      PluginCatalog.SETTINGS + "=" + ContinuousConfig.PID
    })
public final class ContinuousRecorder implements Recorder {
  @Override
  public Session open(StreamId stream, RecordingPlan plan) {
    return new Everything();
  }

  private record Everything() implements Session {
    private static final Choice KEEP = new Choice.Keep();

    @Override
    public Choice choose(Instant gopStart) {
      return KEEP;
    }

    @Override
    public void close() {}
  }
}
