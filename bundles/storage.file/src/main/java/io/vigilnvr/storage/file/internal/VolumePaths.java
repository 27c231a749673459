package io.vigilnvr.storage.file.internal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Turns relative paths into real ones that cannot leave the volume: by their syntax (no {@code ..},
 * nothing hidden, nothing absolute), by the real path of their folder (a symbolic link may not lead
 * out), and by never following a link in the last name.
 *
 * @param root real path of the volume
 */
record VolumePaths(Path root) {
  /** Our own files in the root start like this; a camera's id has no dot, so it cannot. */
  static final String OWN = "vigil-volume.";

  static final String QUARANTINE = ".quarantine";

  private static final Pattern VALID =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}(?:/[A-Za-z0-9_-][A-Za-z0-9._-]{0,254})*");

  /** Whether something in a root may be there before it is a volume. */
  static boolean isOurs(Path entry) {
    String name = String.valueOf(entry.getFileName());
    return name.equals("lost+found") || name.startsWith(OWN);
  }

  /**
   * @throws IllegalArgumentException if the path is none of a segment
   */
  Path resolve(String path) {
    if (path.length() > 1024 || !VALID.matcher(path).matches() || path.startsWith(OWN)) {
      throw new IllegalArgumentException("not a path within a volume");
    }
    return root.resolve(path);
  }

  /** A file that is there, is no link or device, and lies within the volume. */
  Path existing(String path) throws IOException {
    Path file = resolve(path);
    Path folder = file.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(path);
    }
    contain(folder, path);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new NoSuchFileException(path);
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new AccessDeniedException(path, null, "not a regular file");
    }
    return file;
  }

  /** Checks that a folder does not lead out, as far as it is there. */
  void checkFolder(Path folder, String path) throws IOException {
    Path deepest = folder;
    while (!Files.exists(deepest, LinkOption.NOFOLLOW_LINKS)) {
      Path parent = deepest.getParent();
      if (parent == null || !parent.startsWith(root)) {
        throw new NoSuchFileException(path, null, "the volume is gone");
      }
      deepest = parent;
    }
    contain(deepest, path);
  }

  private void contain(Path folder, String path) throws IOException {
    if (!folder.toRealPath().startsWith(root)) {
      throw new AccessDeniedException(path, null, "leads out of the volume");
    }
  }
}
