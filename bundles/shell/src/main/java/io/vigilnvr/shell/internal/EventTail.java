package io.vigilnvr.shell.internal;

import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventStore;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Prints what changes of events, until it is interrupted. */
@Service
@Command(
    scope = "vigil",
    name = "event-tail",
    description = "Prints events as they begin, go on and end, until Ctrl-C")
@SuppressWarnings("NullAway.Init")
public final class EventTail implements Action {
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int MOST = 500;

  @Option(name = "--json", description = "Writes a JSON object for each line, for scripts")
  boolean json;

  /** The database may be away. */
  @Reference(optional = true)
  @Nullable EventStore events;

  @Reference Session session;

  @Override
  public @Nullable Object execute() throws Exception {
    EventStore store = EventList.present(events);
    long revision = store.revision();
    while (!Thread.currentThread().isInterrupted()) {
      List<EventStore.Kept> changed = store.changedAfter(revision, MOST);
      for (var kept : changed) {
        session.getConsole().println(line(kept, json));
        revision = kept.revision();
      }
      session.getConsole().flush();
      if (changed.size() < MOST) {
        Thread.sleep(PAUSE.toMillis());
      }
    }
    return null;
  }

  static String line(EventStore.Kept kept, boolean json) {
    Event event = kept.event();
    String step = kept.step().name().toLowerCase(Locale.ROOT);
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("step", step);
      line.put("id", event.id());
      line.put("camera", event.camera());
      line.put("type", event.type().word());
      line.put("label", event.label());
      line.put("startedAt", event.startedAt());
      line.put("endedAt", event.endedAt().map(Instant::toString).orElse(""));
      return Json.of(line);
    }
    String text =
        "%s %-6s %s %s %s%s%s"
            .formatted(
                event.startedAt(),
                step,
                event.camera(),
                event.type().word(),
                event.label(),
                event.score().isPresent()
                    ? String.format(Locale.ROOT, " %.2f", event.score().getAsDouble())
                    : "",
                event.endedAt().map(at -> " until " + at).orElse(""));
    // Labels come from other systems, and must not steer the terminal.
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
