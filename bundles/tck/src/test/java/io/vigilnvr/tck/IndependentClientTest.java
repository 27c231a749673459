package io.vigilnvr.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ffmpeg, which knows nothing of us, makes of the cameras. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
final class IndependentClientTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @ParameterizedTest
  @CsvSource({
    "main,tcp,h264",
    "bframes,tcp,h264",
    "h265,tcp,hevc",
    "aac,tcp,h264+aac",
    "main,udp,h264",
    "h265,udp,hevc"
  })
  void recordsAndDecodesEveryFrame(String sample, String transport, String codecs)
      throws Exception {
    assumeTrue(installed("ffmpeg") && installed("ffprobe"), "ffmpeg is not installed");
    Path file = folder.resolve("recording.mp4");
    try (var cameras = SimulatedCameras.start()) {
      var front = cameras.camera("front").stream("main", Sample.named(sample));
      front.login("admin", "secret", Authentication.DIGEST_MD5);
      String uri = front.uri("main").toString().replace("rtsp://", "rtsp://admin:secret@");
      run(
          "ffmpeg",
          "-v",
          "error",
          "-rtsp_transport",
          transport,
          "-i",
          uri,
          "-t",
          "2",
          "-c",
          "copy",
          file.toString());
      assertThat(front.sessions("main").get(0).transport()).isEqualTo(transport);
    }
    String found =
        run(
            "ffprobe",
            "-v",
            "error",
            "-show_entries",
            "stream=codec_name",
            "-of",
            "csv=p=0",
            file.toString());
    assertThat(found.strip().replace("\n", "+")).isEqualTo(codecs);
    String decoded = run("ffmpeg", "-v", "error", "-i", file.toString(), "-f", "null", "-");
    assertThat(decoded.lines().filter(line -> !line.contains("monotonically"))).isEmpty();
    List<FrameMark> marks = FrameMark.in(file);
    assertThat(marks).hasSizeGreaterThan(20);
    assertThat(FrameMark.problem(marks)).isEmpty();
  }

  static boolean installed(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  /** Runs a program to its end; what it said. */
  private static String run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(output).isZero();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
