package io.vigilnvr.camera.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraDraft;
import io.vigilnvr.api.camera.CameraDriver;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import io.vigilnvr.api.plugin.PluginCatalog;
import io.vigilnvr.api.plugin.PluginCatalog.Kind;
import io.vigilnvr.api.record.RecordingPlan;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Checks what a user asks for a camera to be, and names each wrong field.
 *
 * <p>What depends on a plugin that is missing now can be kept as it is, but not changed: nobody
 * could say whether the change is right. So can a detector's settings that are not right any more.
 */
final class DraftCheck {
  private static final int MAX_TEXT = 100;
  private static final int MAX_ITEMS = 100;
  private static final int MAX_CORNERS = 100;
  private static final Duration MAX_PRE_ROLL = Duration.ofSeconds(60);
  private static final Duration MAX_POST_ROLL = Duration.ofMinutes(10);
  private static final double MAX_DAYS = 36500;
  private static final double MAX_LOITER_SECONDS = 3600;
  private static final Map<String, Integer> DEFAULT_PORTS =
      Map.of("rtsp", 554, "rtsps", 322, "http", 80, "https", 443);

  private final PluginCatalog catalog;
  private final Drivers drivers;

  /** A camera as it is, with its secrets in clear. */
  record Present(Camera camera, Map<String, String> secrets) {
    @Override
    public String toString() {
      return "Present[" + camera.id() + "]";
    }
  }

  /**
   * What to keep.
   *
   * @param settings without secrets
   * @param secrets in clear
   */
  record Accepted(CameraDraft draft, Map<String, Object> settings, Map<String, String> secrets) {
    @Override
    public String toString() {
      return "Accepted[" + draft + "]";
    }
  }

  DraftCheck(PluginCatalog catalog, Drivers drivers) {
    this.catalog = catalog;
    this.drivers = drivers;
  }

  /** Checks everything, so that the user learns of all problems at once. */
  Accepted check(CameraDraft draft, Optional<Present> present) throws InvalidSettingsException {
    var problems = new ArrayList<Problem>();
    String name = draft.name().strip();
    checkText(name, "/name", problems);
    checkRecording(draft.recording(), present, problems);
    List<Camera.DetectorBinding> detectors = checkDetectors(draft.detectors(), present, problems);
    checkZones(draft.zones(), problems);
    checkCount(draft.masks().size(), "/masks", problems);
    for (int i = 0; i < draft.masks().size(); i++) {
      checkPolygon(draft.masks().get(i).polygon(), "/masks/" + i + "/polygon", problems);
    }
    checkTexts(draft.labels(), "/labels", problems);
    Map<String, Object> settings = Map.of();
    try {
      settings = settings(draft.driver(), draft.settings(), present);
    } catch (InvalidSettingsException e) {
      problems.addAll(e.problems());
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    var secrets = new TreeMap<String, String>();
    var open = new HashMap<>(settings);
    for (String secret : secretNames(draft.driver(), present)) {
      if (open.remove(secret) instanceof String value) {
        secrets.put(secret, value);
      }
    }
    var checked =
        new CameraDraft(
            name,
            draft.driver(),
            draft.enabled(),
            open,
            draft.recording(),
            detectors,
            draft.zones(),
            draft.masks(),
            draft.labels());
    return new Accepted(checked, Map.copyOf(open), secrets);
  }

  /**
   * Checks a driver's settings alone, secrets in clear; problems point below {@code /settings}.
   *
   * @param present whose secrets count where none are given
   */
  Map<String, Object> settings(String id, Map<String, Object> given, Optional<Present> present)
      throws InvalidSettingsException {
    Optional<Present> same = present.filter(old -> old.camera().driver().equals(id));
    Optional<CameraDriver> driver = drivers.find(id);
    if (driver.isEmpty() || catalog.type(Kind.CAMERA_DRIVER, id).isEmpty()) {
      return withoutDriver(id, given, same);
    }
    List<String> secretNames = catalog.secrets(Kind.CAMERA_DRIVER, id);
    var merged = new HashMap<>(given);
    var carried = new HashMap<String, String>();
    for (String secret : secretNames) {
      if ("".equals(given.get(secret))) {
        merged.remove(secret);
      } else if (!given.containsKey(secret)) {
        same.map(old -> old.secrets().get(secret))
            .ifPresent(
                value -> {
                  merged.put(secret, value);
                  carried.put(secret, value);
                });
      }
    }
    Map<String, Object> accepted;
    try {
      accepted =
          driver.orElseThrow().accept(catalog.check(Kind.CAMERA_DRIVER, id, Map.copyOf(merged)));
    } catch (InvalidSettingsException e) {
      throw e.under("/settings");
    } catch (NoSuchElementException e) {
      // It went in this moment.
      return withoutDriver(id, given, same);
    }
    if (same.isPresent()) {
      keepSecretsAtHome(given, accepted, carried, same.orElseThrow().camera());
    }
    return accepted;
  }

  /**
   * A secret that is not given again goes only to where it went before: whoever may change a
   * camera, but does not know its password, could have it sent to a host or a port of his own.
   */
  private static void keepSecretsAtHome(
      Map<String, Object> given,
      Map<String, Object> accepted,
      Map<String, String> carried,
      Camera old)
      throws InvalidSettingsException {
    Map<String, String> before = places(old.settings());
    List<String> moved =
        places(accepted).entrySet().stream()
            .filter(place -> !before.containsValue(place.getValue()))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    var problems = new ArrayList<Problem>();
    carried.forEach(
        (secret, value) -> {
          if (value.equals(accepted.get(secret))
              && given.values().stream().noneMatch(one -> holdsPassword(one, value))) {
            moved.forEach(
                setting ->
                    problems.add(
                        new Problem(
                            "/settings/" + setting,
                            "is another host or port; enter the " + secret + " again")));
          }
        });
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
  }

  /** Hosts with their ports that settings speak of, by setting: in addresses, and named for it. */
  private static Map<String, String> places(Map<String, Object> settings) {
    var places = new HashMap<String, String>();
    settings.forEach(
        (name, value) -> {
          String setting = name.toLowerCase(Locale.ROOT);
          Optional<URI> uri = uri(value.toString()).filter(one -> one.getHost() != null);
          if (uri.isPresent()) {
            places.put(name, place(uri.orElseThrow()));
          } else if (setting.endsWith("host") || setting.endsWith("address")) {
            places.put(name, value.toString().strip().toLowerCase(Locale.ROOT));
          } else if (setting.endsWith("port")) {
            places.put(name, ":" + value);
          }
        });
    return places;
  }

  private static String place(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    int port = uri.getPort() >= 0 ? uri.getPort() : DEFAULT_PORTS.getOrDefault(scheme, -1);
    return uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
  }

  private static boolean holdsPassword(Object value, String password) {
    return value instanceof String text
        && uri(text.strip())
            .map(URI::getUserInfo)
            .filter(info -> info.endsWith(":" + password))
            .isPresent();
  }

  private static Optional<URI> uri(String text) {
    try {
      return text.contains("//") ? Optional.of(new URI(text)) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private Map<String, Object> withoutDriver(
      String id, Map<String, Object> given, Optional<Present> same)
      throws InvalidSettingsException {
    if (same.isEmpty()) {
      throw new InvalidSettingsException(
          "/driver", "there is no such driver; installed: " + String.join(", ", drivers.ids()));
    }
    Present present = same.orElseThrow();
    if (!Json.same(given, present.camera().settings())) {
      throw new InvalidSettingsException(
          "/settings", "cannot be changed while the driver is missing: " + id);
    }
    var settings = new HashMap<>(present.camera().settings());
    settings.putAll(present.secrets());
    return settings;
  }

  private List<String> secretNames(String driver, Optional<Present> present) {
    var names = new ArrayList<String>();
    if (catalog.type(Kind.CAMERA_DRIVER, driver).isPresent()) {
      names.addAll(catalog.secrets(Kind.CAMERA_DRIVER, driver));
    }
    // What once was a secret stays one, even if the driver has gone or thinks otherwise now.
    present
        .filter(old -> old.camera().driver().equals(driver))
        .ifPresent(old -> names.addAll(old.secrets().keySet()));
    return names;
  }

  private void checkRecording(
      RecordingPlan plan, Optional<Present> present, List<Problem> problems) {
    boolean known =
        plan.mode().equals(RecordingPlan.OFF)
            || catalog.type(Kind.RECORDER, plan.mode()).isPresent()
            || present
                .filter(old -> old.camera().recording().mode().equals(plan.mode()))
                .isPresent();
    if (!known) {
      String installed =
          String.join(
              ", ", catalog.types(Kind.RECORDER).stream().map(PluginCatalog.Type::id).toList());
      problems.add(
          new Problem(
              "/recording/mode", "must be off or an installed recorder; installed: " + installed));
    }
    checkDuration(plan.preRoll(), MAX_PRE_ROLL, "/recording/preRollSeconds", problems);
    checkDuration(plan.postRoll(), MAX_POST_ROLL, "/recording/postRollSeconds", problems);
    RecordingPlan.Retention retention = plan.retention();
    String at = "/recording/retention/";
    checkDays(retention.continuousDays(), at + "continuousDays", problems);
    checkDays(retention.eventDays(), at + "eventDays", problems);
    checkDays(retention.minDays(), at + "minDays", problems);
    checkDaysOf(retention.labelDays(), at + "labelDays/", problems);
    checkDaysOf(retention.zoneDays(), at + "zoneDays/", problems);
    if (retention.minDays() > Math.max(retention.continuousDays(), retention.eventDays())) {
      problems.add(
          new Problem(at + "minDays", "must not be more than continuousDays and eventDays"));
    }
    if (retention.maxBytes().orElse(1) <= 0) {
      problems.add(new Problem(at + "maxBytes", "must be more than 0"));
    }
  }

  private static void checkDuration(
      Duration duration, Duration most, String pointer, List<Problem> problems) {
    if (duration.isNegative() || duration.compareTo(most) > 0) {
      problems.add(new Problem(pointer, "must be from 0 to " + most.toSeconds()));
    }
  }

  private static void checkDays(double days, String pointer, List<Problem> problems) {
    if (!(days >= 0 && days <= MAX_DAYS)) {
      problems.add(new Problem(pointer, "must be from 0 to " + (long) MAX_DAYS));
    }
  }

  /** A zone need not be there: its name may come, and footage outlives it. */
  private static void checkDaysOf(
      Map<String, Double> days, String pointer, List<Problem> problems) {
    checkCount(days.size(), pointer.substring(0, pointer.length() - 1), problems);
    days.forEach(
        (name, most) -> {
          String escaped = name.replace("~", "~0").replace("/", "~1");
          checkText(name, pointer + escaped, problems);
          checkDays(most, pointer + escaped, problems);
        });
  }

  private List<Camera.DetectorBinding> checkDetectors(
      List<Camera.DetectorBinding> given, Optional<Present> present, List<Problem> problems) {
    checkCount(given.size(), "/detectors", problems);
    var seen = new HashSet<String>();
    var checked = new ArrayList<Camera.DetectorBinding>();
    for (int i = 0; i < given.size(); i++) {
      Camera.DetectorBinding binding = given.get(i);
      String pointer = "/detectors/" + i;
      if (!seen.add(binding.id())) {
        problems.add(new Problem(pointer + "/id", "is there twice"));
      } else {
        checkDetector(binding, kept(binding, present), pointer, checked, problems);
      }
    }
    return checked;
  }

  /**
   * @param kept as the camera has it already: what was right once, and is not any more, e.g. since
   *     a model was replaced, does not stand in the way of other changes
   */
  private void checkDetector(
      Camera.DetectorBinding binding,
      Optional<Camera.DetectorBinding> kept,
      String pointer,
      List<Camera.DetectorBinding> checked,
      List<Problem> problems) {
    try {
      Map<String, Object> settings = catalog.check(Kind.DETECTOR, binding.id(), binding.settings());
      checked.add(new Camera.DetectorBinding(binding.id(), settings));
    } catch (InvalidSettingsException e) {
      kept.ifPresentOrElse(
          checked::add, () -> problems.addAll(e.under(pointer + "/settings").problems()));
    } catch (NoSuchElementException e) {
      kept.ifPresentOrElse(
          checked::add,
          () -> problems.add(new Problem(pointer + "/id", "there is no such detector")));
    }
  }

  private static Optional<Camera.DetectorBinding> kept(
      Camera.DetectorBinding binding, Optional<Present> present) {
    return present.flatMap(
        old ->
            old.camera().detectors().stream()
                .filter(one -> one.id().equals(binding.id()))
                .filter(one -> Json.same(one.settings(), binding.settings()))
                .findFirst());
  }

  private static void checkZones(List<Camera.Zone> zones, List<Problem> problems) {
    checkCount(zones.size(), "/zones", problems);
    var names = new HashSet<String>();
    for (int i = 0; i < zones.size(); i++) {
      Camera.Zone zone = zones.get(i);
      String pointer = "/zones/" + i;
      checkText(zone.name(), pointer + "/name", problems);
      if (!names.add(zone.name())) {
        problems.add(new Problem(pointer + "/name", "is the name of another zone"));
      }
      if (zone.isLine()) {
        checkLine(zone.polygon(), pointer + "/polygon", problems);
      } else {
        checkPolygon(zone.polygon(), pointer + "/polygon", problems);
      }
      checkTexts(zone.labels(), pointer + "/labels", problems);
      if (!(zone.minArea() >= 0 && zone.minArea() <= 1)) {
        problems.add(new Problem(pointer + "/minArea", "must be a fraction from 0 to 1"));
      }
      if (!(zone.loiterSeconds() >= 0 && zone.loiterSeconds() <= MAX_LOITER_SECONDS)) {
        problems.add(
            new Problem(
                pointer + "/loiterSeconds", "must be from 0 to " + (long) MAX_LOITER_SECONDS));
      } else if (zone.isLine() && zone.loiterSeconds() > 0) {
        problems.add(new Problem(pointer + "/loiterSeconds", "must be 0 for a line"));
      }
    }
  }

  private static void checkLine(List<Camera.Point> line, String pointer, List<Problem> problems) {
    if (line.get(0).equals(line.get(1))) {
      problems.add(new Problem(pointer, "must have two different ends"));
    }
  }

  private static void checkPolygon(
      List<Camera.Point> polygon, String pointer, List<Problem> problems) {
    if (polygon.stream().distinct().count() < 3 || polygon.size() > MAX_CORNERS) {
      problems.add(
          new Problem(
              pointer, "must have from 3 to " + MAX_CORNERS + " corners, not all the same"));
    }
  }

  private static void checkTexts(List<String> texts, String pointer, List<Problem> problems) {
    checkCount(texts.size(), pointer, problems);
    for (int i = 0; i < texts.size(); i++) {
      checkText(texts.get(i), pointer + "/" + i, problems);
    }
  }

  private static void checkCount(int count, String pointer, List<Problem> problems) {
    if (count > MAX_ITEMS) {
      problems.add(new Problem(pointer, "must not be more than " + MAX_ITEMS));
    }
  }

  private static void checkText(String text, String pointer, List<Problem> problems) {
    int length = text.codePointCount(0, text.length());
    if (text.isBlank() || length > MAX_TEXT) {
      problems.add(new Problem(pointer, "must have from 1 to " + MAX_TEXT + " characters"));
    } else if (text.codePoints().anyMatch(DraftCheck::unprintable)) {
      problems.add(
          new Problem(pointer, "must not contain line breaks, control characters or the like"));
    }
  }

  /** Breaks lines, drives terminals, reverses text, or is half a character. */
  private static boolean unprintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED,
          Character.PRIVATE_USE ->
          true;
      default ->
          (codePoint >= 0x202a && codePoint <= 0x202e)
              || (codePoint >= 0x2066 && codePoint <= 0x2069);
    };
  }
}
