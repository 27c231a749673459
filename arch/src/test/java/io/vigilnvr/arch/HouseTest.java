package io.vigilnvr.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps documents, features and settings true to what is there. */
final class HouseTest {
  private static final Path ROOT = Bundles.ROOT;
  private static final Path ETC = ROOT.resolve("distribution/src/main/resources/assembly/etc");

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }

  @Test
  void everyBundleIsInTheTableOfTheArchitecture() throws IOException {
    var documented = new HashSet<String>();
    var row =
        Pattern.compile("(?m)^\\| `([a-z.]+)` \\|").matcher(read(ROOT.resolve("ARCHITECTURE.md")));
    while (row.find()) {
      documented.add(row.group(1));
    }
    assertThat(documented).containsExactlyInAnyOrderElementsOf(Bundles.names());
  }

  @Test
  void everyBundleIsInAFeature() throws IOException {
    var features = read(ROOT.resolve("features/src/main/feature/features.xml"));
    for (String name : Bundles.names()) {
      var line = "mvn:io.vigilnvr/io.vigilnvr." + name + "/";
      assertThat(features.contains(line)).as(name).isEqualTo(!name.equals(Bundles.TCK));
    }
  }

  @Test
  void everyBundleIsBuilt() throws IOException {
    var pom = read(ROOT.resolve("pom.xml"));
    assertThat(Bundles.names())
        .allMatch(name -> pom.contains("<module>bundles/" + name + "</module>"));
  }

  @Test
  void everyBundleHasAShortReadme() throws IOException {
    for (String name : Bundles.names()) {
      var readme = ROOT.resolve("bundles").resolve(name).resolve("README.md");
      assertThat(readme).exists();
      assertThat(Files.readAllLines(readme).size()).as(readme.toString()).isLessThanOrEqualTo(60);
      if (!name.equals("api") && !name.equals("media") && !name.equals(Bundles.TCK)) {
        assertThat(read(readme).lines())
            .as(readme.toString())
            .contains("## Purpose", "## Configuration", "## Services", "## Threads", "## Limits");
      }
    }
  }

  @Test
  void everySettingIsDocumentedWithItsBundle() throws IOException {
    try (Stream<Path> files = Files.list(ETC)) {
      for (Path file :
          files.filter(path -> path.getFileName().toString().startsWith("vigil.")).toList()) {
        var pid = file.getFileName().toString().replace(".cfg", "");
        var document =
            pid.equals("vigil.platform")
                ? ROOT.resolve("README.md")
                : ROOT.resolve("bundles").resolve(pid.substring(6)).resolve("README.md");
        var text = read(document);
        var key = Pattern.compile("(?m)^#?([A-Za-z_.]+) *=").matcher(read(file));
        while (key.find()) {
          assertThat(text).as(document.toString()).contains(key.group(1));
        }
      }
    }
  }

  @Test
  void everySettingOfTheMetatypeIsDocumented() throws IOException {
    for (var content : Bundles.contents().entrySet()) {
      var metatype = content.getValue().resolve("OSGI-INF/metatype");
      if (!Files.isDirectory(metatype)) {
        continue;
      }
      var readme = read(ROOT.resolve("bundles").resolve(content.getKey()).resolve("README.md"));
      try (Stream<Path> files = Files.list(metatype)) {
        for (Path file : files.toList()) {
          var id = Pattern.compile("<AD id=\"([^\"]*)\"").matcher(read(file));
          while (id.find()) {
            assertThat(readme).as(content.getKey()).contains(id.group(1));
          }
        }
      }
    }
  }

  @Test
  void everyLinkInADocumentLeadsSomewhere() throws IOException {
    var broken = new ArrayList<String>();
    var link = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
    for (Path document : documents()) {
      var matcher = link.matcher(read(document));
      while (matcher.find()) {
        var target = matcher.group(1);
        if (target.startsWith("http:") || target.startsWith("https:") || target.startsWith("#")) {
          continue;
        }
        var path = document.resolveSibling(target.replaceAll("#.*", "")).normalize();
        if (!Files.exists(path)) {
          broken.add(ROOT.relativize(document) + ": " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static List<Path> documents() throws IOException {
    var documents = new ArrayList<Path>();
    for (String folder : List.of("docs", "bundles", "distribution")) {
      if (Files.isDirectory(ROOT.resolve(folder))) {
        try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
          files
              .filter(
                  path -> path.toString().endsWith(".md") && !path.toString().contains("/target/"))
              .forEach(documents::add);
        }
      }
    }
    try (Stream<Path> files = Files.list(ROOT)) {
      files.filter(path -> path.toString().endsWith(".md")).forEach(documents::add);
    }
    assertThat(documents).isNotEmpty();
    return documents;
  }
}
