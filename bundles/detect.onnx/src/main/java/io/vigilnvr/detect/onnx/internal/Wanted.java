package io.vigilnvr.detect.onnx.internal;

import io.vigilnvr.api.detect.Policy;
import io.vigilnvr.api.detect.Policy.Least;
import io.vigilnvr.api.event.EventType;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@link CameraSettings}, checked.
 *
 * @param model empty for the first there is
 * @param labels empty for the usual ones
 */
record Wanted(
    Optional<String> model,
    Map<String, Least> labels,
    Duration interval,
    boolean onMotion,
    int frameWidthPx,
    Duration offDelay,
    boolean onlyInZones) {
  private static final List<String> USUAL =
      List.of("person", "car", "truck", "bus", "motorcycle", "bicycle", "dog", "cat");
  private static final Least USUAL_LEAST = new Least(0.5, 0);

  Wanted {
    labels = Map.copyOf(labels);
  }

  /**
   * @throws InvalidSettingsException naming each label that is none
   */
  static Wanted of(Map<String, Object> settings) throws InvalidSettingsException {
    var problems = new ArrayList<Problem>();
    Map<String, Least> labels = new LinkedHashMap<>();
    List<?> given = settings.get("labels") instanceof List<?> list ? list : List.of();
    for (int i = 0; i < given.size(); i++) {
      String text = String.valueOf(given.get(i));
      if (text.isBlank()) {
        // Metatype's empty list; cameras were saved with it.
        continue;
      }
      Optional<Least> least = least(text);
      int equals = text.lastIndexOf('=');
      String label = equals < 0 ? "" : text.substring(0, equals).strip();
      if (least.isEmpty() || label.isEmpty()) {
        problems.add(
            new Problem(
                "/labels/" + i, "must be like person=0.5 or person=0.5/0.01, each from 0 to 1"));
      } else if (labels.put(label, least.get()) != null) {
        problems.add(new Problem("/labels/" + i, "is there twice: " + label));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    return new Wanted(
        Optional.of(String.valueOf(settings.getOrDefault("model", "")).strip())
            .filter(model -> !model.isEmpty()),
        labels,
        Duration.ofNanos((long) (1e9 / number(settings, "ratePerSecond", 5))),
        !"always".equals(settings.get("run")),
        (int) number(settings, "frameWidthPx", 960),
        Duration.ofSeconds((long) number(settings, "offDelaySeconds", 3)),
        Boolean.TRUE.equals(settings.get("onlyInZones")));
  }

  private static double number(Map<String, Object> settings, String name, double usual) {
    return settings.get(name) instanceof Number number ? number.doubleValue() : usual;
  }

  private static Optional<Least> least(String text) {
    String values = text.substring(text.lastIndexOf('=') + 1);
    int slash = values.indexOf('/');
    try {
      double score = Double.parseDouble(slash < 0 ? values : values.substring(0, slash));
      double area = slash < 0 ? 0 : Double.parseDouble(values.substring(slash + 1));
      boolean sound = score >= 0 && score <= 1 && area >= 0 && area <= 1;
      return sound ? Optional.of(new Least(score, area)) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Labels that are wanted and that the model does not know. */
  List<String> unknown(List<String> known) {
    return labels.keySet().stream().filter(label -> !known.contains(label)).sorted().toList();
  }

  /**
   * What counts of a model's labels: those that are wanted, else those that are usual, else all.
   */
  Policy policy(List<String> known) {
    Map<String, Least> counting = new LinkedHashMap<>(labels);
    if (counting.isEmpty()) {
      USUAL.stream().filter(known::contains).forEach(label -> counting.put(label, USUAL_LEAST));
    }
    // Seldom pictures must not make somebody wait who walks through one.
    boolean seldom = interval.compareTo(Duration.ofMillis(400)) > 0;
    return new Policy(
        EventType.OBJECT,
        counting,
        USUAL_LEAST,
        seldom ? 2 : 3,
        seldom ? 3 : 5,
        offDelay,
        onlyInZones,
        onMotion,
        false);
  }
}
