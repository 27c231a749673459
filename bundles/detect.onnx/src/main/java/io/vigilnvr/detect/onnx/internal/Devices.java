package io.vigilnvr.detect.onnx.internal;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can run models here. The best that works is taken; one that fails where a worse one works is
 * left for good, as with a driver that is missing. What none of them runs is the model's fault.
 * Thread-safe.
 */
final class Devices {
  private static final Logger log = LoggerFactory.getLogger(Devices.class);

  private static final int MOST_CAUSE_CHARS = 300;

  /** The best first. */
  enum Device {
    TENSOR_RT("TensorRT", OrtProvider.TENSOR_RT),
    CUDA("CUDA", OrtProvider.CUDA),
    PROCESSOR("CPU", OrtProvider.CPU);

    private final String word;
    private final OrtProvider provider;

    Device(String word, OrtProvider provider) {
      this.word = word;
      this.provider = provider;
    }

    String word() {
      return word;
    }
  }

  /** One that was tried and left. */
  record Left(Device device, String cause) {}

  /** Something that is to be done by a device. */
  @FunctionalInterface
  interface Attempt<T> {
    T by(Device device) throws OrtException, InterruptedException;
  }

  private final List<Device> usable = new ArrayList<>();

  // Read while a model is being opened, which may take minutes.
  private volatile List<Left> left = List.of();
  private volatile Optional<Device> used = Optional.empty();

  /**
   * @param compiled what the native library was made for
   */
  Devices(Set<OrtProvider> compiled) {
    for (Device device : Device.values()) {
      if (device == Device.PROCESSOR || compiled.contains(device.provider)) {
        usable.add(device);
      }
    }
  }

  /** Does it by the best device that can. */
  synchronized <T> T best(Attempt<T> attempt) throws OrtException, InterruptedException {
    List<Left> failed = new ArrayList<>();
    for (Device device : usable.subList(0, usable.size() - 1)) {
      try {
        T done = attempt.by(device);
        settle(device, failed);
        return done;
      } catch (OrtException e) {
        failed.add(new Left(device, cause(e)));
      }
    }
    Device last = usable.get(usable.size() - 1);
    T done = attempt.by(last);
    settle(last, failed);
    return done;
  }

  private void settle(Device device, List<Left> failed) {
    for (Left each : failed) {
      log.warn("models are not run by {}: {}", each.device().word(), each.cause());
      usable.remove(each.device());
    }
    List<Left> all = new ArrayList<>(left);
    all.addAll(failed);
    left = List.copyOf(all);
    if (!used.equals(Optional.of(device))) {
      used = Optional.of(device);
      log.info("models are run by {}", device.word());
    }
  }

  private static String cause(OrtException e) {
    String text = String.valueOf(e.getMessage()).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return text.substring(0, Math.min(text.length(), MOST_CAUSE_CHARS));
  }

  /** What ran the last model that was opened; empty before the first. */
  Optional<Device> used() {
    return used;
  }

  /** Those that failed. */
  List<Left> left() {
    return left;
  }
}
