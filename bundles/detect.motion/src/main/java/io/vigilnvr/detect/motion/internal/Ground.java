package io.vigilnvr.detect.motion.internal;

import io.vigilnvr.api.camera.Camera.Mask;
import io.vigilnvr.api.camera.Camera.Point;
import io.vigilnvr.api.camera.Camera.Zone;
import java.util.ArrayList;
import java.util.List;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfPoint;
import org.opencv.core.Rect;
import org.opencv.core.Scalar;
import org.opencv.imgproc.Imgproc;

/** Masks and zones, as pixels of the picture. Native memory; one thread. */
final class Ground implements AutoCloseable {
  private record Fine(Mat inside, double leastArea) {}

  private static final Scalar BLACK = new Scalar(0);
  private static final Scalar WHITE = new Scalar(255);

  private final int widthPx;
  private final int heightPx;
  private final Mat considered;
  private final double consideredFraction;
  private final List<Fine> zones = new ArrayList<>();

  Ground(int widthPx, int heightPx, List<Mask> masks, List<Zone> zones) {
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    considered = new Mat(heightPx, widthPx, CvType.CV_8UC1, WHITE);
    masks.forEach(mask -> fill(considered, mask.polygon(), BLACK));
    consideredFraction = (double) Core.countNonZero(considered) / considered.total();
    for (Zone zone : zones) {
      if (!zone.isLine() && zone.minArea() > 0) {
        Mat inside = new Mat(heightPx, widthPx, CvType.CV_8UC1, BLACK);
        fill(inside, zone.polygon(), WHITE);
        this.zones.add(new Fine(inside, zone.minArea()));
      }
    }
  }

  private void fill(Mat picture, List<Point> polygon, Scalar colour) {
    var corners =
        new MatOfPoint(
            polygon.stream()
                .map(at -> new org.opencv.core.Point(at.x() * widthPx, at.y() * heightPx))
                .toArray(org.opencv.core.Point[]::new));
    Imgproc.fillPoly(picture, List.of(corners), colour);
    corners.release();
  }

  /** Takes out of the foreground what is masked. */
  void clear(Mat foreground) {
    Core.bitwise_and(foreground, considered, foreground);
  }

  /** How much of the picture is not masked. */
  double consideredFraction() {
    return consideredFraction;
  }

  /**
   * How large something must be there: a zone may want less than the rest of the picture.
   *
   * @param otherwise outside of such zones
   */
  double leastArea(Rect box, double otherwise) {
    double least = otherwise;
    for (Fine zone : zones) {
      if (zone.leastArea() < least) {
        Mat part = zone.inside().submat(box);
        least = Core.countNonZero(part) > 0 ? zone.leastArea() : least;
        part.release();
      }
    }
    return least;
  }

  @Override
  public void close() {
    considered.release();
    zones.forEach(zone -> zone.inside().release());
  }
}
