package io.vigilnvr.detect.motion.internal;

import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;
import org.opencv.video.BackgroundSubtractorMOG2;
import org.opencv.video.Video;

/**
 * What is usual at each pixel: some mixture of brightnesses (MOG2), so that leaves that sway, and
 * what was behind somebody who stood still for a while, stay known. Native memory; one thread.
 */
final class Background implements AutoCloseable {
  /** Frames that a brightness is remembered for, at the library's own learning rate. */
  private static final int HISTORY = 500;

  private static final Size NOISE = new Size(5, 5);

  private final int widthPx;
  private final int heightPx;
  private final byte[] pixels;
  private final BackgroundSubtractorMOG2 model =
      Video.createBackgroundSubtractorMOG2(
          HISTORY, new Sensitivity(0.5).varianceThreshold(), false);
  private final Mat frame;
  private final Mat calm = new Mat();
  private final Mat stretched = new Mat();
  private final Mat foreground = new Mat();
  private final Mat usual = new Mat();

  Background(int widthPx, int heightPx) {
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    pixels = new byte[widthPx * heightPx];
    frame = new Mat(heightPx, widthPx, CvType.CV_8UC1);
  }

  /** Takes a picture, and measures it; {@link #compare} goes on with it. */
  Levels show(byte[] picture) {
    frame.put(0, 0, picture);
    Imgproc.GaussianBlur(frame, calm, NOISE, 0);
    calm.get(0, 0, pixels);
    Levels levels = Levels.of(pixels, widthPx, heightPx);
    calm.convertTo(stretched, CvType.CV_8U, levels.gain(), levels.offset());
    return levels;
  }

  /**
   * Compares it with what is usual, and learns it.
   *
   * @param learningRate weight of this picture; 1 forgets everything else
   * @return 255 where it differs, 0 elsewhere; valid until the next call
   */
  Mat compare(double varianceThreshold, double learningRate) {
    model.setVarThreshold(varianceThreshold);
    model.apply(stretched, foreground, learningRate);
    return foreground;
  }

  /** The picture that was shown last, as it is compared. */
  Mat stretched() {
    return stretched;
  }

  /** What it was compared with, roughly; valid until the next call. */
  Mat usual() {
    model.getBackgroundImage(usual);
    return usual;
  }

  @Override
  public void close() {
    model.clear();
    frame.release();
    calm.release();
    stretched.release();
    foreground.release();
    usual.release();
  }
}
