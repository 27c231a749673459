package io.vigilnvr.database.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The main process of a running cluster, whoever started it. */
record Postmaster(Path cluster, String seenAs, long pid, int port) {

  /**
   * Finds the one that runs on the cluster, if any.
   *
   * @param seenAs the cluster's path as its own programs know it
   */
  static Optional<Postmaster> of(Path cluster, String seenAs) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(cluster.resolve("postmaster.pid"));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (lines.size() < 4) {
      return Optional.empty();
    }
    try {
      // Negative: the pid of a postgres --single.
      var postmaster =
          new Postmaster(
              cluster,
              seenAs,
              Math.abs(Long.parseLong(lines.get(0).strip())),
              Integer.parseInt(lines.get(3).strip()));
      return Optional.of(postmaster).filter(Postmaster::isAlive);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether the process lives, and is not some other that got the same number. */
  boolean isAlive() {
    Path process = Path.of("/proc", "" + pid);
    try {
      // A cluster's processes work in its folder. Neither is there for a zombie.
      return Files.isSameFile(process.resolve("cwd"), cluster);
    } catch (IOException e) {
      return commandNamesCluster(process);
    }
  }

  /** For containers in which root may not look into other users' processes. */
  private boolean commandNamesCluster(Path process) {
    try {
      return List.of(Files.readString(process.resolve("cmdline")).split("\0")).contains(seenAs);
    } catch (IOException e) {
      return false;
    }
  }
}
