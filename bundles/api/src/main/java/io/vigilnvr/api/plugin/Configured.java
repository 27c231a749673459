package io.vigilnvr.api.plugin;

import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What a configuration of the platform says, as far as it makes sense: in place of a value that
 * does not, its default is in force, and that is told in one line. So a slip in a file takes
 * nothing down.
 */
public final class Configured {
  private static final int MOST_SHOWN_CHARS = 80;

  private final String pid;
  private final Class<? extends Annotation> definition;
  private final Map<String, ?> properties;
  private final Consumer<String> refusals;

  /**
   * @param definition component property type whose methods have the keys' names and the defaults
   * @param properties as a component gets them
   * @param refusals gets a line for each value that is not taken
   */
  public Configured(
      String pid,
      Class<? extends Annotation> definition,
      Map<String, ?> properties,
      Consumer<String> refusals) {
    this.pid = pid;
    this.definition = definition;
    this.properties = Map.copyOf(properties);
    this.refusals = refusals;
  }

  /** A whole number within these bounds. */
  public int whole(String key, int least, int most) {
    int usual = (Integer) usual(key);
    Object given = properties.get(key);
    if (given == null) {
      return usual;
    }
    try {
      int value = Integer.parseInt(text(given));
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    refuse(key, given, "a whole number from " + least + " to " + most, usual);
    return usual;
  }

  /** Yes or no. */
  public boolean flag(String key) {
    boolean usual = (Boolean) usual(key);
    Object given = properties.get(key);
    if (given == null) {
      return usual;
    }
    String text = text(given);
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    refuse(key, given, "true or false", usual);
    return usual;
  }

  /** One of some words. */
  public String word(String key, String... words) {
    String usual = (String) usual(key);
    Object given = properties.get(key);
    if (given == null) {
      return usual;
    }
    String text = text(given);
    if (Arrays.asList(words).contains(text)) {
      return text;
    }
    refuse(key, given, "one of " + String.join(", ", words), usual);
    return usual;
  }

  /**
   * A text.
   *
   * @param meaning of the pattern, in words
   * @throws IllegalArgumentException if it is not so, and there is no default
   */
  public String text(String key, Pattern pattern, String meaning) {
    Optional<Object> usual = usualOf(key);
    Object given = properties.get(key);
    String text = given == null ? "" : text(given);
    if (pattern.matcher(text).matches()) {
      return text;
    }
    if (usual.isEmpty()) {
      throw new IllegalArgumentException(pid + ": " + key + " must be " + meaning);
    }
    if (given != null) {
      refuse(key, given, meaning, usual.get());
    }
    return (String) usual.get();
  }

  /**
   * A list, as such or with commas between; what in it is not as it should be is left out.
   *
   * @param meaning of the pattern, in words
   */
  public List<String> list(String key, Pattern pattern, String meaning) {
    Object given = properties.get(key);
    if (given == null) {
      return List.of((String[]) usual(key));
    }
    List<String> all = new ArrayList<>();
    for (String each : given instanceof String[] several ? several : new String[] {text(given)}) {
      for (String one : each.split(",", -1)) {
        String item = one.strip();
        if (pattern.matcher(item).matches()) {
          all.add(item);
        } else if (!item.isEmpty()) {
          refuse(key, item, meaning, "none");
        }
      }
    }
    return List.copyOf(all);
  }

  private Object usual(String key) {
    return usualOf(key).orElseThrow();
  }

  private Optional<Object> usualOf(String key) {
    try {
      return Optional.ofNullable(definition.getMethod(key).getDefaultValue());
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException(definition + " has no " + key, e);
    }
  }

  private static String text(Object given) {
    return String.valueOf(given).strip();
  }

  private void refuse(String key, Object given, String wanted, Object usual) {
    String shown = text(given).replaceAll("\\p{Cntrl}", "?");
    refusals.accept(
        "%s: %s = %s is not %s; in force is %s"
            .formatted(
                pid,
                key,
                shown.substring(0, Math.min(shown.length(), MOST_SHOWN_CHARS)),
                wanted,
                usual));
  }
}
