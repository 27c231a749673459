package io.vigilnvr.lib.opencv.internal;

import java.util.Map;
import java.util.concurrent.Callable;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;
import org.opencv.video.BackgroundSubtractorMOG2;
import org.opencv.video.Video;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** Of a bundle that uses OpenCV; needs nothing else of ours. */
public final class Consumer implements BundleActivator, Callable<Long> {
  @Override
  public void start(BundleContext context) {
    context.registerService(
        Callable.class, this, FrameworkUtil.asDictionary(Map.of("what", "pixels")));
  }

  @Override
  public void stop(BundleContext context) {
    // The framework takes the service away.
  }

  /** Counts the pixels inside a square that differs from the background, by each package. */
  @Override
  public Long call() {
    BackgroundSubtractorMOG2 model = Video.createBackgroundSubtractorMOG2(500, 16, false);
    Mat empty = new Mat(32, 32, CvType.CV_8UC1, new Scalar(20));
    Mat with = empty.clone();
    with.submat(8, 16, 8, 16).setTo(new Scalar(200));
    Mat foreground = new Mat();
    for (int i = 0; i < 10; i++) {
      model.apply(empty, foreground, 0.1);
    }
    model.apply(with, foreground, 0.1);
    Mat cross = Imgproc.getStructuringElement(Imgproc.MORPH_CROSS, new Size(3, 3));
    Imgproc.erode(foreground, foreground, cross);
    return (long) Core.countNonZero(foreground);
  }
}
