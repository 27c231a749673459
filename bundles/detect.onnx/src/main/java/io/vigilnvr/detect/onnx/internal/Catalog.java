package io.vigilnvr.detect.onnx.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Models that are known to work, where they are, and what they are. Vigil has none of them itself.
 */
final class Catalog {
  /** An entry. */
  record Entry(Descriptor descriptor, URI url, long bytes) {}

  private final List<Entry> entries;

  private Catalog(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  static Catalog read() {
    try (InputStream in =
        Objects.requireNonNull(Catalog.class.getResourceAsStream("catalog.json"))) {
      Map<String, Object> json = Json.object(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      List<Entry> entries = new ArrayList<>();
      if (json.get("models") instanceof List<?> models) {
        for (Object model : models) {
          entries.add(entry((Map<?, ?>) model));
        }
      }
      return new Catalog(entries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InvalidSettingsException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Entry entry(Map<?, ?> model) throws InvalidSettingsException {
    Map<String, Object> fields = new LinkedHashMap<>();
    model.forEach((name, value) -> fields.put(String.valueOf(name), value));
    URI url = URI.create(String.valueOf(fields.remove("url")));
    BigDecimal bytes = (BigDecimal) Objects.requireNonNull(fields.remove("bytes"));
    return new Entry(Descriptor.of(fields), url, bytes.longValueExact());
  }

  List<Entry> entries() {
    return entries;
  }

  Optional<Entry> entry(String id) {
    return entries.stream().filter(entry -> entry.descriptor().id().equals(id)).findFirst();
  }
}
