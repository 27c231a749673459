package io.vigilnvr.ingest.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells a process from a later one with the same number. {@link ProcessHandle} has the start by the
 * wall clock, which is another one when that clock was set in between.
 */
public final class ProcessStart {
  private static final int FIELDS_BEHIND_NAME = 19; // proc(5): starttime is the 22nd

  private ProcessStart() {}

  /** In clock ticks since the machine started; empty if there is no such process. */
  public static Optional<Long> ticks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String rest = stat.substring(stat.lastIndexOf(')') + 2);
      for (int i = 0; i < FIELDS_BEHIND_NAME; i++) {
        rest = rest.substring(rest.indexOf(' ') + 1);
      }
      return Optional.of(Long.parseLong(rest.substring(0, rest.indexOf(' '))));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
