package io.vigilnvr.ingest.internal;

import io.vigilnvr.ingest.worker.WorkerMain;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Starts worker processes: each a session of its own, so that what ends the platform does not end
 * them, with a small environment and nothing secret anywhere.
 */
final class WorkerProcess {
  private static final List<String> KEPT = List.of("PATH", "HOME", "LANG");

  private final RunFolder folder;

  WorkerProcess(RunFolder folder) {
    this.folder = folder;
  }

  ProcessHandle start(String id, Path socket, Code code, Duration lease) throws IOException {
    Path output = folder.log(id);
    List<String> command = new ArrayList<>();
    command.add("setsid");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(WorkerMain.OPTIONS);
    command.add("-Dvigil.worker=" + id);
    command.add("-cp");
    command.add(
        code.classPath().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(WorkerMain.class.getName());
    command.add("id=" + id);
    command.add("socket=" + socket);
    command.add("note=" + folder.note(id));
    command.add("log=" + output);
    command.add("digest=" + code.digest());
    command.add("leaseMillis=" + lease.toMillis());
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> !KEPT.contains(name) && !name.startsWith("GST_"));
    // Threads of GStreamer's each had an arena of their own.
    environment.put("MALLOC_ARENA_MAX", "2");
    environment.put("XDG_CACHE_HOME", Files.createDirectories(folder.cache()).toString());
    builder.redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    return builder.start().toHandle();
  }
}
