package io.vigilnvr.plugin.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import io.vigilnvr.plugin.internal.Setting.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.osgi.framework.Bundle;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All settings of a type, in the order of their definition. */
record Settings(String name, String description, List<Setting> settings) {
  private record Range(Optional<BigDecimal> min, Optional<BigDecimal> max) {
    static final Range ANY = new Range(Optional.empty(), Optional.empty());
  }

  private static final Logger log = LoggerFactory.getLogger(Settings.class);

  /** Reads a bundle's Metatype definition; empty if it has none by that PID. */
  static Optional<Settings> read(MetaTypeService metaType, Bundle bundle, String pid) {
    ObjectClassDefinition definition;
    try {
      definition = metaType.getMetaTypeInformation(bundle).getObjectClassDefinition(pid, null);
    } catch (IllegalArgumentException e) {
      // The service says so when the bundle has no such PID.
      return Optional.empty();
    }
    AttributeDefinition[] all = definition.getAttributeDefinitions(ObjectClassDefinition.ALL);
    AttributeDefinition[] required =
        definition.getAttributeDefinitions(ObjectClassDefinition.REQUIRED);
    Set<String> requiredIds =
        required == null
            ? Set.of()
            : Arrays.stream(required).map(AttributeDefinition::getID).collect(Collectors.toSet());
    Map<String, Range> ranges = ranges(bundle);
    List<Setting> settings = new ArrayList<>();
    for (AttributeDefinition attribute : all == null ? new AttributeDefinition[0] : all) {
      settings.add(
          setting(
              attribute,
              requiredIds.contains(attribute.getID()),
              ranges.getOrDefault(attribute.getID(), Range.ANY)));
    }
    return Optional.of(
        new Settings(text(definition.getName()), text(definition.getDescription()), settings));
  }

  private static Setting setting(AttributeDefinition attribute, boolean required, Range range) {
    String[] defaults = attribute.getDefaultValue();
    List<String> defaultValues = defaults == null ? List.of() : List.of(defaults);
    Map<String, String> options = new LinkedHashMap<>();
    String[] values = attribute.getOptionValues();
    String[] labels = attribute.getOptionLabels();
    for (int i = 0; values != null && i < values.length; i++) {
      options.put(values[i], labels != null && i < labels.length ? labels[i] : values[i]);
    }
    return new Setting(
        attribute.getID(),
        text(attribute.getName()),
        text(attribute.getDescription()),
        kind(attribute.getType()),
        attribute.getType() == AttributeDefinition.PASSWORD,
        required && defaultValues.isEmpty(),
        attribute.getCardinality() != 0,
        Collections.unmodifiableMap(options),
        defaultValues,
        range.min(),
        range.max());
  }

  /** JSON Schema 2020-12 of all settings together. */
  Map<String, Object> schema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    settings.forEach(setting -> properties.put(setting.id(), setting.schema()));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", name);
    if (!description.isEmpty()) {
      schema.put("description", description);
    }
    schema.put("type", "object");
    schema.put("properties", properties);
    schema.put("required", settings.stream().filter(Setting::required).map(Setting::id).toList());
    schema.put("additionalProperties", false);
    return schema;
  }

  List<String> secrets() {
    return settings.stream().filter(Setting::secret).map(Setting::id).toList();
  }

  /** As {@link io.vigilnvr.api.plugin.PluginCatalog#check}. */
  Map<String, Object> check(Map<String, Object> entered) throws InvalidSettingsException {
    List<Problem> problems = new ArrayList<>();
    Map<String, Object> accepted = new LinkedHashMap<>();
    for (Setting setting : settings) {
      Object value = entered.get(setting.id());
      if (value != null) {
        setting
            .accept(value, problems::add)
            .ifPresent(fitting -> accepted.put(setting.id(), fitting));
      } else if (setting.required()) {
        problems.add(new Problem("/" + setting.id(), "is missing"));
      } else {
        setting.defaultValue().ifPresent(fallback -> accepted.put(setting.id(), fallback));
      }
    }
    Set<String> known = settings.stream().map(Setting::id).collect(Collectors.toSet());
    entered.keySet().stream()
        .filter(id -> !known.contains(id))
        .sorted()
        .forEach(
            id ->
                problems.add(
                    new Problem(
                        "/" + id, "is not known; known are " + known.stream().sorted().toList())));
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    return accepted;
  }

  private static Kind kind(int type) {
    return switch (type) {
      case AttributeDefinition.BOOLEAN -> Kind.BOOLEAN;
      case AttributeDefinition.LONG,
          AttributeDefinition.INTEGER,
          AttributeDefinition.SHORT,
          AttributeDefinition.BYTE ->
          Kind.INTEGER;
      case AttributeDefinition.DOUBLE, AttributeDefinition.FLOAT -> Kind.NUMBER;
      default -> Kind.STRING;
    };
  }

  /**
   * The attributes' ranges, from the definition's own XML: the service's interface does not tell
   * them.
   */
  private static Map<String, Range> ranges(Bundle bundle) {
    Map<String, Range> ranges = new LinkedHashMap<>();
    // Not findEntries: that would have the framework resolve a bundle that is just being updated.
    var paths = bundle.getEntryPaths("OSGI-INF/metatype");
    while (paths != null && paths.hasMoreElements()) {
      URL file = bundle.getEntry(paths.nextElement());
      try (InputStream in = file.openStream()) {
        readRanges(in, ranges);
      } catch (IOException | XMLStreamException e) {
        // The service has read the same file; what it could not read is in its own log.
        log.debug("no ranges from {}", bundle, e);
      }
    }
    return ranges;
  }

  private static void readRanges(InputStream in, Map<String, Range> ranges)
      throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XMLStreamReader reader = factory.createXMLStreamReader(in);
    while (reader.hasNext()) {
      if (reader.next() == XMLStreamConstants.START_ELEMENT && reader.getLocalName().equals("AD")) {
        ranges.put(
            text(reader.getAttributeValue(null, "id")),
            new Range(bound(reader, "min"), bound(reader, "max")));
      }
    }
  }

  private static Optional<BigDecimal> bound(XMLStreamReader reader, String name) {
    try {
      return Optional.ofNullable(reader.getAttributeValue(null, name)).map(BigDecimal::new);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static String text(@org.jspecify.annotations.Nullable String text) {
    return text == null ? "" : text;
  }
}
