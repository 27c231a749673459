package io.vigilnvr.api.plugin;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Tells what is installed. Thread-safe; always up to date, whatever comes and goes. */
@ProviderType
public interface PluginCatalog {
  /**
   * Service property of every type a plugin provides: the PID of the {@code ObjectClassDefinition},
   * in the plugin's Metatype, of the settings that a user enters for each use of the type.
   */
  String SETTINGS = "vigil.settings";

  /** Kinds of types that plugins provide. */
  enum Kind {
    CAMERA_DRIVER("camera-driver"),
    CAMERA_FINDER("camera-finder"),
    DETECTOR("detector"),
    RECORDER("recorder"),
    STORAGE_BACKEND("storage-backend"),
    NOTIFIER("notifier"),
    INGEST_ENGINE("ingest-engine");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word in the API. */
    public String word() {
      return word;
    }
  }

  /**
   * Something that a plugin provides.
   *
   * @param schema of its settings: JSON Schema 2020-12 as maps and lists; secrets are {@code
   *     writeOnly}
   */
  record Type(
      Kind kind,
      String id,
      String name,
      String description,
      List<String> capabilities,
      Map<String, Object> schema) {}

  /**
   * An installed bundle that is ours, or provides something of ours.
   *
   * @param id its symbolic name
   * @param state in lower case: {@code active}, {@code resolved}, {@code installed}, …
   * @param provides {@code <kind>:<id>} of each type
   * @param builtIn whether it came with the distribution
   * @param installedFrom where it came from: {@code distribution}, {@code deploy}, {@code upload},
   *     {@code console}
   * @param error why it is not active; empty if it is, or was stopped
   */
  record Plugin(
      String id,
      String version,
      String name,
      String state,
      List<String> provides,
      boolean builtIn,
      String installedFrom,
      Optional<String> error) {}

  List<Plugin> plugins();

  /** In order of their ids. */
  List<Type> types(Kind kind);

  Optional<Type> type(Kind kind, String id);

  /** Names of the type's secret settings. */
  List<String> secrets(Kind kind, String id);

  /**
   * Checks settings against a type's definition: unknown names, wrong JSON types, ranges, options,
   * missing values. Fills in defaults. A {@link io.vigilnvr.api.detect.Detector} is asked, too.
   *
   * @param settings as parsed from JSON: String, Number, Boolean, List
   * @return the settings in the types of the definition, defaults included
   * @throws InvalidSettingsException naming each wrong setting by a pointer that starts with {@code
   *     /}
   * @throws java.util.NoSuchElementException if there is no such type
   */
  Map<String, Object> check(Kind kind, String id, Map<String, Object> settings)
      throws InvalidSettingsException;
}
