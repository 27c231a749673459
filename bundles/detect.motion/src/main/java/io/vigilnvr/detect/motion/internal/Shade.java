package io.vigilnvr.detect.motion.internal;

import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgproc.Imgproc;

/**
 * Takes out of the foreground what is only lit differently, e.g. where a cloud's shade passes, or
 * somebody's shadow: the shapes behind it stayed where they were. In connected parts of the
 * foreground, small cells are compared with what is usual there, without the slope of light in
 * each; a part that hides hardly any shapes, and has none of its own, is none. What hides shapes
 * stays, also within the shade. (After Jacques, Jung and Musse, Background Subtraction and Shadow
 * Detection in Grayscale Video Sequences, 2005, who compare around each pixel.) Native memory; one
 * thread.
 */
final class Shade implements AutoCloseable {
  private static final int CELL_PX = 12;

  /** Of a cell's pixels, more must differ for it to be of a part. */
  private static final double DIFFERS = 0.08;

  /**
   * Standard deviation, in levels of the stretched picture, of what the picture does not explain by
   * what is usual, or the other way round: with more, shapes came or went.
   */
  private static final double UNLIKE = 4;

  /** Of a part's cells: an outline alone makes more in a thing that is no shade. */
  private static final double MOST_UNLIKE = 0.25;

  private final int widthPx;
  private final int heightPx;
  private final int columns;
  private final byte[] foreground;
  private final byte[] picture;
  private final byte[] usual;

  // Of each cell.
  private final byte[] differing;
  private final int[] parts;
  private final boolean[] unlike;

  private final Mat cells;
  private final Mat labels = new Mat();

  Shade(int widthPx, int heightPx) {
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    columns = (widthPx + CELL_PX - 1) / CELL_PX;
    int rows = (heightPx + CELL_PX - 1) / CELL_PX;
    foreground = new byte[widthPx * heightPx];
    picture = new byte[widthPx * heightPx];
    usual = new byte[widthPx * heightPx];
    differing = new byte[columns * rows];
    parts = new int[columns * rows];
    unlike = new boolean[columns * rows];
    cells = new Mat(rows, columns, CvType.CV_8UC1);
  }

  /**
   * Takes it out.
   *
   * @param mask where the picture differs from what is usual
   * @param now the picture as it is
   * @param before as it was
   * @return whether there was any
   */
  boolean clear(Mat mask, Mat now, Mat before) {
    mask.get(0, 0, foreground);
    boolean any = false;
    for (int cell = 0; cell < differing.length; cell++) {
      boolean differs = differs(cell);
      differing[cell] = (byte) (differs ? 1 : 0);
      any |= differs;
    }
    if (!any) {
      return false;
    }
    cells.put(0, 0, differing);
    int count = Imgproc.connectedComponents(cells, labels, 8, CvType.CV_32S);
    labels.get(0, 0, parts);
    now.get(0, 0, picture);
    before.get(0, 0, usual);
    int[] all = new int[count];
    int[] hidden = new int[count];
    for (int cell = 0; cell < parts.length; cell++) {
      if (parts[cell] > 0) { // 0 is what does not differ
        unlike[cell] = isUnlike(cell);
        all[parts[cell]]++;
        hidden[parts[cell]] += unlike[cell] ? 1 : 0;
      }
    }
    boolean shaded = false;
    for (int cell = 0; cell < parts.length; cell++) {
      int part = parts[cell];
      if (part > 0 && !unlike[cell] && hidden[part] <= MOST_UNLIKE * all[part]) {
        blank(cell);
        shaded = true;
      }
    }
    if (shaded) {
      mask.put(0, 0, foreground);
    }
    return shaded;
  }

  private int left(int cell) {
    return cell % columns * CELL_PX;
  }

  private int right(int cell) {
    return Math.min(widthPx, left(cell) + CELL_PX);
  }

  private int top(int cell) {
    return Math.floorDiv(cell, columns) * CELL_PX;
  }

  private int bottom(int cell) {
    return Math.min(heightPx, top(cell) + CELL_PX);
  }

  private boolean differs(int cell) {
    int many = 0;
    for (int y = top(cell); y < bottom(cell); y++) {
      for (int x = left(cell); x < right(cell); x++) {
        many += foreground[y * widthPx + x] != 0 ? 1 : 0;
      }
    }
    return many > DIFFERS * (right(cell) - left(cell)) * (bottom(cell) - top(cell));
  }

  /** Whether it shows other shapes than usual, beside brightness, its slope, and contrast. */
  private boolean isUnlike(int cell) {
    double middleX = (left(cell) + right(cell) - 1) / 2.0;
    double middleY = (top(cell) + bottom(cell) - 1) / 2.0;
    double pixels = 0;
    double xx = 0;
    double yy = 0;
    double one = 0;
    double oneX = 0;
    double oneY = 0;
    double oneSquared = 0;
    double other = 0;
    double otherX = 0;
    double otherY = 0;
    double otherSquared = 0;
    double product = 0;
    for (int y = top(cell); y < bottom(cell); y++) {
      for (int x = left(cell); x < right(cell); x++) {
        int a = picture[y * widthPx + x] & 0xff;
        int b = usual[y * widthPx + x] & 0xff;
        double fromX = x - middleX;
        double fromY = y - middleY;
        pixels++;
        xx += fromX * fromX;
        yy += fromY * fromY;
        one += a;
        oneX += a * fromX;
        oneY += a * fromY;
        oneSquared += a * a;
        other += b;
        otherX += b * fromX;
        otherY += b * fromY;
        otherSquared += b * b;
        product += a * b;
      }
    }
    // A row or column of single pixels has no slope across.
    xx = Math.max(1, xx);
    yy = Math.max(1, yy);
    double oneVariance = oneSquared - one * one / pixels - oneX * oneX / xx - oneY * oneY / yy;
    double otherVariance =
        otherSquared - other * other / pixels - otherX * otherX / xx - otherY * otherY / yy;
    double common = product - one * other / pixels - oneX * otherX / xx - oneY * otherY / yy;
    // Of the line through both by least squares; a negative is not what is lit differently.
    double explained = common <= 0 ? 0 : common * common / Math.max(1, oneVariance * otherVariance);
    return Math.max(oneVariance, otherVariance) * (1 - explained) > UNLIKE * UNLIKE * pixels;
  }

  private void blank(int cell) {
    for (int y = top(cell); y < bottom(cell); y++) {
      for (int x = left(cell); x < right(cell); x++) {
        foreground[y * widthPx + x] = 0;
      }
    }
  }

  @Override
  public void close() {
    cells.release();
    labels.release();
  }
}
