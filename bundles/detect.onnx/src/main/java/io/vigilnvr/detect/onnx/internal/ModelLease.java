package io.vigilnvr.detect.onnx.internal;

import java.util.concurrent.atomic.AtomicBoolean;

/** Somebody's right to look by a model; it is freed when nobody has one. */
final class ModelLease implements AutoCloseable {
  private final OpenModel model;
  private final Runnable end;
  private final AtomicBoolean ended = new AtomicBoolean();

  ModelLease(OpenModel model, Runnable end) {
    this.model = model;
    this.end = end;
  }

  OpenModel model() {
    return model;
  }

  Descriptor descriptor() {
    return model.descriptor();
  }

  @Override
  public void close() {
    if (ended.compareAndSet(false, true)) {
      end.run();
    }
  }
}
