package io.vigilnvr.detect.onnx.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a model may have seen in one picture, in the model's pixels. */
final class Candidates {
  private static final int MOST = 2000;

  /**
   * A box.
   *
   * @param label by number
   */
  record Candidate(int label, double score, double left, double top, double right, double bottom) {
    double area() {
      return Math.max(0, right - left) * Math.max(0, bottom - top);
    }

    double intersection(Candidate other) {
      double width = Math.min(right, other.right) - Math.max(left, other.left);
      double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
      return Math.max(0, width) * Math.max(0, height);
    }

    /** Intersection over union. */
    double overlap(Candidate other) {
      double both = intersection(other);
      double either = area() + other.area() - both;
      return either > 0 ? both / either : 0;
    }
  }

  private final double floor;
  private final List<Candidate> all = new ArrayList<>();

  /**
   * @param floor what scores less is nothing
   */
  Candidates(double floor) {
    this.floor = floor;
  }

  double floor() {
    return floor;
  }

  /** Takes it if it is sound: a model may say anything. */
  void add(int label, double score, double left, double top, double right, double bottom) {
    boolean sound =
        score >= floor
            && score <= 1 + 1e-4
            && right > left
            && bottom > top
            && Double.isFinite(left + top + right + bottom);
    if (sound && all.size() < MOST) {
      all.add(new Candidate(label, Math.min(1, score), left, top, right, bottom));
    }
  }

  void addCentred(int label, double score, double x, double y, double width, double height) {
    add(label, score, x - width / 2, y - height / 2, x + width / 2, y + height / 2);
  }

  List<Candidate> all() {
    return all;
  }

  /** Of those of one label that overlap by more than so much, only the best. */
  static List<Candidate> best(List<Candidate> of, double overlap) {
    List<Candidate> sorted = new ArrayList<>(of);
    sorted.sort(Comparator.comparingDouble(Candidate::score).reversed());
    List<Candidate> kept = new ArrayList<>();
    for (Candidate one : sorted) {
      if (kept.stream().noneMatch(k -> k.label() == one.label() && k.overlap(one) > overlap)) {
        kept.add(one);
      }
    }
    return kept;
  }
}
