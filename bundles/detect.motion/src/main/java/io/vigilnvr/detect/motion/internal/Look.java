package io.vigilnvr.detect.motion.internal;

import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.Explanation.Region;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.detect.motion.internal.Shapes.Shape;
import java.util.List;
import java.util.Locale;
import org.opencv.core.Rect;

/**
 * One frame, seen.
 *
 * @param counts whether shapes count at all in this frame
 * @param note why they do not; empty if they do
 */
record Look(int widthPx, int heightPx, List<Judged> shapes, boolean counts, String note) {
  /** A shape, and how large it has to be. */
  record Judged(Shape shape, double least) {
    boolean isLargeEnough() {
      return shape.area() >= least;
    }
  }

  static final String LABEL = "motion";

  List<Detection> detections() {
    return counts
        ? shapes.stream().filter(Judged::isLargeEnough).map(this::detection).toList()
        : List.of();
  }

  /** What is as small as it may be scores a half; the larger, the surer. */
  private Detection detection(Judged judged) {
    double score = 1 - 0.5 * judged.least() / judged.shape().area();
    return new Detection(LABEL, score, box(judged.shape().box()));
  }

  List<Region> regions() {
    return shapes.stream()
        .map(
            judged ->
                new Region(
                    box(judged.shape().box()),
                    judged.shape().area(),
                    counts && judged.isLargeEnough(),
                    reason(judged)))
        .toList();
  }

  private String reason(Judged judged) {
    if (!counts) {
      return note;
    }
    return String.format(
        Locale.ROOT,
        judged.isLargeEnough()
            ? "%.2f %% of the picture differs; %.2f %% is enough"
            : "%.2f %% of the picture differs; it takes %.2f %%",
        100 * judged.shape().area(),
        100 * judged.least());
  }

  private Event.Box box(Rect box) {
    return new Event.Box(
        (double) box.x / widthPx,
        (double) box.y / heightPx,
        (double) box.width / widthPx,
        (double) box.height / heightPx);
  }
}
