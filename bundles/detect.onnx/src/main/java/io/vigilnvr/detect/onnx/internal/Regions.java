package io.vigilnvr.detect.onnx.internal;

import io.vigilnvr.api.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which parts of a frame are worth looking at. A model's input is small: of the whole picture it
 * shows little of what is far away. Where motion keeps to one or two places, squares around these
 * are looked at instead, and the whole picture once a second, for what stands still.
 */
final class Regions {
  private static final Duration WHOLE_EVERY = Duration.ofSeconds(1);
  private static final int MOST = 2;

  /** Around what moves: its outline is not known exactly. */
  private static final double AROUND = 1.5;

  /** Squares larger than this fraction of the width would show little more than the whole. */
  private static final double WORTHWHILE = 0.6;

  private final int widthPx;
  private final int heightPx;
  private final int leastPx;
  private final int mostPx;
  private Optional<Instant> whole = Optional.empty();

  Regions(int widthPx, int heightPx, InputFormat input) {
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    mostPx = Math.min(heightPx, (int) (WORTHWHILE * widthPx));
    leastPx = Math.min(mostPx, Math.max(input.widthPx(), input.heightPx()));
  }

  /**
   * @param moving empty if the whole picture is to be looked at
   */
  List<Crop> of(List<Event.Box> moving, Instant captured) {
    List<Crop> around = moving.isEmpty() ? List.of() : around(moving);
    boolean due =
        whole
            .filter(at -> !captured.isBefore(at) && captured.isBefore(at.plus(WHOLE_EVERY)))
            .isEmpty();
    if (around.isEmpty() || due) {
      whole = Optional.of(captured);
    }
    List<Crop> all = new ArrayList<>();
    if (around.isEmpty() || due) {
      all.add(new Crop(0, 0, widthPx, heightPx));
    }
    all.addAll(around);
    return all;
  }

  /** Sides of what moves, in pixels. */
  private record Area(double left, double top, double right, double bottom) {
    Area with(Area other) {
      return new Area(
          Math.min(left, other.left),
          Math.min(top, other.top),
          Math.max(right, other.right),
          Math.max(bottom, other.bottom));
    }

    double longest() {
      return AROUND * Math.max(right - left, bottom - top);
    }
  }

  /** None if what moves is too large, or in too many places. */
  private List<Crop> around(List<Event.Box> moving) {
    List<Area> places = new ArrayList<>();
    for (Event.Box box : moving) {
      Area area =
          new Area(
              box.x() * widthPx,
              box.y() * heightPx,
              (box.x() + box.width()) * widthPx,
              (box.y() + box.height()) * heightPx);
      int joined = -1;
      for (int i = 0; i < places.size() && joined < 0; i++) {
        joined = places.get(i).with(area).longest() <= Math.max(leastPx, mostPx) ? i : -1;
      }
      if (joined >= 0) {
        places.set(joined, places.get(joined).with(area));
      } else {
        places.add(area);
      }
    }
    boolean few =
        places.size() <= MOST && places.stream().allMatch(place -> place.longest() <= mostPx);
    return few ? places.stream().map(this::square).toList() : List.of();
  }

  private Crop square(Area around) {
    int side = (int) Math.max(leastPx, Math.min(mostPx, Math.ceil(around.longest())));
    double x = (around.left() + around.right()) / 2 - side / 2.0;
    double y = (around.top() + around.bottom()) / 2 - side / 2.0;
    int left = (int) Math.max(0, Math.min(widthPx - side, x));
    int top = (int) Math.max(0, Math.min(heightPx - side, y));
    return new Crop(left, top, side, side);
  }
}
