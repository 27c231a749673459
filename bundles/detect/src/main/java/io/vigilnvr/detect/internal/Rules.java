package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.Camera.Mask;
import io.vigilnvr.api.camera.Camera.Zone;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.Policy;
import io.vigilnvr.api.event.Event.Box;
import io.vigilnvr.api.event.EventType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What counts before a camera: the detector's policy, the camera's zones and its masks.
 *
 * @param model what the detector looks with, for those who ask why; empty if it does not say
 */
record Rules(Policy policy, List<Zone> zones, List<Mask> masks, String model) {
  /** Of the smaller of a zone and a box of motion, so much must be in both. */
  private static final double TOUCHED = 0.05;

  /** Motion is masked if more of its box is. */
  private static final double MASKED = 0.5;

  Rules {
    zones = List.copyOf(zones);
    masks = List.copyOf(masks);
  }

  /** What a detection with this label must reach. */
  Policy.Least least(String label) {
    return policy.labels().getOrDefault(label, policy.otherwise());
  }

  /** Why it does not count, wherever the zones are; empty if it does. */
  Optional<String> refusal(Detection seen) {
    if (!policy.labels().isEmpty() && !policy.labels().containsKey(seen.label())) {
      return Optional.of(seen.label() + " is not looked for");
    }
    Policy.Least least = least(seen.label());
    if (seen.score() < least.score()) {
      return Optional.of(
          String.format(Locale.ROOT, "score %.2f is below %.2f", seen.score(), least.score()));
    }
    double area = Boxes.area(seen.box());
    if (area < least.area()) {
      return Optional.of(tooSmall(area, least.area()));
    }
    return isMasked(seen.box()) ? Optional.of("in a masked part") : Optional.empty();
  }

  private static String tooSmall(double area, double least) {
    return String.format(
        Locale.ROOT, "size %.2f %% is below %.2f %% of the picture", 100 * area, 100 * least);
  }

  private boolean isMasked(Box box) {
    if (policy.type() == EventType.OBJECT) {
      return masks.stream().anyMatch(mask -> new Area(mask.polygon()).contains(Boxes.foot(box)));
    }
    double masked = masks.stream().mapToDouble(mask -> new Area(mask.polygon()).common(box)).sum();
    return masked > MASKED * Boxes.area(box);
  }

  /** Zones that are no lines. */
  List<Zone> areas() {
    return zones.stream().filter(zone -> zone.polygon().size() >= 3).toList();
  }

  List<Zone> lines() {
    return zones.stream().filter(Zone::isLine).toList();
  }

  /** Whether something is where it would count, sooner or later. */
  boolean isIn(Zone zone, String label, Box box) {
    return isFor(zone, label, box) && touches(new Area(zone.polygon()), box);
  }

  private boolean touches(Area area, Box box) {
    if (policy.type() == EventType.OBJECT) {
      return area.contains(Boxes.foot(box));
    }
    double smaller = Math.min(area.area(), Boxes.area(box));
    return area.common(box) > TOUCHED * smaller;
  }

  /** Whether the zone is for such things. */
  static boolean isFor(Zone zone, String label, Box box) {
    return (zone.labels().isEmpty() || zone.labels().contains(label))
        && Boxes.area(box) >= zone.minArea();
  }
}
