package io.vigilnvr.detect.onnx.internal;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native library, and how much of it is used at once. Nothing of it is loaded before the first
 * model is. Thread-safe.
 */
final class Inference {
  private static final Logger log = LoggerFactory.getLogger(Inference.class);

  /** A way to calculate; the first that works is taken. */
  private enum Device {
    TENSOR_RT(OrtProvider.TENSOR_RT),
    CUDA(OrtProvider.CUDA),
    PROCESSOR(OrtProvider.CPU);

    private final OrtProvider provider;

    Device(OrtProvider provider) {
      this.provider = provider;
    }

    void addTo(OrtSession.SessionOptions options) throws OrtException {
      switch (this) {
        case TENSOR_RT -> options.addTensorrt(0);
        case CUDA -> options.addCUDA(0);
        case PROCESSOR -> {}
      }
    }
  }

  /** Fair: a camera that waits is the next. */
  private final Semaphore threads;

  /** Those that have not failed, best first; empty before the library was loaded. */
  private final List<Device> devices = new ArrayList<>();

  /**
   * @param threads how many pictures are looked at at once
   */
  Inference(int threads) {
    this.threads = new Semaphore(threads, true);
  }

  Semaphore threads() {
    return threads;
  }

  /**
   * Opens a model, on the best device that takes it. Each session uses the thread that calls it and
   * has none of its own.
   */
  synchronized OrtSession open(byte[] model) throws OrtException {
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "vigil");
    if (devices.isEmpty()) {
      EnumSet<OrtProvider> compiled = OrtEnvironment.getAvailableProviders();
      for (Device device : Device.values()) {
        if (device == Device.PROCESSOR || compiled.contains(device.provider)) {
          devices.add(device);
        }
      }
    }
    while (devices.size() > 1) {
      Device device = devices.get(0);
      try {
        OrtSession session = open(environment, model, device);
        log.info("models run by {}", device);
        return session;
      } catch (OrtException e) {
        log.info("models do not run by {}: {}", device, e.getMessage());
        devices.remove(0);
      }
    }
    return open(environment, model, devices.get(0));
  }

  private static OrtSession open(OrtEnvironment environment, byte[] model, Device device)
      throws OrtException {
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      device.addTo(options);
      return environment.createSession(model, options);
    }
  }
}
