package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.Camera.Point;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Where something went: at most a hundred places, spread over its whole way. */
final class Path {
  private static final int MOST = 100;

  private record Place(Instant at, Point foot) {}

  private final List<Place> places = new ArrayList<>();
  private int step = 1;
  private int skipped;

  void add(Instant at, Point foot) {
    if (++skipped < step && !places.isEmpty()) {
      return;
    }
    skipped = 0;
    if (places.size() >= MOST) {
      step *= 2;
      for (int i = places.size() - 1; i > 0; i -= 2) {
        places.remove(i);
      }
    }
    places.add(new Place(at, foot));
  }

  /** Seconds since a time, and fractions of the picture. */
  List<List<Double>> since(Instant start) {
    return places.stream()
        .map(
            place ->
                List.of(
                    Rounded.of(Duration.between(start, place.at).toMillis() / 1000.0, 1),
                    Rounded.of(place.foot.x(), 3),
                    Rounded.of(place.foot.y(), 3)))
        .toList();
  }
}
