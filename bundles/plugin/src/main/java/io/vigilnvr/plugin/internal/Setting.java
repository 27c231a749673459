package io.vigilnvr.plugin.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One setting of a type, as its Metatype attribute definition says (OSGi Compendium 8, 105.5).
 *
 * @param options value and label of each allowed value; anything is allowed if empty
 * @param defaults empty if there is none; more than one only for a list
 * @param list whether it takes several values
 */
record Setting(
    String id,
    String name,
    String description,
    Kind kind,
    boolean secret,
    boolean required,
    boolean list,
    Map<String, String> options,
    List<String> defaults,
    Optional<BigDecimal> min,
    Optional<BigDecimal> max) {
  /** JSON's view of a setting's type. */
  enum Kind {
    STRING("string"),
    INTEGER("integer"),
    NUMBER("number"),
    BOOLEAN("boolean");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /** JSON Schema of the setting. */
  Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("title", name);
    if (!description.isEmpty()) {
      schema.put("description", description);
    }
    if (list) {
      schema.put("type", "array");
      schema.put("items", item());
      if (!defaults.isEmpty()) {
        schema.put("default", parsedList());
      }
    } else {
      schema.putAll(item());
      if (!defaults.isEmpty()) {
        schema.put("default", parsed(defaults.get(0)));
      }
    }
    if (secret) {
      schema.put("format", "password");
      schema.put("writeOnly", true);
    }
    return schema;
  }

  private Map<String, Object> item() {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("type", kind.word);
    if (!options.isEmpty()) {
      List<Map<String, Object>> choices = new ArrayList<>();
      options.forEach(
          (value, label) -> {
            Map<String, Object> choice = new LinkedHashMap<>();
            choice.put("const", parsed(value));
            choice.put("title", label);
            choices.add(choice);
          });
      item.put("oneOf", choices);
    }
    boolean text = kind == Kind.STRING;
    min.ifPresent(least -> item.put(text ? "minLength" : "minimum", least));
    max.ifPresent(most -> item.put(text ? "maxLength" : "maximum", most));
    return item;
  }

  /** The defaults, in the types of the definition; empty if there are none. */
  Optional<Object> defaultValue() {
    if (defaults.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(list ? parsedList() : parsed(defaults.get(0)));
  }

  /** Metatype writes an empty list as one empty text. */
  private List<Object> parsedList() {
    return defaults.equals(List.of("")) ? List.of() : defaults.stream().map(this::parsed).toList();
  }

  /** The value in the type of the definition; empty, and a problem, if it does not fit. */
  Optional<Object> accept(Object value, Consumer<Problem> problems) {
    String pointer = "/" + id.replace("~", "~0").replace("/", "~1");
    if (!list) {
      return one(pointer, value, problems);
    }
    if (!(value instanceof List<?> values)) {
      problems.accept(new Problem(pointer, "must be a list"));
      return Optional.empty();
    }
    List<Object> accepted = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      one(pointer + "/" + i, values.get(i), problems).ifPresent(accepted::add);
    }
    return accepted.size() == values.size() ? Optional.of(List.copyOf(accepted)) : Optional.empty();
  }

  private Optional<Object> one(String pointer, Object value, Consumer<Problem> problems) {
    Optional<Object> typed =
        switch (kind) {
          case STRING -> Optional.<Object>of(value).filter(String.class::isInstance);
          case BOOLEAN -> Optional.<Object>of(value).filter(Boolean.class::isInstance);
          case INTEGER -> number(value).flatMap(Setting::whole);
          case NUMBER -> number(value).map(BigDecimal::doubleValue);
        };
    if (typed.isEmpty()) {
      problems.accept(new Problem(pointer, "must be " + article() + " " + kind.word));
      return Optional.empty();
    }
    Object accepted = typed.get();
    if (!options.isEmpty() && !options.containsKey(String.valueOf(accepted))) {
      problems.accept(
          new Problem(pointer, "must be one of " + String.join(", ", options.keySet())));
      return Optional.empty();
    }
    if (accepted instanceof String text && required && text.isEmpty()) {
      problems.accept(new Problem(pointer, "must not be empty"));
      return Optional.empty();
    }
    BigDecimal size =
        accepted instanceof String text
            ? BigDecimal.valueOf(text.length())
            : number(accepted).orElse(BigDecimal.ZERO);
    String unit = accepted instanceof String ? " characters long" : "";
    if (!(accepted instanceof Boolean)) {
      if (min.isPresent() && size.compareTo(min.get()) < 0) {
        problems.accept(
            new Problem(pointer, "must be at least " + min.get().toPlainString() + unit));
        return Optional.empty();
      }
      if (max.isPresent() && size.compareTo(max.get()) > 0) {
        problems.accept(
            new Problem(pointer, "must be at most " + max.get().toPlainString() + unit));
        return Optional.empty();
      }
    }
    return typed;
  }

  private String article() {
    return kind == Kind.INTEGER ? "an" : "a";
  }

  private Object parsed(String text) {
    return switch (kind) {
      case STRING -> text;
      case BOOLEAN -> Boolean.valueOf(text);
      case INTEGER -> Long.valueOf(text);
      case NUMBER -> Double.valueOf(text);
    };
  }

  private static Optional<BigDecimal> number(Object value) {
    return value instanceof Number number
        ? Optional.of(new BigDecimal(number.toString()))
        : Optional.empty();
  }

  private static Optional<Object> whole(BigDecimal number) {
    try {
      return Optional.of(number.longValueExact());
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }
}
