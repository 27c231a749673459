package io.vigilnvr.detect.onnx.internal;

import java.util.List;

/**
 * How a model wants its picture: 1 by 3 by height by width numbers of 32 bits.
 *
 * @param rgb whether red comes first; else blue does
 * @param mean of each channel in that order, that is taken off the values 0 to 255
 * @param deviation of each channel, that the rest is divided by
 * @param pad value 0 to 255 of what a letterbox leaves free
 */
record InputFormat(
    int widthPx,
    int heightPx,
    boolean rgb,
    List<Double> mean,
    List<Double> deviation,
    Resize resize,
    int pad) {
  /** How a picture of another shape is made to fit. */
  enum Resize {
    /** Keeps its shape, at the top left. */
    LETTERBOX_TOPLEFT("letterbox-topleft"),
    /** Keeps its shape, in the middle. */
    LETTERBOX("letterbox"),
    /** Becomes the model's shape. */
    STRETCH("stretch");

    private final String word;

    Resize(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  InputFormat {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
  }

  int values() {
    return 3 * widthPx * heightPx;
  }
}
