package io.vigilnvr.decode.internal;

import io.vigilnvr.api.decode.DecodeEngine;
import io.vigilnvr.decode.worker.DecodeWorkerMain;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts worker processes: with low priority and little of everything, without privileges to gain,
 * and with nothing in their environment.
 */
final class WorkerProcess {
  private static final List<String> KEPT = List.of("PATH", "LANG");

  /** Beside the heap, for what decoders and the JVM reserve and mostly never touch. */
  private static final long ADDRESSES_BYTES = 6L << 30;

  /** A session takes six, and there may be some hundred. */
  private static final long FILES = 4096;

  private static final long LONGEST_LOG_BYTES = 16 << 20;

  private final WorkerFolder folder;
  private final DecodeSettings settings;

  WorkerProcess(WorkerFolder folder, DecodeSettings settings) {
    this.folder = folder;
    this.settings = settings;
  }

  ProcessHandle start(String id, Path socket, String classPath) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("setpriv", "--no-new-privs"));
    command.addAll(
        List.of(
            "prlimit",
            "--as=" + ADDRESSES_BYTES,
            "--core=0",
            "--nofile=" + files(Files.readAllLines(Path.of("/proc/self/limits"))),
            "--fsize=" + LONGEST_LOG_BYTES));
    command.addAll(List.of("nice", "-n", "10"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:ReservedCodeCacheSize=16m",
            "-XX:CompressedClassSpaceSize=16m",
            "-XX:ErrorFile=/dev/null",
            "-Xshare:auto",
            "-Xms8m",
            "-Xmx96m",
            "-Xss512k",
            "-Djava.awt.headless=true",
            "-Dvigil.decode=" + id,
            "-D" + DecodeEngine.DECODERS + "=" + (settings.hardware() ? "auto" : "software"),
            "-D" + DecodeEngine.AVOIDED + "=" + String.join(",", settings.avoided()),
            "-cp",
            classPath,
            DecodeWorkerMain.class.getName(),
            socket.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> !KEPT.contains(name) && !name.startsWith("GST_"));
    environment.put("MALLOC_ARENA_MAX", "2");
    environment.put("HOME", folder.cache().toString());
    environment.put("XDG_CACHE_HOME", folder.cache().toString());
    builder.redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(folder.log(id).toFile());
    return builder.start().toHandle();
  }

  /** As many as are wanted, or as the system allows: {@code limits} in proc(5). */
  static long files(List<String> limits) {
    return limits.stream()
        .filter(line -> line.startsWith("Max open files"))
        .map(line -> line.split("\\s+", 6)[4])
        .filter(hard -> !hard.equals("unlimited"))
        .mapToLong(hard -> Math.min(FILES, Long.parseLong(hard)))
        .findFirst()
        .orElse(FILES);
  }
}
