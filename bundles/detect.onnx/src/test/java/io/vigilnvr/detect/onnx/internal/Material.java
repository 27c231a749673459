package io.vigilnvr.detect.onnx.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Models and footage that are not part of Vigil, if they are there. */
final class Material {
  static final int WIDTH = 768;
  static final int HEIGHT = 432;
  private static final Map<String, String> FILES =
      Map.of(
          "yolox-nano", "yolox_nano_416.onnx",
          "nanodet-m", "nanodet_m_320.onnx",
          "fastestdet", "fastestdet_352.onnx");

  private Material() {}

  private static Optional<Path> file(String path) {
    String given = System.getProperty("VIGIL_SHARED", System.getenv("VIGIL_SHARED"));
    return Stream.concat(
            Optional.ofNullable(given).map(Path::of).stream(),
            Stream.of(Path.of("../../../shared")))
        .map(folder -> folder.resolve(path))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  static Optional<Path> model(String id) {
    return file("models/" + Objects.requireNonNull(FILES.get(id)));
  }

  static Optional<Path> film() {
    return file("footage/one-by-one-person-detection.mp4");
  }

  static boolean canDecode() {
    return Files.isExecutable(Path.of("/usr/bin/ffmpeg"));
  }

  /** The picture at a second of a film. */
  static ByteBuffer frame(Path film, int second) throws IOException {
    Process process =
        new ProcessBuilder(
                "/usr/bin/ffmpeg",
                "-v",
                "error",
                "-ss",
                Integer.toString(second),
                "-i",
                film.toString(),
                "-frames:v",
                "1",
                "-f",
                "rawvideo",
                "-pix_fmt",
                "bgr24",
                "-")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      byte[] bytes = process.getInputStream().readNBytes(WIDTH * HEIGHT * 3);
      return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    } finally {
      process.destroy();
    }
  }
}
