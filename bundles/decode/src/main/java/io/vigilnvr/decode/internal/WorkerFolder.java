package io.vigilnvr.decode.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

/** Where workers have their code, sockets, caches and logs; only the owner may enter. */
final class WorkerFolder {
  /** Of a socket's address, {@code sun_path} in unix(7), is 108. */
  private static final int LONGEST_SOCKET_PATH = 100;

  private final Path run;
  private final Path sockets;
  private final Path log;

  /** Empties what a former life left. */
  WorkerFolder(Path data) throws IOException {
    Path parent = data.resolve("run");
    run = parent.resolve("decode");
    WorkerCode.delete(run);
    ownerOnly(parent);
    ownerOnly(run);
    String longest = run.resolve(socketName("pictures")).toString();
    sockets =
        longest.getBytes(StandardCharsets.UTF_8).length < LONGEST_SOCKET_PATH
            ? run
            : ownerOnly(
                Path.of(
                    "/tmp",
                    "vigil-decode-"
                        + UUID.nameUUIDFromBytes(
                            run.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8))));
    log = Files.createDirectories(data.resolve("log"));
  }

  private static Path ownerOnly(Path folder) throws IOException {
    var permissions = PosixFilePermissions.fromString("rwx------");
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(folder.toAbsolutePath().getParent());
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(permissions));
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("not a folder: " + folder);
    }
    // Fails if the folder is somebody else's.
    Files.setPosixFilePermissions(folder, permissions);
    return folder;
  }

  private static String socketName(String id) {
    return id + "-" + UUID.randomUUID().toString().substring(0, 8) + ".sock";
  }

  Path newSocket(String id) {
    return sockets.resolve(socketName(id));
  }

  Path code() {
    return run;
  }

  /** For what libraries keep between starts: shared with other workers that use the same ones. */
  Path cache() throws IOException {
    return Files.createDirectories(run.resolveSibling("cache"));
  }

  Path log(String id) {
    return log.resolve("decode-" + id + ".log");
  }
}
