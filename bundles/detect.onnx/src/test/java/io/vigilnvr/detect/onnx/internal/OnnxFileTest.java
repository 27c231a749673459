package io.vigilnvr.detect.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnnxFileTest {
  private static void assertRefused(Protobuf graph, String why) {
    assertThatThrownBy(() -> OnnxFile.check(TinyModel.model(graph).toBytes()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void letsAModelIn() {
    assertThatCode(() -> OnnxFile.check(TinyModel.bytes())).doesNotThrowAnyException();
  }

  @Test
  void refusesLoops() {
    assertRefused(
        TinyModel.graph().message(1, TinyModel.node("Loop", List.of("a"), "b")), "uses Loop");
  }

  @Test
  void refusesLoopsInsideOfOtherGraphs() {
    Protobuf inner = new Protobuf().message(1, TinyModel.node("Scan", List.of(), "x"));
    Protobuf attribute = new Protobuf().text(1, "then_branch").message(6, inner);
    assertRefused(
        TinyModel.graph().message(1, TinyModel.node("If", List.of("c"), "d").message(5, attribute)),
        "uses Scan");
  }

  @Test
  void refusesOperatorsOfOthers() {
    assertRefused(
        TinyModel.graph().message(1, TinyModel.node("Run", List.of(), "x").text(7, "evil.example")),
        "evil.example");
  }

  @Test
  void refusesDataInOtherFiles() {
    Protobuf entry = new Protobuf().text(1, "location").text(2, "../../etc/passwd");
    assertRefused(
        TinyModel.graph().message(5, new Protobuf().number(2, 1).message(13, entry)),
        "in other files");
    assertRefused(
        TinyModel.graph().message(5, new Protobuf().number(2, 1).number(14, 1)), "in other files");
  }

  @Test
  void refusesHugeTensors() {
    assertRefused(
        TinyModel.graph().message(5, new Protobuf().number(1, 1 << 20).number(1, 1 << 20)),
        "values");
    byte[] packed = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
    assertRefused(TinyModel.graph().message(5, new Protobuf().bytes(1, packed)), "values");
  }

  @Test
  void refusesFunctions() {
    byte[] model = TinyModel.model(TinyModel.graph()).message(25, new Protobuf()).toBytes();
    assertThatThrownBy(() -> OnnxFile.check(model)).hasMessageContaining("functions");
  }

  @Test
  void refusesWhatIsNoModel() {
    byte[] whole = TinyModel.bytes();
    for (int length = 0; length < whole.length - 8; length += 7) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> OnnxFile.check(part)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void neverFailsInAnotherWay() {
    var random = new java.util.Random(7);
    byte[] model = TinyModel.bytes();
    for (int i = 0; i < 20_000; i++) {
      byte[] broken = model.clone();
      for (int j = 0; j < 4; j++) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      }
      try {
        OnnxFile.check(broken);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageMatching("(is|has|uses|keeps) .+");
      }
    }
  }
}
