package io.vigilnvr.detect.onnx.internal;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The native library, and how much of it is used at once. Nothing of it is loaded before the first
 * model is. Thread-safe.
 */
final class Inference {
  /** Tries a model in a session; closes the session if it fails. */
  @FunctionalInterface
  interface Trial<T> {
    T of(OrtSession session) throws OrtException, InterruptedException;
  }

  private final Runnable before;

  /** Fair: a camera that waits is the next. */
  private final Semaphore threads;

  /** Null before the library was loaded. */
  private @Nullable Devices devices;

  /**
   * @param threads how many pictures are looked at at once
   */
  Inference(int threads) {
    this(threads, () -> {});
  }

  /**
   * @param before called once, before the library is loaded
   */
  Inference(int threads, Runnable before) {
    this.threads = new Semaphore(threads, true);
    this.before = before;
  }

  Semaphore threads() {
    return threads;
  }

  /**
   * Opens a model, on the best device that runs it. Each session uses the thread that calls it and
   * has none of its own.
   */
  <T> T open(byte[] model, Trial<T> trial) throws OrtException, InterruptedException {
    Devices known = devices();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    return known.best(device -> trial.of(open(environment, model, device)));
  }

  private synchronized Devices devices() {
    Devices known = devices;
    if (known == null) {
      before.run();
      OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "vigil");
      known = new Devices(OrtEnvironment.getAvailableProviders());
      devices = known;
    }
    return known;
  }

  private static OrtSession open(OrtEnvironment environment, byte[] model, Devices.Device device)
      throws OrtException {
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      switch (device) {
        case TENSOR_RT -> options.addTensorrt(0);
        case CUDA -> options.addCUDA(0);
        case PROCESSOR -> {}
      }
      return environment.createSession(model, options);
    }
  }

  /** What ran the last model that was opened; empty before the first. */
  synchronized Optional<Devices.Device> used() {
    return devices == null ? Optional.empty() : devices.used();
  }

  /** Better devices that failed. */
  synchronized List<Devices.Left> left() {
    return devices == null ? List.of() : devices.left();
  }
}
