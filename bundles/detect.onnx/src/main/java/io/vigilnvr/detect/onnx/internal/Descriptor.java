package io.vigilnvr.detect.onnx.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import io.vigilnvr.detect.onnx.internal.InputFormat.Resize;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What a model is, as its descriptor says; see docs/models.md.
 *
 * @param file the model's place in its bundle
 * @param sha256 of the file, in lower case
 */
record Descriptor(
    String id,
    String name,
    String version,
    String licence,
    String source,
    String file,
    String sha256,
    List<String> labels,
    InputFormat input,
    OutputFormat decoder) {
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final Pattern VERSION = Pattern.compile("\\d{1,6}(\\.\\d{1,6}(\\.\\d{1,6})?)?");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");
  private static final int MOST_LABELS = 10_000;
  private static final int WIDEST_PX = 2048;
  private static final Set<String> FIELDS =
      Set.of(
          "id", "name", "version", "licence", "source", "file", "sha256", "labels", "input",
          "decoder");
  private static final Set<String> INPUT_FIELDS =
      Set.of("widthPx", "heightPx", "layout", "channels", "mean", "std", "resize", "pad");

  /** The labels of most models there are. */
  static final List<String> COCO = coco();

  Descriptor {
    labels = List.copyOf(labels);
  }

  private static List<String> coco() {
    try (InputStream in =
        Objects.requireNonNull(Descriptor.class.getResourceAsStream("coco.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a descriptor.
   *
   * @throws InvalidSettingsException naming each wrong field
   */
  static Descriptor parse(String json) throws InvalidSettingsException {
    try {
      return of(Json.object(json));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingsException("/descriptor", String.valueOf(e.getMessage()));
    }
  }

  /**
   * @throws InvalidSettingsException naming each wrong field
   */
  static Descriptor of(Map<String, Object> fields) throws InvalidSettingsException {
    var problems = new ArrayList<Problem>();
    var top = new Fields("/descriptor", fields, problems);
    top.only(FIELDS);
    String id = top.text("id", Optional.empty());
    top.check(
        id.isEmpty() || ID.matcher(id).matches(), "id", "has only a-z, 0-9 and -, at most 63");
    String version = top.text("version", Optional.of("1.0.0"));
    top.check(VERSION.matcher(version).matches(), "version", "must be like 1.0.0");
    String sha256 = top.text("sha256", Optional.of(""));
    top.check(
        sha256.isEmpty() || SHA256.matcher(sha256).matches(), "sha256", "must be 64 hex digits");
    String file = top.text("file", Optional.of("model.onnx"));
    var input = new Fields("/descriptor/input", top.object("input"), problems);
    InputFormat format = input(input);
    OutputFormat decoder =
        top.choice("decoder", Optional.empty(), OutputFormat.values(), OutputFormat::word);
    List<String> labels = labels(top);
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    return new Descriptor(
        id,
        top.text("name", Optional.of(id)),
        version,
        top.text("licence", Optional.of("unknown")),
        top.text("source", Optional.of("")),
        file,
        sha256.toLowerCase(Locale.ROOT),
        labels,
        format,
        decoder);
  }

  private static InputFormat input(Fields input) {
    input.only(INPUT_FIELDS);
    int width = input.number("widthPx", Optional.empty()).intValue();
    int height = input.number("heightPx", Optional.empty()).intValue();
    input.check(width >= 32 && width <= WIDEST_PX, "widthPx", "must be from 32 to " + WIDEST_PX);
    input.check(height >= 32 && height <= WIDEST_PX, "heightPx", "must be from 32 to " + WIDEST_PX);
    input.check(input.text("layout", Optional.of("nchw")).equals("nchw"), "layout", "must be nchw");
    String channels = input.text("channels", Optional.of("bgr"));
    input.check(channels.equals("bgr") || channels.equals("rgb"), "channels", "must be bgr or rgb");
    List<Double> mean = input.three("mean", 0);
    List<Double> deviation = input.three("std", 1);
    input.check(
        deviation.stream().allMatch(value -> value > 1e-6), "std", "must be more than nothing");
    Resize resize =
        input.choice("resize", Optional.of(Resize.LETTERBOX), Resize.values(), Resize::word);
    int pad = input.number("pad", Optional.of(new BigDecimal(114))).intValue();
    input.check(pad >= 0 && pad <= 255, "pad", "must be from 0 to 255");
    return new InputFormat(width, height, channels.equals("rgb"), mean, deviation, resize, pad);
  }

  private static List<String> labels(Fields top) {
    Optional<Object> given = top.value("labels");
    if (given.filter("coco"::equals).isPresent()) {
      return COCO;
    }
    List<String> labels = new ArrayList<>();
    boolean sound = given.isPresent() && given.get() instanceof List<?>;
    if (sound && given.get() instanceof List<?> list) {
      for (Object one : list) {
        sound &= one instanceof String text && isLabel(text);
        labels.add(one.toString());
      }
    }
    top.check(
        sound && !labels.isEmpty() && labels.size() <= MOST_LABELS,
        "labels",
        "must be coco, or a list of words in the model's order");
    return labels;
  }

  private static boolean isLabel(String text) {
    return !text.isBlank()
        && text.length() <= 100
        && text.indexOf('=') < 0
        && text.chars().noneMatch(Character::isISOControl);
  }

  /** With what is known once the file is there. */
  Descriptor with(String file, String sha256) {
    return new Descriptor(id, name, version, licence, source, file, sha256, labels, input, decoder);
  }

  String json() {
    Map<String, Object> in = new LinkedHashMap<>();
    in.put("widthPx", input.widthPx());
    in.put("heightPx", input.heightPx());
    in.put("layout", "nchw");
    in.put("channels", input.rgb() ? "rgb" : "bgr");
    in.put("mean", input.mean());
    in.put("std", input.deviation());
    in.put("resize", input.resize().word());
    in.put("pad", input.pad());
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("id", id);
    out.put("name", name);
    out.put("version", version);
    out.put("licence", licence);
    out.put("source", source);
    out.put("file", file);
    out.put("sha256", sha256);
    out.put("labels", labels);
    out.put("input", in);
    out.put("decoder", decoder.word());
    return Json.write(out);
  }

  /** Fields of an object, and what is wrong with them. */
  private record Fields(String pointer, Map<String, Object> values, List<Problem> problems) {
    void check(boolean right, String name, String detail) {
      if (!right && problems.stream().noneMatch(p -> p.pointer().equals(pointer + "/" + name))) {
        problems.add(new Problem(pointer + "/" + name, detail));
      }
    }

    void only(Set<String> names) {
      for (String name : values.keySet()) {
        check(names.contains(name), name, "is not known here");
      }
    }

    Optional<Object> value(String name) {
      return Optional.ofNullable(values.get(name));
    }

    String text(String name, Optional<String> usual) {
      Object value = values.get(name);
      if (value instanceof String text && !text.isBlank() && text.length() <= 1000) {
        return text;
      }
      check(value == null && usual.isPresent(), name, "must be a text");
      return usual.orElse("");
    }

    BigDecimal number(String name, Optional<BigDecimal> usual) {
      Object value = values.get(name);
      if (value instanceof BigDecimal number) {
        return number;
      }
      check(value == null && usual.isPresent(), name, "must be a number");
      return usual.orElse(BigDecimal.ZERO);
    }

    Map<String, Object> object(String name) {
      Object value = values.get(name);
      Map<String, Object> object = new LinkedHashMap<>();
      check(value instanceof Map<?, ?>, name, "must be an object");
      if (value instanceof Map<?, ?> map) {
        map.forEach((key, one) -> object.put(String.valueOf(key), one));
      }
      return object;
    }

    List<Double> three(String name, double usual) {
      Object value = values.get(name);
      if (value instanceof BigDecimal one) {
        return List.of(one.doubleValue(), one.doubleValue(), one.doubleValue());
      }
      if (value instanceof List<?> list
          && list.size() == 3
          && list.stream().allMatch(BigDecimal.class::isInstance)) {
        return list.stream().map(one -> ((BigDecimal) one).doubleValue()).toList();
      }
      check(value == null, name, "must be a number, or one for each channel");
      return List.of(usual, usual, usual);
    }

    <T extends Enum<T>> T choice(
        String name, Optional<T> usual, T[] choices, Function<T, String> word) {
      Object value = values.get(name);
      for (T choice : choices) {
        if (word.apply(choice).equals(value)) {
          return choice;
        }
      }
      String words = String.join(", ", Arrays.stream(choices).map(word).toList());
      check(value == null && usual.isPresent(), name, "must be one of " + words);
      return usual.orElse(choices[0]);
    }
  }
}
