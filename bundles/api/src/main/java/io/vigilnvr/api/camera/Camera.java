package io.vigilnvr.api.camera;

import io.vigilnvr.api.record.RecordingPlan;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A camera as its owner set it up.
 *
 * @param version 1, 2, …: counts changes, for {@code ETag}s
 * @param settings for its driver, with secrets taken out; their names stand in {@code secretsSet}
 * @param secretsSet names of the secret settings that have a value
 * @param createdAt where its ledger starts
 */
public record Camera(
    CameraId id,
    long version,
    String name,
    String driver,
    boolean enabled,
    Map<String, Object> settings,
    List<String> secretsSet,
    RecordingPlan recording,
    List<DetectorBinding> detectors,
    List<Zone> zones,
    List<Mask> masks,
    List<String> labels,
    Instant createdAt) {
  /** A detector that looks at the camera, by its id, with its settings for this camera. */
  public record DetectorBinding(String id, Map<String, Object> settings) {
    public DetectorBinding {
      settings = Map.copyOf(settings);
    }
  }

  /** A corner, as fractions of the picture, 0 to 1, origin top left. */
  public record Point(double x, double y) {
    public Point {
      if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) {
        throw new IllegalArgumentException("coordinates are fractions from 0 to 1");
      }
    }
  }

  /**
   * A polygon in which things count, or a line whose crossing does.
   *
   * @param polygon at least three corners; or two, for a line
   * @param labels what counts; everything if empty
   * @param minArea least area of a thing, as a fraction of the picture
   * @param loiterSeconds a thing counts once it has been in it for so long; nothing for a line
   */
  public record Zone(
      String name, List<Point> polygon, List<String> labels, double minArea, double loiterSeconds) {
    public Zone {
      polygon = List.copyOf(polygon);
      labels = List.copyOf(labels);
    }

    /** One in which things count at once. */
    public Zone(String name, List<Point> polygon, List<String> labels, double minArea) {
      this(name, polygon, labels, minArea, 0);
    }

    /** Whether it is a line. */
    public boolean isLine() {
      return polygon.size() == 2;
    }
  }

  /** A polygon, of at least three corners, in which nothing counts. */
  public record Mask(List<Point> polygon) {
    public Mask {
      polygon = List.copyOf(polygon);
    }
  }

  public Camera {
    settings = Map.copyOf(settings);
    secretsSet = List.copyOf(secretsSet);
    detectors = List.copyOf(detectors);
    zones = List.copyOf(zones);
    masks = List.copyOf(masks);
    labels = List.copyOf(labels);
  }
}
