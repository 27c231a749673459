package io.vigilnvr.detect.motion.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.opencv.core.Core;

/** Loads the library as its bundle does, without a framework. */
final class OpenCv {
  private static boolean loaded;

  private OpenCv() {}

  /** Any number of times. */
  static synchronized void load() {
    if (!loaded) {
      load(unpacked());
      Core.setNumThreads(1);
      loaded = true;
    }
  }

  private static void load(Path library) {
    System.load(library.toAbsolutePath().toString());
  }

  /** Where the build may write; unpacked once, as 65 MB take their time. */
  private static Path unpacked() {
    String folder = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "ARMv8";
    String name = "nu/pattern/opencv/linux/" + folder + "/libopencv_java490.so";
    URL packed =
        Objects.requireNonNull(OpenCv.class.getClassLoader().getResource(name), "no " + name);
    Path library = Path.of("target", "natives", "libopencv_java490.so");
    try {
      if (Files.notExists(library)) {
        Files.createDirectories(library.getParent());
        Path part = library.resolveSibling("part-" + ProcessHandle.current().pid());
        try (InputStream in = packed.openStream()) {
          Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(part, library, StandardCopyOption.ATOMIC_MOVE);
      }
      return library;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
