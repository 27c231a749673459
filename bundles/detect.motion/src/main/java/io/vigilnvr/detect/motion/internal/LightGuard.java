package io.vigilnvr.detect.motion.internal;

import org.opencv.core.Core;
import org.opencv.core.Mat;
import org.opencv.core.MatOfDouble;
import org.opencv.core.Rect;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * Tells a change of light from a large thing. Both change most of the picture; under another light
 * its shapes stay where they were, though, and behind a thing they are gone.
 */
final class LightGuard implements AutoCloseable {
  private static final int COLUMNS = 8;
  private static final int ROWS = 6;

  /** Most of the picture differs. */
  private static final double MUCH = 0.6;

  /** Or so many of its cells do, each by so much: a shadow line leaves none out. */
  private static final double MANY_CELLS = 0.4;

  private static final int CELL_CHANGED = 38; // 15 % of 255

  /** Standard deviation of the stretched picture's levels: with less, a cell shows no shapes. */
  private static final double SHAPELESS = 5;

  private static final double ALIKE = 0.4;

  /** What is hidden by a large thing is some of what seems to change with it. */
  private static final double NEARLY_ALL = 0.75;

  /** Fewer cells with shapes than this say nothing. */
  private static final int FEWEST = 4;

  private final Mat cells = new Mat();
  private final MatOfDouble mean = new MatOfDouble();
  private final MatOfDouble deviation = new MatOfDouble();
  private final byte[] changed = new byte[COLUMNS * ROWS];

  /** Whether the light may have changed: so much of the picture differs. */
  boolean suspects(Mat foreground, double considered) {
    double fraction = (double) Core.countNonZero(foreground) / foreground.total();
    Imgproc.resize(foreground, cells, new Size(COLUMNS, ROWS), 0, 0, Imgproc.INTER_AREA);
    cells.get(0, 0, changed);
    int many = 0;
    for (byte cell : changed) {
      if ((cell & 0xff) > CELL_CHANGED) {
        many++;
      }
    }
    return fraction > MUCH * considered || many > MANY_CELLS * considered * changed.length;
  }

  /**
   * Whether the shapes stayed, in the cells that changed.
   *
   * @param picture as it is
   * @param usual as it was
   */
  boolean keepsShapes(Mat picture, Mat usual) {
    int with = 0;
    int alike = 0;
    int width = picture.cols() / COLUMNS;
    int height = picture.rows() / ROWS;
    for (int i = 0; i < changed.length; i++) {
      if ((changed[i] & 0xff) > CELL_CHANGED) {
        var cell = new Rect(i % COLUMNS * width, i / COLUMNS * height, width, height);
        double likeness = likeness(picture.submat(cell), usual.submat(cell));
        if (!Double.isNaN(likeness)) {
          with++;
          alike += likeness > ALIKE ? 1 : 0;
        }
      }
    }
    return with < FEWEST || alike >= NEARLY_ALL * with;
  }

  /** Correlation, -1 to 1; not a number if either shows no shapes. */
  private double likeness(Mat one, Mat other) {
    Core.meanStdDev(one, mean, deviation);
    double oneMean = first(mean);
    double oneDeviation = first(deviation);
    Core.meanStdDev(other, mean, deviation);
    double otherMean = first(mean);
    double otherDeviation = first(deviation);
    double common = one.dot(other) / one.total() - oneMean * otherMean;
    one.release();
    other.release();
    return oneDeviation < SHAPELESS || otherDeviation < SHAPELESS
        ? Double.NaN
        : common / (oneDeviation * otherDeviation);
  }

  private static double first(MatOfDouble values) {
    return values.get(0, 0)[0];
  }

  @Override
  public void close() {
    cells.release();
    mean.release();
    deviation.release();
  }
}
