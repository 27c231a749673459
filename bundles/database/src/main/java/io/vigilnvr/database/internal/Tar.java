package io.vigilnvr.database.internal;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Unpacks a tar archive (POSIX.1-1988 ustar, with GNU long names): files, folders and symbolic
 * links, which is what the PostgreSQL binaries come as. Refuses names that would leave the folder.
 */
final class Tar {
  private static final int BLOCK = 512;
  private static final int LONGEST_NAME = 4096;

  private final InputStream in;
  private final Path to;

  private Tar(InputStream in, Path to) {
    this.in = in;
    this.to = to;
  }

  static void unpack(InputStream in, Path to) throws IOException {
    new Tar(in, to).unpack();
  }

  private void unpack() throws IOException {
    folder(to);
    String longName = "";
    String longLink = "";
    for (byte[] header = block(); header[0] != 0; header = block()) {
      long size = octal(header, 124, 12);
      char type = (char) header[156];
      if (type == 'L' || type == 'K') {
        String text = text(content(size), 0, (int) size);
        longName = type == 'L' ? text : longName;
        longLink = type == 'K' ? text : longLink;
        continue;
      }
      String prefix = text(header, 345, 155);
      String name = text(header, 0, 100);
      if (!longName.isEmpty()) {
        name = longName;
      } else if (!prefix.isEmpty()) {
        name = prefix + "/" + name;
      }
      String link = longLink.isEmpty() ? text(header, 157, 100) : longLink;
      longName = "";
      longLink = "";
      entry(type, inside(to.resolve(name)), link, size, (octal(header, 100, 8) & 0100) != 0);
    }
  }

  private void entry(char type, Path path, String link, long size, boolean executable)
      throws IOException {
    switch (type) {
      case '5' -> folder(path);
      case '2' -> {
        Path parent = parent(path);
        inside(parent.resolve(link));
        Files.createSymbolicLink(path, Path.of(link));
      }
      case '0', '\0' -> {
        parent(path);
        copy(path, size);
        Files.setPosixFilePermissions(
            path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
      }
      default -> skip(padded(size));
    }
  }

  private Path inside(Path path) throws IOException {
    if (!path.normalize().startsWith(to)) {
      throw new IOException("archive entry leaves its folder: " + path);
    }
    return path.normalize();
  }

  private Path parent(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IOException("archive entry has no folder: " + path);
    }
    return folder(parent);
  }

  /** For others to pass, too, whatever our umask is. */
  private Path folder(Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      if (!path.equals(to)) {
        parent(path);
      }
      Files.createDirectory(path);
    }
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    return path;
  }

  private void copy(Path path, long size) throws IOException {
    try (var out = new BufferedOutputStream(Files.newOutputStream(path))) {
      byte[] buffer = new byte[1 << 16];
      long left = size;
      while (left > 0) {
        int n = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
        if (n == 0) {
          throw new EOFException("archive ends inside " + path);
        }
        out.write(buffer, 0, n);
        left -= n;
      }
    }
    skip(padded(size) - size);
  }

  private byte[] content(long size) throws IOException {
    if (size > LONGEST_NAME) {
      throw new IOException("archive entry name of " + size + " bytes");
    }
    byte[] content = in.readNBytes((int) padded(size));
    if (content.length < size) {
      throw new EOFException("archive ends inside a name");
    }
    return content;
  }

  /** The next block; one of zeros at the end, whether the archive has it or not. */
  private byte[] block() throws IOException {
    byte[] block = in.readNBytes(BLOCK);
    return block.length == BLOCK ? block : new byte[BLOCK];
  }

  private void skip(long bytes) throws IOException {
    in.skipNBytes(bytes);
  }

  private static long padded(long size) {
    return (size + BLOCK - 1) / BLOCK * BLOCK;
  }

  private static String text(byte[] bytes, int from, int length) {
    int end = from;
    while (end < from + length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, from, end - from, StandardCharsets.UTF_8);
  }

  private static long octal(byte[] bytes, int from, int length) throws IOException {
    String digits = text(bytes, from, length).trim();
    try {
      return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    } catch (NumberFormatException e) {
      throw new IOException("not a tar header", e);
    }
  }
}
