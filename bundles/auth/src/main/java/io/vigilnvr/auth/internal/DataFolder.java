package io.vigilnvr.auth.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.osgi.framework.BundleContext;

/** Where this installation keeps what is its own. */
final class DataFolder {
  private DataFolder() {}

  static Path of(BundleContext context) {
    String data = context.getProperty("vigil.data");
    if (data == null || data.isBlank()) {
      throw new IllegalStateException("the property vigil.data does not say where the data is");
    }
    return Path.of(data).toAbsolutePath().normalize();
  }

  /** Makes a folder that only its owner can enter, if it is not there. */
  static void makePrivate(Path folder) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }
}
