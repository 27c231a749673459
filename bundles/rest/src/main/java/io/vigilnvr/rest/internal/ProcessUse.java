package io.vigilnvr.rest.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a process uses; nothing if it is gone.
 *
 * @param rssBytes resident memory, shared pages included
 * @param cpuSeconds processor time since its start
 */
record ProcessUse(long rssBytes, double cpuSeconds) {
  static ProcessUse of(long pid) {
    double seconds =
        ProcessHandle.of(pid)
            .flatMap(process -> process.info().totalCpuDuration())
            .map(Duration::toMillis)
            .map(millis -> millis / 1000.0)
            .orElse(0.0);
    return new ProcessUse(rssBytes(pid), seconds);
  }

  private static long rssBytes(long pid) {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> line.replaceAll("\\D", ""))
          .filter(digits -> !digits.isEmpty())
          .mapToLong(digits -> Long.parseLong(digits) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0;
    }
  }
}
