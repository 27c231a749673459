package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.Camera.Point;
import io.vigilnvr.api.event.Event.Box;
import java.util.List;

/** What is to be known of boxes. */
final class Boxes {
  private Boxes() {}

  static double area(Box box) {
    return box.width() * box.height();
  }

  /** Area that two have in common, of the area that either has; 0 to 1. */
  static double overlap(Box one, Box other) {
    double common = common(one, other);
    double all = area(one) + area(other) - common;
    return all <= 0 ? 0 : common / all;
  }

  /** Area that two have in common, of that of the smaller one; 0 to 1. */
  static double inclusion(Box one, Box other) {
    double smaller = Math.min(area(one), area(other));
    return smaller <= 0 ? 0 : Math.min(1, common(one, other) / smaller);
  }

  private static double common(Box one, Box other) {
    double width =
        Math.min(one.x() + one.width(), other.x() + other.width()) - Math.max(one.x(), other.x());
    double height =
        Math.min(one.y() + one.height(), other.y() + other.height()) - Math.max(one.y(), other.y());
    return width <= 0 || height <= 0 ? 0 : width * height;
  }

  /** The least that has all of them in it. */
  static Box around(List<Box> boxes) {
    double left = 1;
    double top = 1;
    double right = 0;
    double bottom = 0;
    for (Box box : boxes) {
      left = Math.min(left, box.x());
      top = Math.min(top, box.y());
      right = Math.max(right, box.x() + box.width());
      bottom = Math.max(bottom, box.y() + box.height());
    }
    return new Box(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
  }

  /** The part that is in the picture; numbers that are none count as its edge. */
  static Box inside(Box box) {
    if (box.x() >= 0
        && box.y() >= 0
        && box.width() >= 0
        && box.height() >= 0
        && box.x() + box.width() <= 1
        && box.y() + box.height() <= 1) {
      return box;
    }
    double left = fraction(box.x());
    double top = fraction(box.y());
    double right = fraction(box.x() + box.width());
    double bottom = fraction(box.y() + box.height());
    return new Box(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
  }

  private static double fraction(double value) {
    return value >= 0 ? Math.min(1, value) : 0;
  }

  /** Where something stands: the middle of its lower edge. */
  static Point foot(Box box) {
    Box within = inside(box);
    return new Point(
        fraction(within.x() + within.width() / 2), fraction(within.y() + within.height()));
  }
}
