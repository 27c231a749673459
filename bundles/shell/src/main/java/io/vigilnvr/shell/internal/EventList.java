package io.vigilnvr.shell.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventFilter;
import io.vigilnvr.api.event.EventStore;
import io.vigilnvr.api.event.EventType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Lists events, the newest first. */
@Service
@Command(scope = "vigil", name = "event-list", description = "Lists events, the newest first")
public final class EventList extends Listing {
  private static final int MOST = 1000;

  @Option(name = "--camera", description = "Only of this camera")
  @Nullable String camera;

  @Option(name = "--type", description = "motion, object, external or system")
  @Nullable String type;

  @Option(name = "--label", description = "Only of this label, e.g. person")
  @Nullable String label;

  @Option(name = "--limit", description = "At most so many, up to 1000")
  int limit = 20;

  /** The database may be away. */
  @Reference(optional = true)
  @Nullable EventStore events;

  static EventStore present(@Nullable EventStore events) {
    if (events == null) {
      throw new IllegalStateException("the database is away");
    }
    return events;
  }

  @Override
  List<String> columns() {
    return List.of(
        "id", "camera", "type", "label", "score", "startedAt", "endedAt", "zones", "detector");
  }

  @Override
  List<List<?>> rows() throws Exception {
    var filter =
        new EventFilter(
            Optional.ofNullable(camera).map(CameraId::new).map(Set::of),
            Optional.ofNullable(type).map(EventType::of),
            Optional.ofNullable(label),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var rows = new ArrayList<List<?>>();
    int most = Math.max(1, Math.min(MOST, limit));
    for (var kept : present(events).list(filter, Optional.empty(), most)) {
      rows.add(row(kept.event()));
    }
    return rows;
  }

  private static List<?> row(Event event) {
    return List.of(
        event.id(),
        event.camera(),
        event.type().word(),
        event.label(),
        event.score().isPresent() ? Math.round(event.score().getAsDouble() * 100) / 100.0 : "",
        event.startedAt(),
        event.endedAt().map(Instant::toString).orElse(""),
        String.join(" ", event.zones()),
        event.detector().orElse(""));
  }
}
