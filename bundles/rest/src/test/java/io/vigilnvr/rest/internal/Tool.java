package io.vigilnvr.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A second opinion on what we serve: ffmpeg and ffprobe, if they are installed. */
final class Tool {
  private Tool() {}

  static void assumeInstalled() {
    assumeTrue(starts("ffmpeg") && starts("ffprobe"), "ffmpeg and ffprobe are not installed");
  }

  private static boolean starts(String tool) {
    try {
      return new ProcessBuilder(tool, "-version")
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor(20, TimeUnit.SECONDS);
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  static String ffmpeg(String... arguments) throws IOException, InterruptedException {
    return run("ffmpeg", "-hide_banner", "-nostdin", arguments);
  }

  static String ffprobe(String... arguments) throws IOException, InterruptedException {
    return run("ffprobe", "-v", "error", arguments);
  }

  private static String run(String tool, String option, String value, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(tool, option, value));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(command + "\n" + output).isZero();
    return output;
  }
}
