package io.vigilnvr.event.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.event.Event;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events as observers are told of them: as the HTTP API has them, but for what it adds. */
final class EventJson {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private EventJson() {}

  static Map<String, Object> of(Event event) {
    var map = new LinkedHashMap<String, @Nullable Object>(whose(event.id(), event.camera()));
    map.put("type", event.type().word());
    map.put("label", event.label());
    map.put("score", event.score().isPresent() ? event.score().getAsDouble() : null);
    map.put("startedAt", text(event.startedAt()));
    map.put("endedAt", event.endedAt().map(EventJson::text).orElse(null));
    map.put("zones", event.zones());
    map.put("box", event.box().map(EventJson::of).orElse(null));
    map.put("detector", event.detector().orElse(null));
    map.put("reviewed", event.reviewed());
    map.put("retained", event.retained());
    map.put("data", event.data());
    return withNulls(map);
  }

  /** All that is said of one that was deleted. */
  static Map<String, Object> whose(String id, CameraId camera) {
    return Map.of("id", id, "cameraId", camera.value());
  }

  private static Map<String, Double> of(Event.Box box) {
    return Map.of("x", box.x(), "y", box.y(), "width", box.width(), "height", box.height());
  }

  private static String text(Instant at) {
    return MILLIS.format(at);
  }

  /** JSON's null is a value of these maps, for which their type has no word. */
  @SuppressWarnings("NullAway")
  private static Map<String, Object> withNulls(Map<String, @Nullable Object> map) {
    return map;
  }
}
