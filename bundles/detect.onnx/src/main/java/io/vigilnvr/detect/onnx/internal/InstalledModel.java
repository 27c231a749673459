package io.vigilnvr.detect.onnx.internal;

import io.vigilnvr.api.detect.DetectorException;
import io.vigilnvr.api.detect.Models;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model that came as a bundle. Is in memory only while somebody looks by it. Thread-safe; the
 * lock is held while the native library loads.
 */
final class InstalledModel {
  private static final Logger log = LoggerFactory.getLogger(InstalledModel.class);
  static final int MOST_BYTES = 60 << 20;
  private static final int MOST_DESCRIPTOR_BYTES = 1 << 20;

  /** Where the files of a model lie. */
  interface Source {
    /** Symbolic name of the bundle. */
    String bundle();

    /**
     * A file of it.
     *
     * @throws IOException if it is not there, or larger than that
     */
    byte[] read(String path, int mostBytes) throws IOException;
  }

  private final Source source;
  private final Inference inference;
  private final Optional<Descriptor> descriptor;
  private final long bytes;
  private final Optional<String> error;
  private @Nullable OpenModel open;
  private int leases;
  private boolean withdrawn;

  private InstalledModel(
      Source source,
      Inference inference,
      Optional<Descriptor> descriptor,
      long bytes,
      Optional<String> error) {
    this.source = source;
    this.inference = inference;
    this.descriptor = descriptor;
    this.bytes = bytes;
    this.error = error;
  }

  /**
   * Reads the model, and tries it.
   *
   * @param path of the descriptor
   */
  static InstalledModel examine(Source source, String path, Inference inference)
      throws InterruptedException {
    Optional<Descriptor> descriptor = Optional.empty();
    long bytes = 0;
    Optional<String> error = Optional.empty();
    try {
      Descriptor read =
          Descriptor.parse(
              new String(source.read(path, MOST_DESCRIPTOR_BYTES), StandardCharsets.UTF_8));
      descriptor = Optional.of(read);
      byte[] file = source.read(read.file(), MOST_BYTES);
      bytes = file.length;
      attempt(read, file, inference);
    } catch (InvalidSettingsException | IOException | IllegalArgumentException e) {
      error = Optional.of(String.valueOf(e.getMessage()));
      log.warn("the model in {} cannot be used: {}", source.bundle(), e.getMessage());
    } catch (LinkageError e) {
      error =
          Optional.of(
              "ONNX Runtime cannot be loaded; if its bundle was changed, restart Vigil: "
                  + e.getMessage());
      log.error("ONNX Runtime cannot be loaded", e);
    }
    return new InstalledModel(source, inference, descriptor, bytes, error);
  }

  /**
   * @throws IllegalArgumentException with the reason why it cannot be used
   */
  static void attempt(Descriptor descriptor, byte[] file, Inference inference)
      throws InterruptedException {
    String sha256 = Digest.sha256(file);
    if (!descriptor.sha256().equals(sha256)) {
      throw new IllegalArgumentException(
          "has the SHA-256 " + sha256 + ", and its descriptor says " + descriptor.sha256());
    }
    OnnxFile.check(file);
    OpenModel.open(descriptor, file, inference).close();
  }

  String bundle() {
    return source.bundle();
  }

  String id() {
    return descriptor.map(Descriptor::id).orElse(source.bundle());
  }

  boolean isReady() {
    return error.isEmpty();
  }

  Models.Model view() {
    return descriptor
        .map(
            it ->
                new Models.Model(
                    it.id(),
                    it.name(),
                    it.version(),
                    it.licence(),
                    it.decoder().word(),
                    it.input().widthPx(),
                    it.input().heightPx(),
                    it.labels(),
                    it.sha256(),
                    error,
                    bytes))
        .orElseGet(
            () ->
                new Models.Model(
                    source.bundle(), source.bundle(), "", "", "", 0, 0, List.of(), "", error, 0));
  }

  synchronized ModelLease lease() throws DetectorException, InterruptedException {
    if (withdrawn || error.isPresent() || descriptor.isEmpty()) {
      throw new DetectorException(
          "the model " + id() + " cannot be used: " + error.orElse("it was taken out"));
    }
    OpenModel model = open;
    if (model == null) {
      try {
        model =
            OpenModel.open(
                descriptor.get(), source.read(descriptor.get().file(), MOST_BYTES), inference);
      } catch (IOException | IllegalArgumentException e) {
        throw new DetectorException("the model " + id() + " " + e.getMessage(), e);
      }
      open = model;
    }
    leases++;
    return new ModelLease(model, this::leave);
  }

  private synchronized void leave() {
    leases--;
    if (leases == 0) {
      free();
    }
  }

  /** Nobody looks by it from now on. */
  synchronized void withdraw() {
    withdrawn = true;
    free();
  }

  private void free() {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
