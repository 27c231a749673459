package io.vigilnvr.detect.onnx.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Constants;

/** A bundle that has a model and its descriptor, and no code. */
final class ModelBundle {
  /** Header: path of the descriptor. */
  static final String HEADER = "Vigil-Model";

  private static final String DESCRIPTOR = "model.json";
  private static final String MODEL = "model.onnx";

  private ModelBundle() {}

  static String symbolicName(String id) {
    return "vigil.model." + id;
  }

  static void write(Descriptor descriptor, byte[] model, Path to) throws IOException {
    var manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
    main.putValue(Constants.BUNDLE_SYMBOLICNAME, symbolicName(descriptor.id()));
    main.putValue(Constants.BUNDLE_VERSION, descriptor.version());
    main.putValue(Constants.BUNDLE_NAME, "Model " + descriptor.name());
    main.putValue(HEADER, DESCRIPTOR);
    try (OutputStream file = Files.newOutputStream(to);
        var jar = new JarOutputStream(file, manifest)) {
      jar.putNextEntry(new JarEntry(DESCRIPTOR));
      jar.write(
          descriptor.with(MODEL, Digest.sha256(model)).json().getBytes(StandardCharsets.UTF_8));
      jar.putNextEntry(new JarEntry(MODEL));
      jar.write(model);
    }
  }

  /**
   * Looks whether a file is a model bundle.
   *
   * @return its symbolic name
   * @throws InvalidSettingsException if it is not, or has code
   */
  static String check(Path file) throws InvalidSettingsException {
    try (var jar = new JarFile(file.toFile())) {
      Manifest manifest = jar.getManifest();
      Attributes main = manifest == null ? new Attributes() : manifest.getMainAttributes();
      String name = main.getValue(Constants.BUNDLE_SYMBOLICNAME);
      if (main.getValue(HEADER) == null || name == null) {
        throw new InvalidSettingsException("/file", "is no model bundle: no header " + HEADER);
      }
      boolean code =
          main.getValue(Constants.BUNDLE_ACTIVATOR) != null
              || main.getValue("Service-Component") != null
              || jar.stream().anyMatch(entry -> entry.getName().endsWith(".class"));
      if (code) {
        throw new InvalidSettingsException("/file", "has code, which a model bundle has not");
      }
      return name.split(";", 2)[0].strip();
    } catch (IOException e) {
      throw new InvalidSettingsException("/file", "is no whole jar");
    }
  }
}
