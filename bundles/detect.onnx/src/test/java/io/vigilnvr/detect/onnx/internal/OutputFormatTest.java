package io.vigilnvr.detect.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vigilnvr.detect.onnx.internal.Candidates.Candidate;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputFormatTest {
  private static final InputFormat INPUT =
      new InputFormat(
          64,
          64,
          false,
          List.of(0.0, 0.0, 0.0),
          List.of(1.0, 1.0, 1.0),
          InputFormat.Resize.STRETCH,
          0);

  private static List<Candidate> read(OutputFormat format, int labels, Output... outputs) {
    var candidates = new Candidates(0.2);
    format.read(List.of(outputs), INPUT, labels, candidates);
    return candidates.all();
  }

  private static Output output(float[] values, long... shape) {
    return Output.of("out", FloatBuffer.wrap(values), shape);
  }

  private static void assertOnly(
      List<Candidate> seen, int label, double score, double l, double t, double r, double b) {
    assertThat(seen).hasSize(1);
    Candidate one = seen.get(0);
    assertThat(one.label()).isEqualTo(label);
    assertThat(one.score()).isCloseTo(score, within(1e-4));
    assertThat(new double[] {one.left(), one.top(), one.right(), one.bottom()})
        .containsExactly(new double[] {l, t, r, b}, within(1e-3));
  }

  @Test
  void readsYolox() {
    int rows = 64 + 16 + 4;
    float[] values = new float[rows * 7];
    // The second cell of the second line of stride 16, which follows the 64 cells of stride 8.
    int at = (64 + 5) * 7;
    values[at] = 0.5f;
    values[at + 1] = 0.25f;
    values[at + 2] = (float) Math.log(2);
    values[at + 3] = 0;
    values[at + 4] = 0.8f;
    values[at + 5] = 0.1f;
    values[at + 6] = 0.5f;
    assertOnly(read(OutputFormat.YOLOX, 2, output(values, 1, rows, 7)), 1, 0.4, 8, 12, 40, 28);
  }

  @Test
  void readsNanodet() {
    // As many scores as there are distances would be mistaken for them: 3 labels.
    float[][] scores = {new float[64 * 3], new float[16 * 3], new float[4 * 3]};
    float[][] distances = {new float[64 * 32], new float[16 * 32], new float[4 * 32]};
    int cell = 3;
    scores[2][cell * 3 + 2] = 0.9f;
    // A distribution with all its weight on one bin: distances of 0, 0, 1, 0 strides.
    for (int side = 0; side < 4; side++) {
      distances[2][cell * 32 + side * 8 + (side == 2 ? 1 : 0)] = 100;
    }
    distances[2][cell * 32 + 3 * 8] = 0;
    distances[2][cell * 32 + 3 * 8 + 2] = 100;
    List<Candidate> seen =
        read(
            OutputFormat.NANODET,
            3,
            output(scores[0], 1, 64, 3),
            output(distances[0], 1, 64, 32),
            output(scores[1], 1, 16, 3),
            output(distances[1], 1, 16, 32),
            output(scores[2], 1, 4, 3),
            output(distances[2], 1, 4, 32));
    assertOnly(seen, 2, 0.9, 47.5, 47.5, 79.5, 111.5);
  }

  @Test
  void readsFastestdet() {
    int count = 16;
    float[] values = new float[count * 7];
    int cell = 6;
    values[cell] = 0.5f;
    values[3 * count + cell] = (float) Math.log(1.0 / 3);
    values[4 * count + cell] = 0;
    values[6 * count + cell] = 0.25f;
    assertOnly(
        read(OutputFormat.FASTESTDET, 2, output(values, 1, 7, 4, 4)),
        1,
        Math.pow(0.5, 0.6) * Math.pow(0.25, 0.4),
        24,
        0,
        40,
        32);
  }

  @Test
  void readsYolov5() {
    float[] values = {10, 20, 4, 8, 0.1f, 1, 1, 30, 40, 10, 20, 0.9f, 0.5f, 0.1f};
    assertOnly(read(OutputFormat.YOLOV5, 2, output(values, 1, 2, 7)), 0, 0.45, 25, 30, 35, 50);
  }

  @Test
  void readsYolov8() {
    float[] values = {10, 30, 20, 40, 4, 10, 8, 20, 0.1f, 0.3f, 0.15f, 0.6f};
    assertOnly(read(OutputFormat.YOLOV8, 2, output(values, 1, 6, 2)), 1, 0.6, 25, 30, 35, 50);
  }

  @Test
  void readsWhatIsTheBestAlready() {
    float[] six = {1, 2, 11, 22, 0.7f, 1, 1, 2, 11, 22, 0.7f, 9, 0, 0, 0, 0, 0, 0};
    assertOnly(read(OutputFormat.YOLO_NMS, 2, output(six, 1, 3, 6)), 1, 0.7, 1, 2, 11, 22);
    float[] seven = {0, 1, 2, 11, 22, 1, 0.7f};
    assertOnly(read(OutputFormat.YOLO_NMS, 2, output(seven, 1, 7)), 1, 0.7, 1, 2, 11, 22);
  }

  @Test
  void refusesOutputsOfAnotherShape() {
    for (OutputFormat format : OutputFormat.values()) {
      assertThatThrownBy(() -> read(format, 4, output(new float[11], 1, 11)))
          .as(format.word())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void leavesOutWhatIsNoBox() {
    float nan = Float.NaN;
    float[] values = {nan, 30, 20, 40, 4, -10, 8, 20, 0.9f, 0.9f, 0.1f, 0.1f};
    assertThat(read(OutputFormat.YOLOV8, 2, output(values, 1, 6, 2))).isEmpty();
  }

  @Test
  void keepsTheBestOfThoseThatOverlap() {
    var one = new Candidate(0, 0.6, 0, 0, 10, 10);
    var better = new Candidate(0, 0.9, 1, 0, 11, 10);
    var other = new Candidate(1, 0.5, 0, 0, 10, 10);
    var apart = new Candidate(0, 0.3, 30, 0, 40, 10);
    assertThat(Candidates.best(List.of(one, better, other, apart), 0.45))
        .containsExactly(better, other, apart);
  }
}
