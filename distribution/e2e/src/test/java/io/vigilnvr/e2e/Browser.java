package io.vigilnvr.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Scripts of {@code ui/e2e} that lead a real browser. */
final class Browser {
  private static final List<Path> PLACES =
      List.of(
          Path.of("/usr/bin/chromium"),
          Path.of("/usr/bin/google-chrome"),
          Path.of("/usr/bin/chromium-browser"));

  private Browser() {}

  /** Where there is one; empty if none is installed. */
  static Optional<Path> installed() {
    return PLACES.stream().filter(Files::isExecutable).findFirst();
  }

  /**
   * Starts a script; its complaints go where ours go.
   *
   * @param facts what it is told, besides where the browser is
   */
  static Process start(String script, String part, Map<String, Object> facts) throws IOException {
    return builder(script, part, facts).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  static ProcessBuilder builder(String script, String part, Map<String, Object> facts)
      throws IOException {
    Map<String, Object> all = new HashMap<>(facts);
    all.put("executable", installed().orElseThrow().toString());
    return new ProcessBuilder("node", "e2e/" + script, part, Api.JSON.writeValueAsString(all))
        .directory(Path.of(System.getProperty("vigil.ui")).toFile());
  }

  /** The browser's own of a script that runs. */
  static List<ProcessHandle> processes(Process script) {
    return script
        .descendants()
        .filter(
            process ->
                Vigil.commandLine(process.pid()).contains("--type=")
                    || Vigil.commandLine(process.pid()).contains("--user-data-dir"))
        .toList();
  }
}
