package io.vigilnvr.detect.onnx.internal;

import java.nio.FloatBuffer;
import java.util.Comparator;
import java.util.List;

/**
 * What a model's output means. Each reads what {@link Candidates#floor} lets through, and leaves
 * overlapping boxes to the caller.
 */
enum OutputFormat {
  /** Grid cells of strides 8, 16, 32: offset, log size, objectness, scores. */
  YOLOX("yolox") {
    @Override
    void read(List<Output> outputs, InputFormat in, int labels, Candidates out) {
      Output output = single(outputs);
      int width = 5 + labels;
      check(output, cells(in, 8) + cells(in, 16) + cells(in, 32), width);
      FloatBuffer v = output.values();
      int i = 0;
      for (int stride = 8; stride <= 32; stride *= 2) {
        int across = in.widthPx() / stride;
        int count = cells(in, stride);
        for (int cell = 0; cell < count; cell++, i += width) {
          float objectness = v.get(i + 4);
          if (objectness >= out.floor()) {
            int label = highest(v, i + 5, labels, 1);
            int line = cell / across;
            out.addCentred(
                label,
                objectness * v.get(i + 5 + label),
                (v.get(i) + cell % across) * stride,
                (v.get(i + 1) + line) * stride,
                Math.exp(v.get(i + 2)) * stride,
                Math.exp(v.get(i + 3)) * stride);
          }
        }
      }
    }
  },

  /** For each stride scores, and four distances as distributions over eight bins. */
  NANODET("nanodet") {
    private static final int BINS = 8;

    @Override
    void read(List<Output> outputs, InputFormat in, int labels, Candidates out) {
      for (int stride = 8; stride <= 32; stride *= 2) {
        int count = cells(in, stride);
        FloatBuffer scores = sized(outputs, count, labels);
        FloatBuffer distances = sized(outputs, count, 4 * BINS);
        int across = in.widthPx() / stride;
        for (int cell = 0; cell < count; cell++) {
          int label = highest(scores, cell * labels, labels, 1);
          float score = scores.get(cell * labels + label);
          if (score >= out.floor()) {
            double x = cell % across * stride + (stride - 1) / 2.0;
            double y = cell / across * stride + (stride - 1) / 2.0;
            int at = cell * 4 * BINS;
            out.add(
                label,
                score,
                x - stride * mean(distances, at),
                y - stride * mean(distances, at + BINS),
                x + stride * mean(distances, at + 2 * BINS),
                y + stride * mean(distances, at + 3 * BINS));
          }
        }
      }
    }

    private static double mean(FloatBuffer v, int at) {
      double highest = v.get(at + highest(v, at, BINS, 1));
      double sum = 0;
      double weighted = 0;
      for (int bin = 0; bin < BINS; bin++) {
        double share = Math.exp(v.get(at + bin) - highest);
        sum += share;
        weighted += share * bin;
      }
      return weighted / sum;
    }
  },

  /** One grid of stride 16: objectness, offset, size, scores, each as a plane. */
  FASTESTDET("fastestdet") {
    private static final int STRIDE = 16;

    @Override
    void read(List<Output> outputs, InputFormat in, int labels, Candidates out) {
      Output output = single(outputs);
      int count = cells(in, STRIDE);
      check(output, count, 5 + labels);
      int across = in.widthPx() / STRIDE;
      int down = in.heightPx() / STRIDE;
      FloatBuffer v = output.values();
      for (int cell = 0; cell < count; cell++) {
        float objectness = v.get(cell);
        // The score is at most objectness ^ 0.6.
        if (objectness > 0 && Math.pow(objectness, 0.6) >= out.floor()) {
          int label = highest(v, 5 * count + cell, labels, count);
          int line = cell / across;
          double score =
              Math.pow(objectness, 0.6) * Math.pow(v.get((5 + label) * count + cell), 0.4);
          out.addCentred(
              label,
              score,
              (cell % across + Math.tanh(v.get(count + cell))) / across * in.widthPx(),
              (line + Math.tanh(v.get(2 * count + cell))) / down * in.heightPx(),
              sigmoid(v.get(3 * count + cell)) * in.widthPx(),
              sigmoid(v.get(4 * count + cell)) * in.heightPx());
        }
      }
    }

    private static double sigmoid(double x) {
      return 1 / (1 + Math.exp(-x));
    }
  },

  /** Rows of centre, size, objectness and scores, in pixels. */
  YOLOV5("yolov5") {
    @Override
    void read(List<Output> outputs, InputFormat in, int labels, Candidates out) {
      Output output = largest(outputs);
      int width = 5 + labels;
      check(output, output.size() / width, width);
      FloatBuffer v = output.values();
      for (int i = 0; i + width <= output.size(); i += width) {
        float objectness = v.get(i + 4);
        if (objectness >= out.floor()) {
          int label = highest(v, i + 5, labels, 1);
          out.addCentred(
              label,
              objectness * v.get(i + 5 + label),
              v.get(i),
              v.get(i + 1),
              v.get(i + 2),
              v.get(i + 3));
        }
      }
    }
  },

  /** Planes of centre, size and scores, in pixels. */
  YOLOV8("yolov8") {
    @Override
    void read(List<Output> outputs, InputFormat in, int labels, Candidates out) {
      Output output = single(outputs);
      int count = output.last();
      check(output, count, 4 + labels);
      FloatBuffer v = output.values();
      for (int i = 0; i < count; i++) {
        int label = highest(v, 4 * count + i, labels, count);
        float score = v.get((4 + label) * count + i);
        if (score >= out.floor()) {
          out.addCentred(
              label, score, v.get(i), v.get(count + i), v.get(2 * count + i), v.get(3 * count + i));
        }
      }
    }
  },

  /**
   * The best boxes already: rows of left, top, right, bottom, score, label; or of picture, left,
   * top, right, bottom, label, score.
   */
  YOLO_NMS("yolo-nms") {
    @Override
    void read(List<Output> outputs, InputFormat in, int labels, Candidates out) {
      Output output = single(outputs);
      int width = output.last();
      if (width != 6 && width != 7) {
        throw new IllegalArgumentException("its output has rows of " + width + ", not of 6 or 7");
      }
      int first = width - 6;
      FloatBuffer v = output.values();
      for (int i = 0; i + width <= output.size(); i += width) {
        float score = v.get(i + (width == 6 ? 4 : 6));
        int label = Math.round(v.get(i + 5));
        if (score >= out.floor() && label >= 0 && label < labels) {
          int at = i + first;
          out.add(label, score, v.get(at), v.get(at + 1), v.get(at + 2), v.get(at + 3));
        }
      }
    }
  };

  private final String word;

  OutputFormat(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  /**
   * @throws IllegalArgumentException if the outputs are not of this format and so many labels
   */
  abstract void read(List<Output> outputs, InputFormat in, int labels, Candidates out);

  private static Output single(List<Output> outputs) {
    if (outputs.size() != 1) {
      throw new IllegalArgumentException("it has " + outputs.size() + " outputs, not one");
    }
    return outputs.get(0);
  }

  private static Output largest(List<Output> outputs) {
    return outputs.stream()
        .max(Comparator.comparingInt(Output::size))
        .orElseThrow(() -> new IllegalArgumentException("it has no output"));
  }

  private static void check(Output output, int count, int width) {
    if (output.size() != count * width || output.size() == 0) {
      throw new IllegalArgumentException(
          "its output has " + output.size() + " values, not " + count + " times " + width);
    }
  }

  private static FloatBuffer sized(List<Output> outputs, int count, int width) {
    return outputs.stream()
        .filter(output -> output.size() == count * width && output.last() == width)
        .findFirst()
        .map(Output::values)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "it has no output of " + count + " times " + width + " values"));
  }

  private static int cells(InputFormat in, int stride) {
    return in.widthPx() / stride * (in.heightPx() / stride);
  }

  private static int highest(FloatBuffer v, int from, int count, int step) {
    int highest = 0;
    for (int i = 1; i < count; i++) {
      if (v.get(from + i * step) > v.get(from + highest * step)) {
        highest = i;
      }
    }
    return highest;
  }
}
