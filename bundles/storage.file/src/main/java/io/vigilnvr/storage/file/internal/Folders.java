package io.vigilnvr.storage.file.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Folders whose entries survive a power cut. A folder that is already there may have been made by a
 * process that died before it synced the entry, so each folder is synced upwards once by us,
 * whoever made it.
 */
final class Folders {
  private static final int MOST_REMEMBERED = 10_000;

  private final Path root;
  private final Set<Path> durable = new HashSet<>();

  Folders(Path root) {
    this.root = root;
  }

  /** Makes the entries of a folder durable (fsync on the folder itself). */
  static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Makes a folder within the root, and those above it, and their entries durable. */
  synchronized void create(Path folder) throws IOException {
    if (folder.equals(root) || (durable.contains(folder) && Files.isDirectory(folder))) {
      return;
    }
    Path parent = folder.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("not within the volume");
    }
    create(parent);
    makeOne(folder);
    sync(parent);
    if (durable.size() >= MOST_REMEMBERED) {
      durable.clear();
    }
    durable.add(folder);
  }

  /** Makes the root itself, and what is missing above it. */
  static void createRoot(Path folder) throws IOException {
    Path parent = folder.getParent();
    if (Files.isDirectory(folder) || parent == null) {
      return;
    }
    createRoot(parent);
    makeOne(folder);
    sync(parent);
  }

  private static void makeOne(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  /** Removes folders that became empty, from this one upwards; the root stays. */
  synchronized void prune(Path from) {
    Path folder = from;
    while (folder != null && !folder.equals(root) && folder.startsWith(root)) {
      try {
        Files.delete(folder);
      } catch (IOException e) {
        return;
      }
      durable.remove(folder);
      folder = folder.getParent();
    }
  }
}
