package io.vigilnvr.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The ffmpeg and ffprobe of this machine; tests that need them are skipped where they are not. */
public final class Ffmpeg {
  private Ffmpeg() {}

  public static void assumePresent() {
    assumeTrue(isPresent("ffmpeg") && isPresent("ffprobe"), "ffmpeg is not installed: skipped");
  }

  /** Lines that ffprobe prints; it must have nothing to complain about. */
  public static List<String> probe(Path directory, String... arguments)
      throws IOException, InterruptedException {
    return run(directory, "ffprobe", arguments);
  }

  /** Decodes everything, or as arguments say; ffmpeg must have nothing to complain about. */
  public static List<String> ffmpeg(Path directory, String... arguments)
      throws IOException, InterruptedException {
    return run(directory, "ffmpeg", arguments);
  }

  private static List<String> run(Path directory, String program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program, "-v", "warning"));
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile(directory, program, ".err");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectError(errors.toFile())
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("exit of %s: %s", command, Files.readString(errors)).isZero();
    assertThat(Files.readString(errors)).as("complaints of %s", command).isEmpty();
    return out.lines().toList();
  }

  private static boolean isPresent(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
