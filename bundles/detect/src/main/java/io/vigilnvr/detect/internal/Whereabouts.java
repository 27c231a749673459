package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.Camera.Point;
import io.vigilnvr.api.camera.Camera.Zone;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** In which zones something is, for how long, and which lines it crossed. Not thread-safe. */
final class Whereabouts {
  /**
   * A line was crossed.
   *
   * @param right whether to the right of somebody who looks from its first corner to its second
   */
  record Crossing(String line, boolean right) {}

  private record Stay(Instant since, Instant last) {}

  private record Side(boolean right, Point foot) {}

  /** Nearer to a line than this nothing is on either side of it: boxes tremble. */
  private static final double TREMBLE = 0.01;

  private static final int MOST_CROSSINGS = 50;

  private final Map<String, Stay> stays = new HashMap<>();
  private final Map<String, Side> sides = new HashMap<>();
  private final Set<String> touched = new LinkedHashSet<>();
  private final Set<String> loitered = new LinkedHashSet<>();
  private final List<Crossing> crossings = new ArrayList<>();

  /**
   * It is somewhere.
   *
   * @param tolerance who was away no longer than this did not leave
   * @return names of the zones that it counts in now
   */
  List<String> stay(Instant at, List<Zone> zones, Predicate<Zone> isIn, Duration tolerance) {
    List<String> counted = new ArrayList<>();
    for (Zone zone : zones) {
      Stay before = stays.get(zone.name());
      if (isIn.test(zone)) {
        boolean goesOn = before != null && !before.last.plus(tolerance).isBefore(at);
        Stay stay = new Stay(before != null && goesOn ? before.since : at, at);
        stays.put(zone.name(), stay);
        double seconds = Duration.between(stay.since, at).toMillis() / 1000.0;
        if (seconds >= zone.loiterSeconds()) {
          counted.add(zone.name());
          touched.add(zone.name());
          if (zone.loiterSeconds() > 0) {
            loitered.add(zone.name());
          }
        }
      }
    }
    return counted;
  }

  /**
   * It stands there now.
   *
   * @return what it crossed since the last time
   */
  List<Crossing> step(Point foot, List<Zone> lines) {
    List<Crossing> crossed = new ArrayList<>();
    for (Zone line : lines) {
      Point from = line.polygon().get(0);
      Point to = line.polygon().get(1);
      double distance = distance(from, to, foot);
      if (Math.abs(distance) >= TREMBLE) {
        boolean right = distance > 0;
        Side before = sides.put(line.name(), new Side(right, foot));
        if (before != null && before.right != right && meet(from, to, before.foot, foot)) {
          crossed.add(new Crossing(line.name(), right));
          touched.add(line.name());
        }
      }
    }
    if (crossings.size() < MOST_CROSSINGS) {
      crossings.addAll(crossed);
    }
    return crossed;
  }

  /** From the line that goes on for ever; to the right is more than zero. */
  private static double distance(Point from, Point to, Point point) {
    double length = Math.hypot(to.x() - from.x(), to.y() - from.y());
    return length == 0 ? 0 : turn(from, to, point) / length;
  }

  /** Above zero if the way from the first by the second to the third turns right. */
  private static double turn(Point from, Point to, Point point) {
    return (to.x() - from.x()) * (point.y() - from.y())
        - (to.y() - from.y()) * (point.x() - from.x());
  }

  private static boolean meet(Point from, Point to, Point before, Point after) {
    return turn(before, after, from) > 0 != turn(before, after, to) > 0
        && turn(from, to, before) > 0 != turn(from, to, after) > 0;
  }

  /** Zones that it counted in, and lines that it crossed, since it was last forgotten. */
  List<String> touched() {
    return List.copyOf(touched);
  }

  List<String> loitered() {
    return List.copyOf(loitered);
  }

  List<Crossing> crossings() {
    return List.copyOf(crossings);
  }

  /** Another event begins: what was before is not part of it, but where it is, and since when. */
  void forget() {
    touched.clear();
    loitered.clear();
    crossings.clear();
  }
}
