package io.vigilnvr.ingest.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What a worker is started with; nothing of it is secret.
 *
 * @param id its name
 * @param socket where it listens
 * @param note the file where it says how to be found
 * @param log the file that its output goes to, which it keeps short
 * @param digest what its class path was made of
 * @param lease how long it goes on without a platform
 */
record Options(String id, Path socket, Path note, Path log, String digest, Duration lease) {
  /** Reads {@code name=value} arguments. */
  static Options of(String[] arguments) {
    Map<String, String> values = new HashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("not name=value: " + argument);
      }
      values.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    return new Options(
        take(values, "id"),
        Path.of(take(values, "socket")),
        Path.of(take(values, "note")),
        Path.of(take(values, "log")),
        take(values, "digest"),
        Duration.ofMillis(Long.parseLong(take(values, "leaseMillis"))));
  }

  private static String take(Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("missing: " + name);
    }
    return value;
  }
}
