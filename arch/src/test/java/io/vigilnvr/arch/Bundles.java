package io.vigilnvr.arch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** The real bundles, as they are built, and the repository around them. */
final class Bundles {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final String PREFIX = "io.vigilnvr.";

  /** Library for tests, not a bundle of the platform. */
  static final String TCK = "tck";

  private Bundles() {}

  /** Names of the folders in {@code bundles/}, which are symbolic names without their prefix. */
  static List<String> names() {
    try (Stream<Path> folders = Files.list(ROOT.resolve("bundles"))) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("pom.xml")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bundle that a package of ours is in: {@code camera.rtsp} before {@code camera}. */
  static Optional<String> owner(String packageName) {
    if (!packageName.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String rest = packageName.substring(PREFIX.length()) + ".";
    return Stream.concat(names().stream(), Stream.of("planted"))
        .filter(name -> rest.startsWith(name + "."))
        .max((a, b) -> Integer.compare(a.length(), b.length()));
  }

  /** Manifests of all bundles, by name. */
  static Map<String, Manifest> manifests() {
    var manifests = new HashMap<String, Manifest>();
    for (var content : contents().entrySet()) {
      try (var in = Files.newInputStream(content.getValue().resolve("META-INF/MANIFEST.MF"))) {
        manifests.put(content.getKey(), new Manifest(in));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return manifests;
  }

  /** Where the content of each bundle begins: a folder, or the root of its jar. */
  static Map<String, Path> contents() {
    var roots = new HashMap<String, Path>();
    for (String entry : System.getProperty("java.class.path").split(":", -1)) {
      Path path = Path.of(entry).toAbsolutePath();
      String folder = "";
      for (String name : names()) {
        if (path.startsWith(ROOT.resolve("bundles").resolve(name).resolve("target"))
            || path.getFileName().toString().startsWith(PREFIX + name + "-")) {
          folder = name;
        }
      }
      if (!folder.isEmpty()) {
        roots.put(folder, Files.isDirectory(path) ? path : jar(path));
      }
    }
    return roots;
  }

  private static final Map<Path, FileSystem> JARS = new HashMap<>();

  private static Path jar(Path file) {
    return JARS.computeIfAbsent(
            file,
            key -> {
              try {
                return FileSystems.newFileSystem(key);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .getPath("/");
  }

  /** The packages in a manifest header, without their attributes. */
  static List<String> packages(Manifest manifest, String header) {
    String value = manifest.getMainAttributes().getValue(header);
    if (value == null) {
      return List.of();
    }
    String bare = value.replaceAll("\"[^\"]*\"", "");
    return Arrays.stream(bare.split(",", -1))
        .flatMap(clause -> Arrays.stream(clause.split(";", -1)))
        .filter(part -> !part.contains("="))
        .toList();
  }
}
