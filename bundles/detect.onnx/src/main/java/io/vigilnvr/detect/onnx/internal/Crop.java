package io.vigilnvr.detect.onnx.internal;

/** A part of a frame, in its pixels. */
record Crop(int left, int top, int widthPx, int heightPx) {
  int right() {
    return left + widthPx;
  }

  int bottom() {
    return top + heightPx;
  }
}
