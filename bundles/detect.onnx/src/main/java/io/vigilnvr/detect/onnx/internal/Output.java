package io.vigilnvr.detect.onnx.internal;

import java.nio.FloatBuffer;

/**
 * A tensor that a model gave.
 *
 * @param values read by position only
 * @param last length of its last dimension
 */
record Output(String name, FloatBuffer values, int last) {
  static Output of(String name, FloatBuffer values, long[] shape) {
    return new Output(name, values, shape.length == 0 ? 1 : (int) shape[shape.length - 1]);
  }

  int size() {
    return values.limit();
  }
}
