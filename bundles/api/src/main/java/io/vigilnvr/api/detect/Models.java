package io.vigilnvr.api.detect;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The models that detectors of objects look by. Thread-safe. A model is a plugin without code, and
 * runs in a native library: callers let only admins change what is here.
 */
@ProviderType
public interface Models {
  /**
   * A model that is installed.
   *
   * @param decoder what its output means, e.g. {@code yolox}
   * @param labels that it knows, in its own order
   * @param sha256 of the model's file, hex
   * @param error why it cannot be used; empty if it can
   * @param bytes of the model's file
   */
  record Model(
      String id,
      String name,
      String version,
      String licence,
      String decoder,
      int widthPx,
      int heightPx,
      List<String> labels,
      String sha256,
      Optional<String> error,
      long bytes) {
    public Model {
      labels = List.copyOf(labels);
    }
  }

  /** A model that Vigil knows how to get. */
  record Known(
      String id,
      String name,
      String version,
      String licence,
      String source,
      URI url,
      String sha256,
      long bytes,
      boolean installed) {}

  /**
   * What is to be installed: a file, or what a URL or the catalogue gives; and what it is, unless
   * the file is a model bundle.
   *
   * @param file a model in ONNX format, or a model bundle
   * @param url where the model is; {@code sha256} is needed then
   * @param descriptor JSON, as docs/models.md says
   * @param known id of an entry of the catalogue: says all that is not given
   */
  record Offer(
      Optional<Path> file,
      Optional<URI> url,
      Optional<String> sha256,
      Optional<String> descriptor,
      Optional<String> known) {}

  /** In order of their ids. */
  List<Model> models();

  /** Whether or not they are installed. */
  List<Known> catalog();

  /**
   * Installs a model in place of another one of its id, and tries it. If it does not work, it is
   * taken out again.
   *
   * @throws InvalidSettingsException with what is wrong with it
   * @throws IOException if it cannot be fetched; the message says why, in words a user understands
   */
  Model install(Offer offer) throws InvalidSettingsException, IOException, InterruptedException;

  /**
   * Takes a model out for good. Whoever looks by it fails.
   *
   * @throws NoSuchElementException if there is none
   * @throws IllegalStateException if it came with the distribution, or lies in {@code deploy/}
   */
  void remove(String id) throws IOException;
}
