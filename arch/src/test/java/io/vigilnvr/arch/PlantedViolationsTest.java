package io.vigilnvr.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.vigilnvr.planted.internal.Planted;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Each rule finds what was planted for it, and finds nothing in what is in order. */
final class PlantedViolationsTest {
  private static void fires(ArchRule rule, Class<?> planted) {
    assertThat(violations(rule, planted)).as(rule.getDescription()).isNotEmpty();
    assertThat(violations(rule, Planted.InOrder.class)).as(rule.getDescription()).isEmpty();
  }

  private static java.util.List<String> violations(ArchRule rule, Class<?> planted) {
    JavaClasses classes = new ClassFileImporter().importClasses(planted);
    return rule.allowEmptyShould(true).evaluate(classes).getFailureReport().getDetails();
  }

  @Test
  void aClassOfAnotherBundleIsFound() {
    fires(Rules.star(), Planted.UsesAnotherBundle.class);
  }

  @Test
  void everyForeignLibraryIsFound() {
    assertThat(Rules.libraries())
        .filteredOn(rule -> !violations(rule, Planted.UsesLibraries.class).isEmpty())
        .hasSameSizeAs(Rules.libraries());
    assertThat(Rules.libraries())
        .allMatch(rule -> violations(rule, Planted.InOrder.class).isEmpty());
  }

  @Test
  void anApiThatNeedsMoreIsFound() {
    assertThat(
            Rules.apiNeedsNothing()
                .allowEmptyShould(true)
                .evaluate(
                    new ClassFileImporter().importClasses(io.vigilnvr.api.planted.NeedsMore.class))
                .hasViolation())
        .isTrue();
  }

  @Test
  void threadsOfOnesOwnAreFound() {
    fires(Rules.threads(), Planted.StartsThread.class);
    fires(Rules.threads(), Planted.UsesExecutors.class);
    fires(Rules.threads(), Planted.RunsAsync.class);
  }

  @Test
  void clocksOfOnesOwnAreFound() {
    fires(Rules.time(), Planted.AsksSystem.class);
    fires(Rules.time(), Planted.AsksInstant.class);
  }

  @Test
  void processesAreFound() {
    fires(Rules.processes(), Planted.StartsProcess.class);
    fires(Rules.noExec(), Planted.Executes.class);
  }

  @Test
  void shellsAreFound() throws IOException {
    assertThat(shell(Planted.RunsShell.class)).isTrue();
    assertThat(shell(Planted.InOrder.class)).isFalse();
  }

  private static boolean shell(Class<?> type) throws IOException {
    try (var in = type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class")) {
      assertThat(in).isNotNull();
      return Shells.named(in);
    }
  }
}
