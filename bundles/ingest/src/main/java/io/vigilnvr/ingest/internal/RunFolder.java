package io.vigilnvr.ingest.internal;

import io.vigilnvr.ingest.protocol.ProcessStart;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;

/** Where workers are found again: their notes, their sockets, their code. Owner-only. */
final class RunFolder {
  /** Of a socket's address, {@code sun_path} in unix(7), is 108; with room for a name. */
  private static final int LONGEST_SOCKET_PATH = 100;

  private static final String NOTE_PREFIX = "worker-";
  private static final String NOTE_SUFFIX = ".note";

  /** What a worker wrote of itself. */
  record Note(String id, Path file, Path socket, long pid, long startTicks) {
    /** The process, if it is still the same one. */
    Optional<ProcessHandle> process() {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .filter(
              process -> ProcessStart.ticks(pid).filter(start -> start == startTicks).isPresent());
    }
  }

  private final Path data;
  private final Path run;
  private final Path sockets;

  RunFolder(Path data) throws IOException {
    this.data = data;
    run = ownerOnly(data.resolve("run"));
    Path longest = run.resolve("w9999-01234567.sock");
    sockets =
        longest.toString().getBytes(StandardCharsets.UTF_8).length < LONGEST_SOCKET_PATH
            ? run
            : ownerOnly(Path.of("/tmp", "vigil-" + hash(run.toAbsolutePath().toString())));
    Files.createDirectories(data.resolve("log"));
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

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  Path code() {
    return run.resolve("code");
  }

  /** For what libraries keep between starts. */
  Path cache() {
    return run.resolve("cache");
  }

  Path note(String id) {
    return run.resolve(NOTE_PREFIX + id + NOTE_SUFFIX);
  }

  Path log(String id) {
    return data.resolve("log").resolve("worker-" + id + ".log");
  }

  Path newSocket(String id) {
    return sockets.resolve("w" + id + "-" + UUID.randomUUID().toString().substring(0, 8) + ".sock");
  }

  /** Of all workers that ever said where they are and did not take it back. */
  List<Note> notes() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(run)) {
      files =
          all.filter(file -> file.getFileName().toString().startsWith(NOTE_PREFIX))
              .filter(file -> file.getFileName().toString().endsWith(NOTE_SUFFIX))
              .sorted()
              .toList();
    }
    List<Note> notes = new ArrayList<>();
    for (Path file : files) {
      Optional<Note> note = read(file);
      if (note.isPresent()) {
        notes.add(note.get());
      } else {
        Files.deleteIfExists(file);
      }
    }
    return notes;
  }

  private static Optional<Note> read(Path file) throws IOException {
    Properties values = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      values.load(in);
      return Optional.of(
          new Note(
              values.getProperty("id", ""),
              file,
              Path.of(values.getProperty("socket", "")),
              Long.parseLong(values.getProperty("pid", "")),
              Long.parseLong(values.getProperty("started", ""))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A handover is under way: workers are to be left running, whatever ends. */
  boolean isHandover() {
    return Files.exists(run.resolve("handover"));
  }
}
