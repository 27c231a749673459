package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.Camera.Mask;
import io.vigilnvr.api.camera.Camera.Point;
import io.vigilnvr.api.camera.Camera.Zone;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.decode.PixelFormat;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.Policy;
import io.vigilnvr.api.event.Event.Box;
import io.vigilnvr.api.event.EventType;
import io.vigilnvr.tck.FakeClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What tests of this bundle have in common. */
final class Scene {
  static final CameraId FRONT = new CameraId("front");
  static final StreamId STREAM = new StreamId(FRONT, StreamRole.SUB);

  private Scene() {}

  static Policy policy(EventType type) {
    return new Policy(
        type,
        Map.of(),
        new Policy.Least(0.5, 0.001),
        3,
        5,
        Duration.ofSeconds(2),
        false,
        false,
        false);
  }

  static Policy onlyInZones(EventType type) {
    return new Policy(
        type,
        Map.of(),
        new Policy.Least(0.5, 0.001),
        3,
        5,
        Duration.ofSeconds(2),
        true,
        false,
        false);
  }

  static Rules rules(Policy policy, Zone... zones) {
    return new Rules(policy, List.of(zones), List.of(), "yolo");
  }

  static List<Point> rectangle(double left, double top, double right, double bottom) {
    return List.of(
        new Point(left, top),
        new Point(right, top),
        new Point(right, bottom),
        new Point(left, bottom));
  }

  static Zone zone(String name, double left, double right, double loiterSeconds) {
    return new Zone(name, rectangle(left, 0, right, 1), List.of(), 0, loiterSeconds);
  }

  /** From the top to the bottom: who looks along it has the left of the picture to the right. */
  static Zone line(String name, double x) {
    return new Zone(name, List.of(new Point(x, 0), new Point(x, 1)), List.of(), 0);
  }

  static Mask mask(double left, double right) {
    return new Mask(rectangle(left, 0, right, 1));
  }

  static Instant second(double seconds) {
    return FakeClock.START.plusMillis(Math.round(1000 * seconds));
  }

  static Frame frame(double seconds, PixelFormat format) {
    FrameSpec spec = new FrameSpec(32, 18, format, new FrameSpec.Rate.Every(Duration.ZERO));
    return new Frame(
        STREAM,
        Math.round(1000 * seconds),
        second(seconds),
        spec,
        ByteBuffer.allocate(spec.frameBytes()));
  }

  static Frame frame(double seconds) {
    return frame(seconds, PixelFormat.GRAY8);
  }

  /** A tenth of the picture wide and a fifth high, standing on the middle of the picture. */
  static Detection person(double middle) {
    return seen("person", 0.8, middle);
  }

  static Detection seen(String label, double score, double middle) {
    return new Detection(label, score, new Box(middle - 0.05, 0.3, 0.1, 0.2));
  }
}
