package io.vigilnvr.plugin.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import io.vigilnvr.plugin.internal.Setting.Kind;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SettingsTest {
  private static final Settings SETTINGS =
      new Settings(
          "Lamp",
          "",
          List.of(
              setting("address", Kind.STRING, false, true, Map.of(), List.of()),
              setting("password", Kind.STRING, true, false, Map.of(), List.of()),
              setting(
                  "colour",
                  Kind.STRING,
                  false,
                  false,
                  Map.of("red", "Red", "blue", "Blue"),
                  List.of("red")),
              new Setting(
                  "level",
                  "Level",
                  "",
                  Kind.INTEGER,
                  false,
                  false,
                  false,
                  Map.of(),
                  List.of("5"),
                  Optional.of(BigDecimal.ONE),
                  Optional.of(BigDecimal.TEN)),
              setting("dim", Kind.BOOLEAN, false, false, Map.of(), List.of())));

  @Test
  void fillsInDefaultsAndKeepsTheDefinitionsTypes() throws Exception {
    assertThat(SETTINGS.check(Map.of("address", "a", "dim", true)))
        .isEqualTo(Map.of("address", "a", "dim", true, "colour", "red", "level", 5L));
  }

  @Test
  void namesEachWrongSetting() {
    assertThat(
            problems(
                Map.of("colour", "green", "level", 11, "dim", "yes", "lenght", 1, "password", 7)))
        .extracting(Problem::pointer)
        .containsExactlyInAnyOrder("/address", "/colour", "/level", "/dim", "/lenght", "/password");
  }

  @Test
  void takesNoFractionForAnInteger() {
    assertThat(problems(Map.of("address", "a", "level", 1.5)))
        .containsExactly(new Problem("/level", "must be an integer"));
  }

  @Test
  void takesNoEmptyTextForWhatIsRequired() {
    assertThat(problems(Map.of("address", "")))
        .containsExactly(new Problem("/address", "must not be empty"));
  }

  @Test
  @SuppressWarnings("unchecked")
  void describesItselfAsJsonSchema() {
    Map<String, Object> schema = SETTINGS.schema();
    assertThat(schema).containsEntry("required", List.of("address"));
    Map<String, Map<String, Object>> properties =
        (Map<String, Map<String, Object>>) schema.getOrDefault("properties", Map.of());
    assertThat(properties.getOrDefault("password", Map.of()))
        .containsEntry("writeOnly", true)
        .containsEntry("format", "password");
    assertThat(properties.getOrDefault("level", Map.of()))
        .containsEntry("type", "integer")
        .containsEntry("minimum", BigDecimal.ONE)
        .containsEntry("default", 5L);
    assertThat(SETTINGS.secrets()).containsExactly("password");
  }

  @Test
  void aListThatIsEmptyByDefaultIsEmpty() {
    Setting labels =
        new Setting(
            "labels",
            "Labels",
            "",
            Kind.STRING,
            false,
            false,
            true,
            Map.of(),
            List.of(""),
            Optional.empty(),
            Optional.empty());
    assertThat(labels.defaultValue()).contains(List.of());
    assertThat(labels.schema()).containsEntry("default", List.of());
  }

  private static List<Problem> problems(Map<String, Object> entered) {
    return catchThrowableOfType(InvalidSettingsException.class, () -> SETTINGS.check(entered))
        .problems();
  }

  private static Setting setting(
      String id,
      Kind kind,
      boolean secret,
      boolean required,
      Map<String, String> options,
      List<String> defaults) {
    return new Setting(
        id,
        id,
        "",
        kind,
        secret,
        required,
        false,
        options,
        defaults,
        Optional.empty(),
        Optional.empty());
  }
}
