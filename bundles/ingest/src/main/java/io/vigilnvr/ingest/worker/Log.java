package io.vigilnvr.ingest.worker;

import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Lines for whoever repairs the worker; they go where the platform sent its output. */
final class Log {
  private static final PrintStream OUT = System.out;

  private Log() {}

  static void line(String text) {
    OUT.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + text);
  }

  static void line(String text, Throwable cause) {
    line(text + ": " + cause);
    cause.printStackTrace(OUT);
  }
}
