package io.vigilnvr.rest.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraDraft;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import io.vigilnvr.api.record.RecordingPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A camera, as it is sent and as it is shown. */
final class CameraBody {
  private static final double MOST_SECONDS = 3600;
  private static final double MOST_DAYS = 36_500;
  private static final int MOST_CORNERS = 200;
  private static final int MOST_ITEMS = 100;

  private CameraBody() {}

  /** What is shown of a secret setting: {@code passwordSet} for {@code password}. */
  private static final String SET = "Set";

  record CameraRequest(
      String name,
      String driver,
      @Nullable Boolean enabled,
      Map<String, Object> settings,
      @Nullable RecordingBody recording,
      @Nullable List<DetectorBody> detectors,
      @Nullable List<ZoneBody> zones,
      @Nullable List<MaskBody> masks,
      @Nullable List<String> labels) {
    @Override
    public String toString() {
      return "CameraRequest[" + name + "]";
    }
  }

  /**
   * @param schedule must be null: there are none yet
   */
  record RecordingBody(
      @Nullable String mode,
      @Means(StreamRole.class) @Nullable String stream,
      @Nullable Number preRollSeconds,
      @Nullable Number postRollSeconds,
      @Nullable Object schedule,
      @Nullable RetentionBody retention) {}

  record RetentionBody(
      @Nullable Number continuousDays,
      @Nullable Number eventDays,
      @Nullable Long maxBytes,
      @Nullable Number minDays,
      @Nullable Map<String, Number> labelDays,
      @Nullable Map<String, Number> zoneDays) {}

  record DetectorBody(String id, @Nullable Map<String, Object> settings) {}

  record ZoneBody(
      String name,
      List<List<Double>> polygon,
      @Nullable List<String> labels,
      @Nullable Double minArea,
      @Nullable Number loiterSeconds) {}

  record MaskBody(List<List<Double>> polygon) {}

  record CameraView(
      String id,
      String name,
      String driver,
      boolean enabled,
      Map<String, Object> settings,
      RecordingBody recording,
      List<DetectorBody> detectors,
      List<ZoneBody> zones,
      List<MaskBody> masks,
      List<String> labels,
      Instant createdAt) {}

  /**
   * @param withSettings whether the reader may know where and how the camera is reached
   */
  static CameraView view(Camera camera, boolean withSettings) {
    var settings = new LinkedHashMap<String, Object>();
    if (withSettings) {
      camera.settings().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(setting -> settings.put(setting.getKey(), setting.getValue()));
      camera.secretsSet().stream().sorted().forEach(name -> settings.put(name + SET, true));
    }
    RecordingPlan plan = camera.recording();
    RecordingPlan.Retention retention = plan.retention();
    return new CameraView(
        camera.id().value(),
        camera.name(),
        camera.driver(),
        camera.enabled(),
        settings,
        new RecordingBody(
            plan.mode(),
            plan.stream().word(),
            number(plan.preRoll().toMillis() / 1000.0),
            number(plan.postRoll().toMillis() / 1000.0),
            null,
            new RetentionBody(
                number(retention.continuousDays()),
                number(retention.eventDays()),
                retention.maxBytes().isPresent() ? retention.maxBytes().getAsLong() : null,
                number(retention.minDays()),
                days(retention.labelDays()),
                days(retention.zoneDays()))),
        camera.detectors().stream().map(one -> new DetectorBody(one.id(), one.settings())).toList(),
        camera.zones().stream()
            .map(
                zone ->
                    new ZoneBody(
                        zone.name(),
                        corners(zone.polygon()),
                        zone.labels(),
                        zone.minArea(),
                        number(zone.loiterSeconds())))
            .toList(),
        camera.masks().stream().map(mask -> new MaskBody(corners(mask.polygon()))).toList(),
        camera.labels(),
        camera.createdAt());
  }

  private static Map<String, Number> days(Map<String, Double> days) {
    var sorted = new TreeMap<String, Number>();
    days.forEach((name, most) -> sorted.put(name, number(most)));
    return sorted;
  }

  /** Whole numbers without a decimal point. */
  private static Number number(double value) {
    if (value == Math.rint(value)) {
      return (long) value;
    }
    return value;
  }

  private static List<List<Double>> corners(List<Camera.Point> polygon) {
    return polygon.stream().map(point -> List.of(point.x(), point.y())).toList();
  }

  /**
   * Takes out what we put in to show that a secret is set, so that what was read can be sent back.
   */
  static Map<String, Object> withoutFlags(
      Map<String, Object> settings, Predicate<String> isSecret) {
    var kept = new HashMap<>(settings);
    kept.keySet()
        .removeIf(
            name ->
                name.endsWith(SET)
                    && isSecret.test(name.substring(0, name.length() - SET.length())));
    return kept;
  }

  /**
   * What is asked for, with defaults for what is left out.
   *
   * @throws ProblemException naming each field that is wrong whatever the driver says
   */
  static CameraDraft draft(CameraRequest request, Predicate<String> isSecret) {
    var problems = new ArrayList<Problem>();
    request
        .settings()
        .forEach(
            (name, value) -> {
              if (value == null) {
                problems.add(new Problem("/settings/" + name, "must not be null; leave it out"));
              }
            });
    RecordingPlan plan = plan(request.recording(), problems);
    var detectors = new ArrayList<Camera.DetectorBinding>();
    for (DetectorBody one : orNone(request.detectors(), "/detectors", problems)) {
      var settings = one.settings();
      detectors.add(new Camera.DetectorBinding(one.id(), settings == null ? Map.of() : settings));
    }
    var zones = new ArrayList<Camera.Zone>();
    for (ZoneBody zone : orNone(request.zones(), "/zones", problems)) {
      String at = "/zones/" + zones.size();
      double minArea = zone.minArea() == null ? 0 : zone.minArea();
      if (!(minArea >= 0 && minArea <= 1)) {
        problems.add(new Problem(at + "/minArea", "must be a fraction from 0 to 1"));
      }
      zones.add(
          new Camera.Zone(
              zone.name(),
              polygon(zone.polygon(), 2, at + "/polygon", problems),
              orNone(zone.labels(), at + "/labels", problems),
              minArea,
              inRange(zone.loiterSeconds(), 0, MOST_SECONDS, at + "/loiterSeconds", problems)));
    }
    var masks = new ArrayList<Camera.Mask>();
    for (MaskBody mask : orNone(request.masks(), "/masks", problems)) {
      masks.add(
          new Camera.Mask(
              polygon(mask.polygon(), 3, "/masks/" + masks.size() + "/polygon", problems)));
    }
    List<String> labels = orNone(request.labels(), "/labels", problems);
    if (!problems.isEmpty()) {
      throw ProblemException.invalid(problems);
    }
    return new CameraDraft(
        request.name(),
        request.driver(),
        request.enabled() == null || request.enabled(),
        withoutFlags(request.settings(), isSecret),
        plan,
        detectors,
        zones,
        masks,
        labels);
  }

  private static <T> List<T> orNone(@Nullable List<T> list, String at, List<Problem> problems) {
    if (list == null) {
      return List.of();
    }
    if (list.size() > MOST_ITEMS) {
      problems.add(new Problem(at, "must not have more than " + MOST_ITEMS + " entries"));
      return List.of();
    }
    return list;
  }

  private static RecordingPlan plan(@Nullable RecordingBody body, List<Problem> problems) {
    RecordingPlan or = RecordingPlan.DEFAULT;
    if (body == null) {
      return or;
    }
    StreamRole stream = or.stream();
    if (body.stream() != null) {
      try {
        stream = StreamRole.of(body.stream());
      } catch (IllegalArgumentException e) {
        problems.add(new Problem("/recording/stream", "must be main or sub"));
      }
    }
    if (body.schedule() != null) {
      problems.add(new Problem("/recording/schedule", "must be null: there are no schedules yet"));
    }
    return new RecordingPlan(
        body.mode() == null ? or.mode() : body.mode(),
        stream,
        seconds(body.preRollSeconds(), or.preRoll(), "/recording/preRollSeconds", problems),
        seconds(body.postRollSeconds(), or.postRoll(), "/recording/postRollSeconds", problems),
        retention(body.retention(), or.retention(), problems));
  }

  private static RecordingPlan.Retention retention(
      @Nullable RetentionBody body, RecordingPlan.Retention or, List<Problem> problems) {
    if (body == null) {
      return or;
    }
    String at = "/recording/retention/";
    Long maxBytes = body.maxBytes();
    if (maxBytes != null && maxBytes < 0) {
      problems.add(new Problem(at + "maxBytes", "must not be negative"));
    }
    return new RecordingPlan.Retention(
        inRange(
            body.continuousDays(), or.continuousDays(), MOST_DAYS, at + "continuousDays", problems),
        inRange(body.eventDays(), or.eventDays(), MOST_DAYS, at + "eventDays", problems),
        maxBytes == null ? OptionalLong.empty() : OptionalLong.of(maxBytes),
        inRange(body.minDays(), or.minDays(), MOST_DAYS, at + "minDays", problems),
        days(body.labelDays(), or.labelDays(), at + "labelDays", problems),
        days(body.zoneDays(), or.zoneDays(), at + "zoneDays", problems));
  }

  private static Map<String, Double> days(
      @Nullable Map<String, Number> body,
      Map<String, Double> or,
      String at,
      List<Problem> problems) {
    if (body == null) {
      return or;
    }
    if (body.size() > MOST_ITEMS) {
      problems.add(new Problem(at, "must not have more than " + MOST_ITEMS + " entries"));
      return or;
    }
    var days = new HashMap<String, Double>();
    body.forEach(
        (name, most) -> {
          String pointer = at + "/" + name.replace("~", "~0").replace("/", "~1");
          if (most == null) {
            problems.add(new Problem(pointer, "must not be null; leave it out"));
          } else {
            days.put(name, inRange(most, 0, MOST_DAYS, pointer, problems));
          }
        });
    return days;
  }

  private static Duration seconds(
      @Nullable Number value, Duration or, String pointer, List<Problem> problems) {
    double seconds = inRange(value, or.toMillis() / 1000.0, MOST_SECONDS, pointer, problems);
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  private static double inRange(
      @Nullable Number value, double or, double most, String pointer, List<Problem> problems) {
    double number = value == null ? or : value.doubleValue();
    if (!(number >= 0 && number <= most)) {
      problems.add(new Problem(pointer, "must be a number from 0 to " + number(most)));
      return or;
    }
    return number;
  }

  private static List<Camera.Point> polygon(
      List<List<Double>> corners, int least, String at, List<Problem> problems) {
    if (corners.size() < least || corners.size() > MOST_CORNERS) {
      problems.add(new Problem(at, "must have " + least + " to " + MOST_CORNERS + " corners"));
    }
    var polygon = new ArrayList<Camera.Point>();
    for (int i = 0; i < corners.size(); i++) {
      List<Double> corner = corners.get(i);
      try {
        if (corner.size() != 2) {
          throw new IllegalArgumentException("must be [x, y]");
        }
        polygon.add(new Camera.Point(corner.get(0), corner.get(1)));
      } catch (IllegalArgumentException e) {
        problems.add(new Problem(at + "/" + i, String.valueOf(e.getMessage())));
      }
    }
    return polygon;
  }
}
