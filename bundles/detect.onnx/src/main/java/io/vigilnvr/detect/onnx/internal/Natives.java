package io.vigilnvr.detect.onnx.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;

/**
 * The native libraries of ONNX Runtime where it is one for graphics cards. It looks for the parts
 * that are for a card in the folder that it was loaded from, and the framework, which is asked for
 * libraries by name, takes out only those that are asked for. So they are laid side by side in a
 * folder of ours, once for each version of the bundle.
 */
final class Natives {
  /** Where the library looks first, if it is set. */
  static final String PATH = "onnxruntime.native.path";

  private final Bundle library;
  private final Path folder;

  /**
   * @param library the bundle with the classes of ONNX Runtime
   * @param folder ours alone
   */
  Natives(Bundle library, Path folder) {
    this.library = library;
    this.folder = folder;
  }

  /** Must come before the classes are used. What somebody has set themselves stays. */
  void layOut() {
    String set = System.getProperty(PATH, "");
    if (!set.isEmpty() && !Path.of(set).startsWith(folder)) {
      return;
    }
    System.clearProperty(PATH);
    try {
      List<URL> files = files();
      Path target = folder.resolve(library.getBundleId() + "-" + library.getLastModified());
      boolean isForCards = files.stream().anyMatch(file -> file.getPath().contains("_providers_"));
      clear(isForCards ? Set.of(target) : Set.of());
      if (isForCards) {
        for (URL file : files) {
          copy(file, Files.createDirectories(target));
        }
        System.setProperty(PATH, target.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the natives of ONNX Runtime cannot be laid out", e);
    }
  }

  private List<URL> files() {
    Enumeration<URL> found = library.findEntries("/", "*.so", true);
    return found == null ? List.of() : Collections.list(found);
  }

  /** What is there is whole: it gets its name last. */
  private static void copy(URL file, Path target) throws IOException {
    String name = file.getPath().substring(file.getPath().lastIndexOf('/') + 1);
    Path whole = target.resolve(name);
    if (!Files.exists(whole)) {
      Path part = target.resolve(name + ".part");
      try (InputStream in = file.openStream()) {
        Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Deletes those of other versions. */
  private void clear(Set<Path> but) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    Set<Path> old = new HashSet<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(each -> !but.contains(each)).forEach(old::add);
    }
    for (Path each : old) {
      try (Stream<Path> files = Files.list(each)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(each);
    }
  }
}
