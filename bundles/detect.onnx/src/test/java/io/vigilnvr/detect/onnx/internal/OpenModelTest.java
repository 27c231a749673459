package io.vigilnvr.detect.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenModelTest {
  private static Descriptor descriptor(String from, String to) throws InvalidSettingsException {
    return Descriptor.parse(TinyModel.descriptorJson().replace(from, to));
  }

  private static void assertRefused(Descriptor descriptor, byte[] bytes, String why) {
    assertThatThrownBy(() -> OpenModel.open(descriptor, bytes, new Inference(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void refusesAModelThatIsNotWhatItsDescriptorSays() throws Exception {
    byte[] model = TinyModel.bytes();
    assertRefused(descriptor("\"widthPx\": 64", "\"widthPx\": 96"), model, "[1, 3, 64, 96]");
    assertRefused(descriptor("\"red\"", "\"red\", \"white\""), model, "16 times 8");
    assertRefused(descriptor("yolov8", "yolox"), model, "values");
  }

  @Test
  void refusesWhatTheLibraryRefuses() {
    Protobuf graph =
        TinyModel.graph().message(1, TinyModel.node("Sigmoid", List.of("nothing"), "x"));
    assertRefused(TinyModel.descriptor(), TinyModel.model(graph).toBytes(), "cannot be loaded");
  }

  @Test
  void refusesAnotherFileThanItWasGiven() {
    byte[] other = TinyModel.model(TinyModel.graph().text(10, "changed")).toBytes();
    assertThatThrownBy(
            () -> InstalledModel.attempt(TinyModel.descriptor(), other, new Inference(1)))
        .hasMessageContaining("SHA-256");
  }

  @Test
  void isFreedByTheLastWhoLeaves() throws Exception {
    var inside = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    OpenModel model = TinyModel.open();
    var seen = new AtomicInteger(-1);
    var looking =
        new Thread(
            () -> {
              try {
                seen.set(
                    model
                        .look(
                            input -> {
                              for (int i = 0; i < input.limit(); i++) {
                                input.put(i, 1);
                              }
                              inside.countDown();
                              try {
                                goOn.await(10, TimeUnit.SECONDS);
                              } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                              }
                            },
                            0.5)
                        .size());
              } catch (Exception e) {
                seen.set(-2);
              }
            });
    looking.start();
    assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
    model.close();
    assertThatThrownBy(() -> model.look(input -> {}, 0.5))
        .isInstanceOf(IllegalStateException.class);
    goOn.countDown();
    looking.join();
    assertThat(seen).hasValue(16);
  }
}
