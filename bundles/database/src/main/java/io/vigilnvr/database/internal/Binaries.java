package io.vigilnvr.database.internal;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.tukaani.xz.XZInputStream;

/** The programs {@code initdb}, {@code pg_ctl} and {@code postgres} that this bundle carries. */
final class Binaries {
  private final String version;
  private final Path folder;

  private Binaries(String version, Path folder) {
    this.version = version;
    this.folder = folder;
  }

  /** Unpacks them under this folder, unless they are there; some 60 MB, a few seconds. */
  static Binaries in(Path home) throws IOException {
    String version = carriedVersion();
    Path folder = home.resolve("bin-" + version);
    if (!Files.exists(folder)) {
      Path unfinished = home.resolve("bin-" + version + ".new");
      Trees.delete(unfinished);
      try (InputStream archive = resource(archive());
          var plain = new XZInputStream(new BufferedInputStream(archive, 1 << 16))) {
        Tar.unpack(plain, unfinished);
      }
      // Complete or not there at all, whenever the machine may stop.
      Files.move(unfinished, folder);
    }
    return new Binaries(version, folder);
  }

  String version() {
    return version;
  }

  /** The number before the point; clusters of another one cannot be read. */
  String major() {
    return version.substring(0, version.indexOf('.'));
  }

  Path program(String name) {
    return folder.resolve("bin").resolve(name);
  }

  /** Deletes those of other versions. Nothing may run from them. */
  void deleteOthers() throws IOException {
    List<Path> others;
    try (Stream<Path> siblings = Files.list(folder.resolveSibling("."))) {
      others =
          siblings
              .map(Path::normalize)
              .filter(path -> path.getFileName().toString().startsWith("bin-"))
              .filter(path -> !path.equals(folder))
              .toList();
    }
    for (Path other : others) {
      Trees.delete(other);
    }
  }

  private static String archive() throws IOException {
    String machine = System.getProperty("os.arch", "");
    return switch (machine) {
      case "amd64", "x86_64" -> "postgres-linux-x86_64.txz";
      case "aarch64" -> "postgres-linux-arm_64.txz";
      default ->
          throw new IOException(
              "no PostgreSQL for "
                  + machine
                  + " is included: run one yourself and set VIGIL_DB_URL");
    };
  }

  private static String carriedVersion() throws IOException {
    try (InputStream in = resource("version")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).trim();
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = Binaries.class.getResourceAsStream("/pg/" + name);
    if (in == null) {
      throw new FileNotFoundException(
          name + " is not in this bundle: it was built for another architecture");
    }
    return in;
  }
}
