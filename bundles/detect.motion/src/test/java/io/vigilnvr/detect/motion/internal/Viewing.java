package io.vigilnvr.detect.motion.internal;

import io.vigilnvr.api.camera.Camera.Mask;
import io.vigilnvr.api.camera.Camera.Zone;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.DetectorConfig;
import io.vigilnvr.api.detect.DetectorException;
import io.vigilnvr.api.detect.DetectorSession;
import io.vigilnvr.api.detect.Explanation;
import io.vigilnvr.tck.FakeClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A session that is shown pictures, one after the other, as its rate has it. */
final class Viewing implements AutoCloseable {
  static final StreamId STREAM = new StreamId(new CameraId("front"), StreamRole.SUB);

  final DetectorSession session;
  private final Duration interval;
  private Instant at = FakeClock.START;
  private long sequence;

  Viewing(Map<String, Object> settings) throws DetectorException, InterruptedException {
    this(config(settings, List.of(), List.of()));
  }

  Viewing(DetectorConfig config) throws DetectorException, InterruptedException {
    OpenCv.load();
    session = new MotionDetector(stream -> 1080).open(config);
    interval =
        session.input().rate() instanceof FrameSpec.Rate.Every every
            ? every.interval()
            : Duration.ofSeconds(2);
  }

  static DetectorConfig config(Map<String, Object> settings, List<Zone> zones, List<Mask> masks) {
    return new DetectorConfig(STREAM, settings, zones, masks);
  }

  List<Detection> show(byte[] picture) throws DetectorException, InterruptedException {
    at = at.plus(interval);
    return session.detect(
        new Frame(STREAM, sequence++, at, session.input(), ByteBuffer.wrap(picture)), List.of());
  }

  /** Nothing is shown for so long. */
  void pause(Duration pause) {
    at = at.plus(pause);
  }

  /** What is seen in each. */
  List<List<Detection>> show(List<byte[]> pictures) throws DetectorException, InterruptedException {
    List<List<Detection>> seen = new ArrayList<>();
    for (byte[] picture : pictures) {
      seen.add(show(picture));
    }
    return seen;
  }

  /** In how many of them something is seen. */
  long hits(List<byte[]> pictures) throws DetectorException, InterruptedException {
    return show(pictures).stream().filter(seen -> !seen.isEmpty()).count();
  }

  Explanation explanation() {
    return session.explain().orElseThrow();
  }

  double figure(String name) {
    return explanation().figures().getOrDefault(name, Double.NaN);
  }

  @Override
  public void close() {
    session.close();
  }
}
