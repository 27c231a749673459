package io.vigilnvr.detect.onnx.internal;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Makes a model's input of a part of a frame: bilinear, as the models were trained. Allocates
 * nothing for a part of the same shape as the one before. One thread at a time.
 */
final class Sampler {
  private final InputFormat format;
  private final int frameWidthPx;

  /** For each byte of a channel, what the model gets. */
  private final float[][] levels = new float[3][256];

  private final byte[] above;
  private final byte[] below;
  private final float[] row;

  /** Shape that {@link #xs} and {@link #xShares} are for. */
  private int tabledPx;

  private int tabledFromPx;
  private final int[] xs;
  private final float[] xShares;

  Sampler(InputFormat format, int frameWidthPx) {
    this.format = format;
    this.frameWidthPx = frameWidthPx;
    above = new byte[3 * frameWidthPx];
    below = new byte[3 * frameWidthPx];
    row = new float[format.widthPx()];
    xs = new int[format.widthPx()];
    xShares = new float[format.widthPx()];
    for (int channel = 0; channel < 3; channel++) {
      for (int value = 0; value < 256; value++) {
        levels[channel][value] =
            (float) ((value - format.mean().get(channel)) / format.deviation().get(channel));
      }
    }
  }

  /**
   * Where a part of a frame lies in the model's input.
   *
   * @param xScale pixels of the model for one of the frame
   * @param x first column in the model
   */
  record Placing(Crop crop, double xScale, double yScale, int x, int y, int widthPx, int heightPx) {
    /** Fraction of the frame of a column of the model. */
    double frameX(double modelX) {
      return crop.left() + (modelX - x) / xScale;
    }

    double frameY(double modelY) {
      return crop.top() + (modelY - y) / yScale;
    }
  }

  Placing place(Crop crop) {
    int width = format.widthPx();
    int height = format.heightPx();
    if (format.resize() == InputFormat.Resize.STRETCH) {
      return new Placing(
          crop,
          (double) width / crop.widthPx(),
          (double) height / crop.heightPx(),
          0,
          0,
          width,
          height);
    }
    double scale = Math.min((double) width / crop.widthPx(), (double) height / crop.heightPx());
    int w = Math.max(1, Math.min(width, (int) (crop.widthPx() * scale)));
    int h = Math.max(1, Math.min(height, (int) (crop.heightPx() * scale)));
    boolean centred = format.resize() == InputFormat.Resize.LETTERBOX;
    int x = centred ? (width - w) / 2 : 0;
    int y = centred ? (height - h) / 2 : 0;
    return new Placing(crop, scale, scale, x, y, w, h);
  }

  /** Fills the model's input. */
  void fill(ByteBuffer bgr, Placing placing, FloatBuffer to) {
    table(placing.crop().widthPx(), placing.widthPx());
    if (placing.widthPx() < format.widthPx() || placing.heightPx() < format.heightPx()) {
      pad(placing, to);
    }
    int lineBytes = 3 * frameWidthPx;
    int cropBytes = 3 * placing.crop().widthPx();
    for (int y = 0; y < placing.heightPx(); y++) {
      double at =
          Math.max(
              0,
              Math.min(
                  placing.crop().heightPx() - 1,
                  (y + 0.5) * placing.crop().heightPx() / placing.heightPx() - 0.5));
      int line = (int) at;
      int next = Math.min(line + 1, placing.crop().heightPx() - 1);
      int first = (placing.crop().top() + line) * lineBytes + 3 * placing.crop().left();
      bgr.get(first, above, 0, cropBytes);
      bgr.get(first + (next - line) * lineBytes, below, 0, cropBytes);
      line(placing, y, (float) (at - line), to);
    }
  }

  private void line(Placing placing, int y, float share, FloatBuffer to) {
    int plane = format.widthPx() * format.heightPx();
    for (int channel = 0; channel < 3; channel++) {
      int offset = format.rgb() ? 2 - channel : channel;
      float base = levels[channel][0];
      float slope = (levels[channel][255] - base) / 255;
      for (int x = 0; x < placing.widthPx(); x++) {
        int i = xs[x] + offset;
        float right = xShares[x];
        int j = right == 0 ? i : i + 3;
        float up = (above[i] & 0xff) * (1 - right) + (above[j] & 0xff) * right;
        float down = (below[i] & 0xff) * (1 - right) + (below[j] & 0xff) * right;
        row[x] = base + slope * (up + (down - up) * share);
      }
      to.put(
          channel * plane + (placing.y() + y) * format.widthPx() + placing.x(),
          row,
          0,
          placing.widthPx());
    }
  }

  /** What the picture does not reach. */
  private void pad(Placing placing, FloatBuffer to) {
    int width = format.widthPx();
    for (int channel = 0; channel < 3; channel++) {
      Arrays.fill(row, levels[channel][format.pad()]);
      int plane = channel * width * format.heightPx();
      for (int y = 0; y < format.heightPx(); y++) {
        boolean outside = y < placing.y() || y >= placing.y() + placing.heightPx();
        if (outside || placing.widthPx() < width) {
          to.put(plane + y * width, row, 0, width);
        }
      }
    }
  }

  /** Which two columns of the part each column of the model is made of. */
  private void table(int fromPx, int toPx) {
    if (fromPx == tabledFromPx && toPx == tabledPx) {
      return;
    }
    for (int x = 0; x < toPx; x++) {
      double at = Math.max(0, Math.min(fromPx - 1, (x + 0.5) * fromPx / toPx - 0.5));
      int column = Math.min((int) at, fromPx - 1);
      xs[x] = 3 * column;
      xShares[x] = column == fromPx - 1 ? 0 : (float) (at - column);
    }
    tabledFromPx = fromPx;
    tabledPx = toPx;
  }
}
