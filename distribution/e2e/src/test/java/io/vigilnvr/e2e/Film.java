package io.vigilnvr.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Films that simulated cameras send, made by ffmpeg. */
final class Film {
  private Film() {}

  /**
   * Encodes one as H.264 without B-frames, unless it is there.
   *
   * @param source ffmpeg's options for where the pictures come from, with filters
   * @param coding ffmpeg's options for the encoder
   */
  static Path h264(Path file, List<String> source, List<String> coding) throws Exception {
    if (!Files.exists(file)) {
      List<String> command = new ArrayList<>(List.of("ffmpeg", "-y", "-v", "error"));
      command.addAll(source);
      command.addAll(
          List.of(
              "-an",
              "-c:v",
              "libx264",
              "-preset",
              "veryfast",
              "-tune",
              "zerolatency",
              "-pix_fmt",
              "yuv420p"));
      command.addAll(coding);
      command.add(file.toString());
      Vigil.run(command);
    }
    return file;
  }

  /** Pictures that never stand still, with noise: ffmpeg's options. */
  static List<String> moving(String size, int rate, int seconds, int noise) {
    return List.of(
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=" + size + ":r=" + rate + ":d=" + seconds,
        "-vf",
        "noise=alls=" + noise + ":allf=t");
  }
}
