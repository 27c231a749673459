package io.vigilnvr.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventStore;
import io.vigilnvr.api.event.EventType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class EventTailTest {
  private static EventStore.Kept kept(String label) {
    var event =
        new Event(
            "e1",
            new CameraId("gate"),
            EventType.OBJECT,
            label,
            OptionalDouble.of(0.873),
            Instant.parse("2026-11-22T10:00:00Z"),
            Optional.of(Instant.parse("2026-11-22T10:00:09Z")),
            List.of(),
            Optional.empty(),
            Optional.of("onnx"),
            false,
            false,
            Map.of());
    return new EventStore.Kept(event, 7, Change.Step.END, true);
  }

  @Test
  void saysWhatHappensInALine() {
    assertThat(EventTail.line(kept("person"), false))
        .isEqualTo(
            "2026-11-22T10:00:00Z end    gate object person 0.87 until 2026-11-22T10:00:09Z");
    assertThat(EventTail.line(kept("a\n\u001b[31m"), false)).contains("a  [31m");
  }

  @Test
  void writesJsonForScripts() {
    assertThat(EventTail.line(kept("person"), true))
        .startsWith("{\"step\":\"end\",\"id\":\"e1\",\"camera\":\"gate\"")
        .endsWith("\"endedAt\":\"2026-11-22T10:00:09Z\"}");
  }
}
