package io.vigilnvr.detect.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import io.vigilnvr.detect.onnx.internal.Devices.Device;
import io.vigilnvr.detect.onnx.internal.Devices.Left;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DevicesTest {
  private final Devices devices =
      new Devices(EnumSet.of(OrtProvider.CPU, OrtProvider.CUDA, OrtProvider.TENSOR_RT));
  private final List<Device> tried = new ArrayList<>();

  private Device open(Set<Device> working) throws Exception {
    return devices.best(
        device -> {
          tried.add(device);
          if (!working.contains(device)) {
            throw new OrtException("no " + device.word() + "\n here");
          }
          return device;
        });
  }

  @Test
  void takesTheBestThatWorks() throws Exception {
    assertThat(devices.used()).isEmpty();
    assertThat(open(EnumSet.allOf(Device.class))).isEqualTo(Device.TENSOR_RT);
    assertThat(tried).containsExactly(Device.TENSOR_RT);
    assertThat(devices.used()).contains(Device.TENSOR_RT);
    assertThat(devices.left()).isEmpty();
  }

  @Test
  void triesTensorRtThenCudaThenTheProcessor() throws Exception {
    assertThat(open(Set.of(Device.PROCESSOR))).isEqualTo(Device.PROCESSOR);
    assertThat(tried).containsExactly(Device.TENSOR_RT, Device.CUDA, Device.PROCESSOR);
    assertThat(devices.left())
        .containsExactly(
            new Left(Device.TENSOR_RT, "no TensorRT here"), new Left(Device.CUDA, "no CUDA here"));
    // For good: the next model loses no time.
    assertThat(open(EnumSet.allOf(Device.class))).isEqualTo(Device.PROCESSOR);
    assertThat(devices.used()).contains(Device.PROCESSOR);
  }

  @Test
  void goesOnWithWhatWorks() throws Exception {
    open(Set.of(Device.CUDA, Device.PROCESSOR));
    tried.clear();
    assertThat(open(EnumSet.allOf(Device.class))).isEqualTo(Device.CUDA);
    assertThat(tried).containsExactly(Device.CUDA);
  }

  @Test
  void blamesNoDeviceForAModelThatNothingRuns() throws Exception {
    assertThatThrownBy(() -> open(Set.of())).isInstanceOf(OrtException.class);
    assertThat(devices.left()).isEmpty();
    assertThat(open(EnumSet.allOf(Device.class))).isEqualTo(Device.TENSOR_RT);
  }

  @Test
  void triesOnlyWhatTheLibraryHas() throws Exception {
    Device processor = new Devices(EnumSet.of(OrtProvider.CPU)).best(device -> device);
    Device card = new Devices(EnumSet.of(OrtProvider.CUDA)).best(device -> device);
    assertThat(processor).isEqualTo(Device.PROCESSOR);
    assertThat(card).isEqualTo(Device.CUDA);
  }
}
