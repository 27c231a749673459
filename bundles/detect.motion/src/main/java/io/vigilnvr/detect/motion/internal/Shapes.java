package io.vigilnvr.detect.motion.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Rect;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/** Makes connected shapes of foreground pixels. Native memory; one thread. */
final class Shapes implements AutoCloseable {
  /** One of them. */
  record Shape(Rect box, double area) {}

  /** More than anybody looks at: the largest count. */
  private static final int MOST = 50;

  private final Mat speck = Imgproc.getStructuringElement(Imgproc.MORPH_RECT, new Size(3, 3));
  private final Mat gap = Imgproc.getStructuringElement(Imgproc.MORPH_RECT, new Size(5, 5));
  private final Mat joined = new Mat();
  private final Mat labels = new Mat();
  private final Mat figures = new Mat();
  private final Mat centres = new Mat();

  /** Those in a foreground, without specks, with small gaps closed, largest first. */
  List<Shape> find(Mat foreground) {
    Imgproc.morphologyEx(foreground, joined, Imgproc.MORPH_OPEN, speck);
    Imgproc.dilate(joined, joined, gap);
    int count =
        Imgproc.connectedComponentsWithStats(joined, labels, figures, centres, 8, CvType.CV_32S);
    int columns = figures.cols();
    int[] all = new int[count * columns];
    figures.get(0, 0, all);
    List<Shape> shapes = new ArrayList<>();
    for (int row = 1; row < count; row++) { // 0 is what is black
      int at = row * columns;
      shapes.add(
          new Shape(
              new Rect(
                  all[at + Imgproc.CC_STAT_LEFT],
                  all[at + Imgproc.CC_STAT_TOP],
                  all[at + Imgproc.CC_STAT_WIDTH],
                  all[at + Imgproc.CC_STAT_HEIGHT]),
              (double) all[at + Imgproc.CC_STAT_AREA] / joined.total()));
    }
    shapes.sort(Comparator.comparingDouble(Shape::area).reversed());
    return List.copyOf(shapes.subList(0, Math.min(MOST, shapes.size())));
  }

  /** The pixels of all shapes that were found last. */
  Mat joined() {
    return joined;
  }

  @Override
  public void close() {
    for (Mat each : List.of(speck, gap, joined, labels, figures, centres)) {
      each.release();
    }
  }
}
