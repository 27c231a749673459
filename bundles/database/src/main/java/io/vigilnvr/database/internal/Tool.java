package io.vigilnvr.database.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs that end soon, with an environment of their own: ours has secrets. */
final class Tool {
  private static final int LONGEST_MESSAGE = 2000;

  private Tool() {}

  static ProcessBuilder builder(List<String> command) {
    var builder = new ProcessBuilder(command);
    builder.directory(Path.of("/").toFile());
    var environment = builder.environment();
    String path = environment.getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    environment.clear();
    environment.put("PATH", path);
    environment.put("LC_ALL", "C");
    environment.put("TZ", "UTC");
    return builder;
  }

  /** Whether the program is there and ends well. */
  static boolean succeeds(String... command) throws InterruptedException {
    try {
      return run(List.of(command), "", Duration.ofSeconds(10)).code() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  record Outcome(int code, String output) {}

  static Outcome run(List<String> command, String input, Duration atMost)
      throws IOException, InterruptedException {
    // To a file: a pipe would be held open by whatever the program leaves running.
    Path output = Files.createTempFile("vigil-tool", ".txt");
    try {
      Process process =
          builder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
      try {
        try (OutputStream in = process.getOutputStream()) {
          in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
          // It ended without reading; its exit code says more.
        }
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new IOException(command.get(0) + " does not end");
        }
        String text = Files.readString(output, StandardCharsets.ISO_8859_1).strip();
        int from = Math.max(0, text.length() - LONGEST_MESSAGE);
        return new Outcome(process.exitValue(), text.substring(from));
      } finally {
        process.destroyForcibly();
      }
    } finally {
      Files.delete(output);
    }
  }

  static List<String> join(List<String> prefix, String... rest) {
    var all = new ArrayList<>(prefix);
    all.addAll(List.of(rest));
    return all;
  }
}
