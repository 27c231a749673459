package io.vigilnvr.detect.internal;

import static io.vigilnvr.detect.internal.TestTasks.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventType;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class PictureQueueTest {
  private static final Jpeg PICTURE = new Jpeg(Instant.EPOCH, 1, 1, ByteBuffer.allocate(1));

  private static Event event(String camera, String id) {
    return new Event(
        id,
        new CameraId(camera),
        EventType.OBJECT,
        "person",
        OptionalDouble.empty(),
        Instant.EPOCH,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.of("onnx"),
        false,
        false,
        Map.of());
  }

  @Test
  void whoFloodsTakesNobodyElsesPlace() throws Exception {
    FakeLog log = new FakeLog();
    PictureQueue queue = new PictureQueue(log);
    queue.put(event("yard", "quiet"), () -> PICTURE);
    for (int i = 0; i < 100; i++) {
      queue.put(event("door", "flood" + i), () -> PICTURE);
    }
    TestTasks tasks = new TestTasks();
    tasks.start("pictures", queue::run);
    await(() -> log.picture("flood99", Instant.EPOCH).isPresent());
    tasks.end();
    assertThat(log.picture("quiet", Instant.EPOCH)).isPresent();
    assertThat(log.picture("flood84", Instant.EPOCH)).isEmpty();
    assertThat(log.picture("flood85", Instant.EPOCH)).isPresent();
  }
}
