package io.vigilnvr.detect.onnx.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.util.ArrayList;
import java.util.List;

/**
 * A model made byte by byte: divides a picture of 64 by 64 pixels into 4 by 4 cells and says of
 * each how blue, green and red it is, in the way of YOLOv8.
 */
final class TinyModel {
  static final int SIDE = 64;
  private static final int CELL = 16;
  private static final int CELLS = 16;

  private TinyModel() {}

  static byte[] bytes() {
    return model(graph()).toBytes();
  }

  static Protobuf model(Protobuf graph) {
    return new Protobuf()
        .number(1, 8)
        .message(7, graph)
        .message(8, new Protobuf().text(1, "").number(2, 13));
  }

  static Protobuf graph() {
    return new Protobuf()
        .message(1, pool())
        .message(1, node("Reshape", List.of("pooled", "shape"), "scores"))
        .message(
            1,
            node("Concat", List.of("boxes", "scores"), "out")
                .message(5, new Protobuf().text(1, "axis").number(3, 1).number(20, 2)))
        .text(2, "tiny")
        .message(
            5,
            new Protobuf()
                .number(1, 3)
                .number(2, 7)
                .number(7, 1)
                .number(7, 3)
                .number(7, CELLS)
                .text(8, "shape"))
        .message(5, boxes())
        .message(11, value("in", 1, 3, SIDE, SIDE))
        .message(12, value("out", 1, 7, CELLS));
  }

  private static Protobuf pool() {
    return node("AveragePool", List.of("in"), "pooled")
        .message(
            5, new Protobuf().text(1, "kernel_shape").number(8, CELL).number(8, CELL).number(20, 7))
        .message(
            5, new Protobuf().text(1, "strides").number(8, CELL).number(8, CELL).number(20, 7));
  }

  static Protobuf node(String operator, List<String> inputs, String output) {
    var node = new Protobuf();
    inputs.forEach(input -> node.text(1, input));
    return node.text(2, output).text(4, operator);
  }

  private static Protobuf boxes() {
    List<Float> values = new ArrayList<>();
    for (int i = 0; i < CELLS; i++) {
      values.add((i % 4 + 0.5f) * CELL);
    }
    for (int i = 0; i < CELLS; i++) {
      int line = i / 4;
      values.add((line + 0.5f) * CELL);
    }
    for (int i = 0; i < 2 * CELLS; i++) {
      values.add((float) CELL);
    }
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return new Protobuf()
        .number(1, 1)
        .number(1, 4)
        .number(1, CELLS)
        .number(2, 1)
        .text(8, "boxes")
        .floats(9, array);
  }

  static Protobuf value(String name, int... shape) {
    var dimensions = new Protobuf();
    for (int one : shape) {
      dimensions.message(1, new Protobuf().number(1, one));
    }
    return new Protobuf()
        .text(1, name)
        .message(2, new Protobuf().message(1, new Protobuf().number(1, 1).message(2, dimensions)));
  }

  static String descriptorJson() {
    return """
        {"id": "tiny", "name": "Tiny", "version": "1.2.0", "licence": "Apache-2.0",
         "labels": ["blue", "green", "red"], "decoder": "yolov8",
         "input": {"widthPx": 64, "heightPx": 64, "channels": "bgr", "std": 255,
                   "resize": "stretch"}}
        """;
  }

  static Descriptor descriptor() {
    try {
      return Descriptor.parse(descriptorJson()).with("model.onnx", Digest.sha256(bytes()));
    } catch (InvalidSettingsException e) {
      throw new AssertionError(e);
    }
  }

  static OpenModel open() throws InterruptedException {
    return OpenModel.open(descriptor(), bytes(), new Inference(1));
  }
}
