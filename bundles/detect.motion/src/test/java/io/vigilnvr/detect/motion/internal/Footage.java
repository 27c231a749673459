package io.vigilnvr.detect.motion.internal;

import io.vigilnvr.detect.motion.internal.Trial.Presence;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Six persons who come and go, one at a time; see the footage's own README. */
final class Footage {
  static final List<Presence> TRUTH =
      List.of(
          new Presence(6, 19.7),
          new Presence(23, 44.7),
          new Presence(50, 69.7),
          new Presence(75, 86.7),
          new Presence(92, 119.7),
          new Presence(123.5, 135.7));

  private Footage() {}

  /** Empty if it is not there; looked for where VIGIL_SHARED says, or beside the checkout. */
  static Optional<Path> file() {
    String property = System.getProperty("vigil.shared", System.getenv("VIGIL_SHARED"));
    Path shared = property == null ? Path.of("..", "..", "..", "shared") : Path.of(property);
    return Optional.of(shared.resolve("footage/one-by-one-person-detection.mp4"))
        .filter(Files::isRegularFile);
  }

  /** Whether ffmpeg can be run. */
  static boolean canDecode() {
    try {
      Process process = new ProcessBuilder("ffmpeg", "-version").redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Five frames of each second, as the decoder gives them. */
  static List<byte[]> decode(Path file) {
    var command =
        List.of(
            "ffmpeg",
            "-v",
            "error",
            "-i",
            file.toString(),
            "-vf",
            "fps=5,scale=320:180",
            "-pix_fmt",
            "gray",
            "-f",
            "rawvideo",
            "-");
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (InputStream in =
          new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 20))) {
        List<byte[]> frames = new ArrayList<>();
        while (true) {
          byte[] frame = in.readNBytes(Film.WIDTH * Film.HEIGHT);
          if (frame.length < Film.WIDTH * Film.HEIGHT) {
            return frames;
          }
          frames.add(frame);
        }
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
