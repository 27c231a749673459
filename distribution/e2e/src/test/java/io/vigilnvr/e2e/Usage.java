package io.vigilnvr.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * What processes have used, as the kernel counts it.
 *
 * @param cpuTicks user and system time, in hundredths of a second (proc(5), {@code stat})
 * @param pssKib proportional set size: shared pages count by their share (proc(5), {@code
 *     smaps_rollup})
 */
record Usage(long cpuTicks, long pssKib) {
  static Usage of(Collection<ProcessHandle> processes) {
    long ticks = 0;
    long kib = 0;
    for (ProcessHandle process : processes) {
      Path proc = Path.of("/proc/" + process.pid());
      try {
        String stat = Files.readString(proc.resolve("stat"));
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        ticks += Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
        try (Stream<String> lines = Files.lines(proc.resolve("smaps_rollup"))) {
          kib +=
              lines
                  .filter(line -> line.startsWith("Pss:"))
                  .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                  .sum();
        }
      } catch (IOException e) {
        // It ended between the listing and the reading: it uses nothing any more.
      }
    }
    return new Usage(ticks, kib);
  }
}
