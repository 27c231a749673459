package io.vigilnvr.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the real bundles to the rules; {@link PlantedViolationsTest} proves that each rule fires.
 */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.vigilnvr");

  @Test
  void everyBundleIsLookedAt() {
    assertThat(Bundles.contents().keySet()).containsExactlyInAnyOrderElementsOf(Bundles.names());
    var seen = new HashMap<String, Integer>();
    CLASSES.forEach(
        type ->
            Bundles.owner(type.getPackageName())
                .ifPresent(name -> seen.merge(name, 1, Integer::sum)));
    // A wrapped library may need no class of ours.
    assertThat(seen.keySet())
        .containsAll(Bundles.names().stream().filter(name -> !name.startsWith("lib.")).toList());
    assertThat(CLASSES.size()).isGreaterThan(200);
  }

  @Test
  void bundlesMeetInApiAndMediaOnly() {
    Rules.star().check(CLASSES);
  }

  @Test
  void apiNeedsNothingButTheJdk() {
    Rules.apiNeedsNothing().check(CLASSES);
  }

  @Test
  void everyExoticLibraryHasItsOwner() {
    Rules.libraries().forEach(rule -> rule.allowEmptyShould(true).check(CLASSES));
  }

  @Test
  void threadsComeFromTasks() {
    Rules.threads().check(CLASSES);
  }

  @Test
  void timeComesFromTheClock() {
    Rules.time().check(CLASSES);
  }

  @Test
  void onlyIngestAndDatabaseStartProcesses() {
    Rules.processes().check(CLASSES);
    Rules.noExec().check(CLASSES);
  }

  @Test
  void nobodyRunsAShell() throws IOException {
    var guilty = new ArrayList<Path>();
    int seen = 0;
    for (var content : Bundles.contents().values()) {
      try (Stream<Path> files = Files.walk(content)) {
        for (Path file : files.filter(path -> path.toString().contains("io/vigilnvr/")).toList()) {
          if (file.toString().endsWith(".class")) {
            seen++;
            try (var in = Files.newInputStream(file)) {
              if (Shells.named(in)) {
                guilty.add(file);
              }
            }
          }
        }
      }
    }
    assertThat(seen).isGreaterThan(200);
    assertThat(guilty).isEmpty();
  }

  @Test
  void onlyApiAndMediaAndWrappedLibrariesExportPackages() {
    Bundles.manifests()
        .forEach(
            (name, manifest) -> {
              var exported = Bundles.packages(manifest, "Export-Package");
              if (name.equals("api") || name.equals("media")) {
                assertThat(exported)
                    .as(name)
                    .isNotEmpty()
                    .allMatch(exportedPackage -> exportedPackage.startsWith("io.vigilnvr." + name));
              } else if (name.startsWith("lib.")) {
                assertThat(exported)
                    .as(name)
                    .isNotEmpty()
                    .noneMatch(exportedPackage -> exportedPackage.startsWith("io.vigilnvr."));
              } else if (!name.equals(Bundles.TCK)) {
                assertThat(exported).as(name).isEmpty();
              }
            });
  }

  @Test
  void manifestsImportOfOursOnlyApiAndMedia() {
    Bundles.manifests()
        .forEach(
            (name, manifest) -> {
              var imported = Bundles.packages(manifest, "Import-Package");
              assertThat(imported)
                  .as(name)
                  .filteredOn(importedPackage -> importedPackage.startsWith("io.vigilnvr."))
                  .allMatch(
                      importedPackage ->
                          importedPackage.startsWith("io.vigilnvr.api.")
                              || importedPackage.startsWith("io.vigilnvr.media."));
            });
  }

  /** An import from anywhere, or an activator, is a wire that no rule above could see. */
  @Test
  void bundlesAreWiredByDeclarativeServicesOnly() {
    Bundles.manifests()
        .forEach(
            (name, manifest) -> {
              var headers = manifest.getMainAttributes();
              assertThat(headers.getValue("Bundle-SymbolicName")).startsWith("io.vigilnvr." + name);
              // A native library is loaded by the bundle that has its classes, before anybody's.
              if (!name.startsWith("lib.")) {
                assertThat(headers.getValue("Bundle-Activator")).as(name).isNull();
              }
              if (!name.equals("store")) {
                assertThat(headers.getValue("DynamicImport-Package")).as(name).isNull();
              }
            });
  }
}
