package io.vigilnvr.database.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file that a child process appends to, and that is kept from growing for ever. It is copied and
 * cut rather than renamed, because the child holds it open; what comes in between may be lost.
 */
final class BoundedLog {
  private static final long MOST_BYTES = 2L << 20;
  private static final int LONGEST_EXCERPT = 1000;

  private final Path file;

  BoundedLog(Path file) {
    this.file = file;
  }

  ProcessBuilder.Redirect redirect() throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    return ProcessBuilder.Redirect.appendTo(file.toFile());
  }

  void trim() throws IOException {
    if (Files.exists(file) && Files.size(file) > MOST_BYTES) {
      Files.copy(
          file,
          file.resolveSibling(file.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.COPY_ATTRIBUTES);
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(0);
      }
    }
  }

  /** How long it is now. */
  long length() throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /** The last lines, in one, of what was appended since it had that length. */
  String since(long length) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long end = channel.size();
      long from = Math.max(Math.min(length, end), end - LONGEST_EXCERPT);
      var bytes = ByteBuffer.allocate((int) (end - from));
      int read = 0;
      while (bytes.hasRemaining() && read >= 0) {
        read = channel.read(bytes, from + bytes.position());
      }
      var text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
      return String.join("; ", text.lines().map(String::strip).toList());
    }
  }

  Path file() {
    return file;
  }
}
