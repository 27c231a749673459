package io.vigilnvr.detect.onnx.internal;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.vigilnvr.detect.onnx.internal.Candidates.Candidate;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A model in the native library, shared by all who look by it. Freed when it was closed and nobody
 * is in it any more. Thread-safe.
 */
final class OpenModel implements AutoCloseable {
  private static final int MOST_OUTPUTS = 16;
  private static final long MOST_OUTPUT_VALUES = 20_000_000;

  private final Descriptor descriptor;
  private final Inference inference;
  private final OrtSession session;
  private final String inputName;

  /** Inputs and outputs that nobody uses; at most as many as {@link Inference#threads}. */
  private final Deque<Bench> benches = new ArrayDeque<>();

  private int inside;
  private boolean closed;

  private OpenModel(Descriptor descriptor, Inference inference, OrtSession session) {
    this.descriptor = descriptor;
    this.inference = inference;
    this.session = session;
    this.inputName = session.getInputNames().stream().findFirst().orElse("");
  }

  /**
   * Opens a model and runs it once, so that what does not fit is known before a camera needs it.
   *
   * @throws IllegalArgumentException with the reason why it cannot be used
   */
  static OpenModel open(Descriptor descriptor, byte[] bytes, Inference inference)
      throws InterruptedException {
    var loaded = new AtomicBoolean();
    try {
      return inference.open(
          bytes,
          session -> {
            loaded.set(true);
            return tried(new OpenModel(descriptor, inference, session));
          });
    } catch (OrtException e) {
      throw refused(loaded.get() ? "cannot be run" : "cannot be loaded", e);
    }
  }

  private static OpenModel tried(OpenModel model) throws OrtException, InterruptedException {
    boolean sound = false;
    try {
      model.checkInput();
      model.look(input -> {}, 0.5);
      sound = true;
      return model;
    } finally {
      if (!sound) {
        model.close();
      }
    }
  }

  private static IllegalArgumentException refused(String what, OrtException e) {
    String why = String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}+", " ");
    return new IllegalArgumentException(
        what + ": " + (why.length() > 300 ? why.substring(0, 300) + "…" : why), e);
  }

  private void checkInput() throws OrtException {
    Map<String, NodeInfo> inputs = session.getInputInfo();
    if (inputs.size() != 1 || session.getNumOutputs() > MOST_OUTPUTS) {
      throw new IllegalArgumentException(
          "has " + inputs.size() + " inputs and " + session.getNumOutputs() + " outputs");
    }
    NodeInfo only = inputs.values().iterator().next();
    long[] wanted = {1, 3, descriptor.input().heightPx(), descriptor.input().widthPx()};
    boolean fits =
        only.getInfo() instanceof TensorInfo info
            && info.type == OnnxJavaType.FLOAT
            && fits(info.getShape(), wanted);
    if (!fits) {
      throw new IllegalArgumentException(
          "does not take numbers of 32 bits of the shape "
              + Arrays.toString(wanted)
              + ", as its descriptor says, but "
              + only.getInfo());
    }
  }

  /** A dimension of -1 is whatever it is given. */
  private static boolean fits(long[] shape, long[] wanted) {
    boolean fits = shape.length == wanted.length;
    for (int i = 0; fits && i < shape.length; i++) {
      fits = shape[i] == -1 || shape[i] == wanted[i];
    }
    return fits;
  }

  Descriptor descriptor() {
    return descriptor;
  }

  /**
   * Looks at one picture, when it is its turn.
   *
   * @param fill puts the picture into the model's input, which has another one before
   * @return what scores at least so much, the best of those that overlap, in the model's pixels
   * @throws IllegalStateException if it is closed
   */
  List<Candidate> look(Consumer<FloatBuffer> fill, double floor)
      throws OrtException, InterruptedException {
    enter();
    try {
      inference.threads().acquire();
      try {
        Bench bench = bench();
        try {
          fill.accept(bench.input);
          return run(bench, floor);
        } finally {
          putBack(bench);
        }
      } finally {
        inference.threads().release();
      }
    } finally {
      leave();
    }
  }

  private List<Candidate> run(Bench bench, double floor) throws OrtException {
    var candidates = new Candidates(floor);
    try (OrtSession.Result result =
        session.run(Map.of(inputName, bench.tensor), bench.loose(session), bench.pinned)) {
      List<Output> outputs = new ArrayList<>();
      for (Map.Entry<String, OnnxValue> entry : result) {
        outputs.add(bench.output(entry.getKey(), entry.getValue()));
      }
      descriptor
          .decoder()
          .read(outputs, descriptor.input(), descriptor.labels().size(), candidates);
    }
    return Candidates.best(candidates.all(), 0.45);
  }

  private synchronized void enter() {
    if (closed) {
      throw new IllegalStateException("the model " + descriptor.id() + " was taken out");
    }
    inside++;
  }

  private synchronized void leave() {
    inside--;
    if (closed && inside == 0) {
      free();
    }
  }

  private Bench bench() throws OrtException {
    synchronized (this) {
      Bench known = benches.poll();
      if (known != null) {
        return known;
      }
    }
    return new Bench(descriptor.input(), session);
  }

  private synchronized void putBack(Bench bench) {
    benches.push(bench);
  }

  @Override
  public synchronized void close() {
    boolean first = !closed;
    closed = true;
    if (first && inside == 0) {
      free();
    }
  }

  private void free() {
    benches.forEach(Bench::close);
    benches.clear();
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("the native library does not free what it has", e);
    }
  }

  /** Memory for one picture, and for what the model says of it, if that is always as much. */
  private static final class Bench implements AutoCloseable {
    private final FloatBuffer input;
    private final OnnxTensor tensor;
    private final Map<String, OnnxTensor> pinned = new LinkedHashMap<>();
    private final Map<String, Output> outputs = new LinkedHashMap<>();

    Bench(InputFormat format, OrtSession session) throws OrtException {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      input = direct(format.values());
      tensor =
          OnnxTensor.createTensor(
              environment, input, new long[] {1, 3, format.heightPx(), format.widthPx()});
      for (NodeInfo node : session.getOutputInfo().values()) {
        long[] shape =
            node.getInfo() instanceof TensorInfo info && info.type == OnnxJavaType.FLOAT
                ? info.getShape()
                : new long[] {-1};
        long values = values(shape);
        if (values > 0) {
          FloatBuffer buffer = direct((int) values);
          pinned.put(node.getName(), OnnxTensor.createTensor(environment, buffer, shape));
          outputs.put(node.getName(), Output.of(node.getName(), buffer, shape));
        }
      }
    }

    private static FloatBuffer direct(int values) {
      return ByteBuffer.allocateDirect(4 * values).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    /** 0 if the shape does not say. */
    private static long values(long[] shape) {
      long values = 1;
      for (long dimension : shape) {
        values = dimension <= 0 ? 0 : values * dimension;
        if (values > MOST_OUTPUT_VALUES) {
          throw new IllegalArgumentException("has an output of more than 20 million values");
        }
      }
      return values;
    }

    /** Outputs whose size is known only once they are there. */
    Set<String> loose(OrtSession session) {
      var names = new LinkedHashSet<>(session.getOutputNames());
      names.removeAll(pinned.keySet());
      return names;
    }

    Output output(String name, OnnxValue value) throws OrtException {
      Output known = outputs.get(name);
      if (known != null) {
        return known;
      }
      if (value instanceof OnnxTensor given && given.getInfo().type == OnnxJavaType.FLOAT) {
        values(given.getInfo().getShape());
        return Output.of(name, given.getFloatBuffer(), given.getInfo().getShape());
      }
      throw new IllegalArgumentException("gives " + name + ", which is no numbers of 32 bits");
    }

    @Override
    public void close() {
      pinned.values().forEach(OnnxTensor::close);
      tensor.close();
    }
  }
}
