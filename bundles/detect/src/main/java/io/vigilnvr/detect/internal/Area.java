package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.Camera.Point;
import io.vigilnvr.api.event.Event.Box;
import java.util.ArrayList;
import java.util.List;

/**
 * A polygon in the picture, of any shape.
 *
 * @param corners at least three
 */
record Area(List<Point> corners) {
  /** Positions while a polygon is cut: these may lie outside of the picture. */
  private record Position(double x, double y) {}

  private enum Edge {
    LEFT,
    RIGHT,
    TOP,
    BOTTOM
  }

  boolean contains(Point point) {
    boolean inside = false;
    Point last = corners.get(corners.size() - 1);
    for (Point corner : corners) {
      boolean passes = (corner.y() > point.y()) != (last.y() > point.y());
      if (passes) {
        double share = (point.y() - corner.y()) / (last.y() - corner.y());
        if (point.x() < corner.x() + share * (last.x() - corner.x())) {
          inside = !inside;
        }
      }
      last = corner;
    }
    return inside;
  }

  double area() {
    return area(positions());
  }

  /** How much of the picture is both in it and in the box (Sutherland and Hodgman, 1974). */
  double common(Box box) {
    List<Position> rest = positions();
    for (Edge edge : Edge.values()) {
      rest = cut(rest, edge, box);
    }
    return area(rest);
  }

  private List<Position> positions() {
    return corners.stream().map(corner -> new Position(corner.x(), corner.y())).toList();
  }

  private static List<Position> cut(List<Position> polygon, Edge edge, Box box) {
    List<Position> rest = new ArrayList<>();
    for (int i = 0; i < polygon.size(); i++) {
      Position from = polygon.get(i);
      Position to = polygon.get((i + 1) % polygon.size());
      double before = depth(from, edge, box);
      double after = depth(to, edge, box);
      if (before >= 0) {
        rest.add(from);
      }
      if ((before < 0) != (after < 0)) {
        double share = before / (before - after);
        rest.add(new Position(from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)));
      }
    }
    return rest;
  }

  /** How far inside of the edge; negative if outside. */
  private static double depth(Position position, Edge edge, Box box) {
    return switch (edge) {
      case LEFT -> position.x - box.x();
      case RIGHT -> box.x() + box.width() - position.x;
      case TOP -> position.y - box.y();
      case BOTTOM -> box.y() + box.height() - position.y;
    };
  }

  private static double area(List<Position> polygon) {
    double twice = 0;
    for (int i = 0; i < polygon.size(); i++) {
      Position from = polygon.get(i);
      Position to = polygon.get((i + 1) % polygon.size());
      twice += from.x * to.y - to.x * from.y;
    }
    return Math.abs(twice) / 2;
  }
}
