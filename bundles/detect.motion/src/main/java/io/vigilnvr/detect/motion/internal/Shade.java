package io.vigilnvr.detect.motion.internal;

import org.opencv.core.Mat;

/**
 * Takes out of the foreground what is only lit differently, e.g. where a cloud's shade passes: its
 * shapes stayed where they were, in nearly everything that seems to change. What hides the shapes
 * behind it stays, also within the shade.
 */
final class Shade {
  private static final int CELL_PX = 12;

  /** Of a cell's pixels, so many must differ for it to say something. */
  private static final double DIFFERS = 0.25;

  /** Standard deviation of the stretched picture's levels: with less, a cell shows no shapes. */
  private static final double SHAPELESS = 4;

  /** Correlation, at least. */
  private static final double ALIKE = 0.7;

  private static final double NEARLY_ALL = 0.75;

  /** Fewer cells with shapes than this say nothing. */
  private static final int FEWEST = 4;

  private enum Verdict {
    ALIKE,
    UNLIKE,
    UNKNOWN
  }

  private final int widthPx;
  private final int columns;
  private final int rows;
  private final byte[] foreground;
  private final byte[] picture;
  private final byte[] usual;
  private final Verdict[] verdicts;

  Shade(int widthPx, int heightPx) {
    this.widthPx = widthPx;
    columns = widthPx / CELL_PX;
    rows = heightPx / CELL_PX;
    foreground = new byte[widthPx * heightPx];
    picture = new byte[widthPx * heightPx];
    usual = new byte[widthPx * heightPx];
    verdicts = new Verdict[columns * rows];
  }

  /**
   * Takes it out.
   *
   * @param differing where the picture differs from what is usual
   * @param now the picture as it is
   * @param before as it was
   * @return whether there was any
   */
  boolean clear(Mat differing, Mat now, Mat before) {
    differing.get(0, 0, foreground);
    int enough = 0;
    for (int cell = 0; cell < verdicts.length; cell++) {
      enough += differs(cell) ? 1 : 0;
    }
    if (enough < FEWEST) {
      return false;
    }
    now.get(0, 0, picture);
    before.get(0, 0, usual);
    int alike = 0;
    int unlike = 0;
    for (int cell = 0; cell < verdicts.length; cell++) {
      verdicts[cell] = verdict(cell);
      if (differs(cell)) {
        alike += verdicts[cell] == Verdict.ALIKE ? 1 : 0;
        unlike += verdicts[cell] == Verdict.UNLIKE ? 1 : 0;
      }
    }
    if (alike < FEWEST || alike < NEARLY_ALL * (alike + unlike)) {
      return false;
    }
    for (int cell = 0; cell < verdicts.length; cell++) {
      if (verdicts[cell] != Verdict.UNLIKE) {
        blank(cell);
      }
    }
    differing.put(0, 0, foreground);
    return true;
  }

  private boolean differs(int cell) {
    int many = 0;
    for (int y = 0; y < CELL_PX; y++) {
      int at = start(cell) + y * widthPx;
      for (int x = 0; x < CELL_PX; x++) {
        many += foreground[at + x] != 0 ? 1 : 0;
      }
    }
    return many > DIFFERS * CELL_PX * CELL_PX;
  }

  private int start(int cell) {
    return Math.floorDiv(cell, columns) * CELL_PX * widthPx + cell % columns * CELL_PX;
  }

  private Verdict verdict(int cell) {
    double one = 0;
    double other = 0;
    double oneSquared = 0;
    double otherSquared = 0;
    double product = 0;
    for (int y = 0; y < CELL_PX; y++) {
      int at = start(cell) + y * widthPx;
      for (int x = 0; x < CELL_PX; x++) {
        int a = picture[at + x] & 0xff;
        int b = usual[at + x] & 0xff;
        one += a;
        other += b;
        oneSquared += a * a;
        otherSquared += b * b;
        product += a * b;
      }
    }
    double pixels = CELL_PX * CELL_PX;
    double oneDeviation = Math.sqrt(Math.max(0, oneSquared / pixels - square(one / pixels)));
    double otherDeviation = Math.sqrt(Math.max(0, otherSquared / pixels - square(other / pixels)));
    if (oneDeviation < SHAPELESS && otherDeviation < SHAPELESS) {
      return Verdict.UNKNOWN;
    }
    double common = product / pixels - one / pixels * (other / pixels);
    return common > ALIKE * oneDeviation * otherDeviation ? Verdict.ALIKE : Verdict.UNLIKE;
  }

  private static double square(double value) {
    return value * value;
  }

  private void blank(int cell) {
    for (int y = 0; y < CELL_PX; y++) {
      int at = start(cell) + y * widthPx;
      for (int x = 0; x < CELL_PX; x++) {
        foreground[at + x] = 0;
      }
    }
  }
}
