package io.vigilnvr.decode.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process has in memory, as Linux tells: {@code statm} in proc(5). */
final class ProcessMemory {
  private static final int PAGE_BYTES = 4096;

  private ProcessMemory() {}

  /** 0 if that is not known. */
  static long residentBytes(long pid) {
    try {
      String[] fields =
          Files.readString(Path.of("/proc", Long.toString(pid), "statm")).split(" ", 3);
      return Long.parseLong(fields[1]) * PAGE_BYTES;
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }
}
