package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.task.Tasks;
import io.vigilnvr.rest.internal.ChangeInbox.Note;
import io.vigilnvr.rest.internal.ChangeNotice.Audience;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who follow what changes, from one task: what was noted at once, counters every two
 * seconds, the system every five. Each notice is written once and offered to everybody who may see
 * it. Without followers nothing is looked at.
 */
@Component(service = ChangeFeed.class)
public final class ChangeFeed {
  private static final Logger log = LoggerFactory.getLogger(ChangeFeed.class);
  private static final int MOST_CLIENTS = 256;
  private static final long STEP_MILLIS = 500;
  private static final Duration STATUS = Duration.ofSeconds(2);
  private static final Duration SYSTEM = Duration.ofSeconds(5);
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final String COMMENT = ":\n\n";

  private final ChangeInbox inbox;
  private final Backend backend;
  private final KeptExports exports;
  private final SystemSampler sampler;
  private final Set<ChangeClient> clients = ConcurrentHashMap.newKeySet();

  /** How cameras and the system are, as told last: what whoever comes now is told first. */
  private final Map<String, ChangeNotice> latest = new ConcurrentHashMap<>();

  @Activate
  public ChangeFeed(
      @Reference ChangeInbox inbox,
      @Reference Backend backend,
      @Reference KeptExports exports,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks) {
    this.inbox = inbox;
    this.backend = backend;
    this.exports = exports;
    this.sampler = new SystemSampler(backend);
    tasks.start("changes", this::run);
  }

  /** Whoever follows comes back, to the next instance. */
  @Deactivate
  void deactivate() {
    clients.forEach(ChangeClient::close);
  }

  /** Says whether there is room. */
  boolean join(ChangeClient client) {
    if (clients.size() >= MOST_CLIENTS) {
      return false;
    }
    client.offer(
        "hello",
        "retry: 2000\n"
            + ChangeNotice.text(
                "hello", new ChangeNotice.Hello(backend.version(), backend.startedAt())));
    clients.add(client);
    Access access = backend.access();
    latest.values().stream()
        .filter(notice -> notice.audience().includes(access, client.who()))
        .forEach(notice -> client.offer(notice.key(), notice.text()));
    return true;
  }

  void leave(ChangeClient client) {
    client.forget();
    clients.remove(client);
  }

  private void run() throws InterruptedException {
    var status = new Every(STATUS);
    var system = new Every(SYSTEM);
    var heartbeat = new Every(HEARTBEAT);
    while (true) {
      List<Note> notes = inbox.take(STEP_MILLIS);
      clients.removeIf(ChangeClient::isClosed);
      if (clients.isEmpty()) {
        latest.clear();
        continue;
      }
      for (Note note : notes) {
        attempt(() -> see(note));
      }
      if (status.isDue()) {
        attempt(() -> backend.cameras().cameras().forEach(this::tellStatus));
      }
      if (system.isDue()) {
        attempt(this::tellSystem);
      }
      if (heartbeat.isDue()) {
        letOutWhoMayNotStay();
        clients.forEach(client -> client.beat(COMMENT));
      }
    }
  }

  /** Due at first, and then each time so long after the last. */
  private static final class Every {
    private final long nanos;
    private long next = System.nanoTime();

    Every(Duration pause) {
      nanos = pause.toNanos();
    }

    boolean isDue() {
      long now = System.nanoTime();
      if (now - next < 0) {
        return false;
      }
      next = now + nanos;
      return true;
    }
  }

  /** What is away just now, or has just gone, is told of when it is back. */
  private static void attempt(Runnable telling) {
    try {
      telling.run();
    } catch (ProblemException | StoreUnavailableException | NoSuchElementException e) {
      log.debug("a change could not be told", e);
    } catch (RuntimeException e) {
      log.warn("a change could not be told", e);
    }
  }

  private void see(Note note) {
    if (note instanceof Note.OfCamera of) {
      see(of.camera(), of.change());
    } else if (note instanceof Note.Of of) {
      see(of.change());
    }
  }

  private void see(CameraId camera, String change) {
    tell(
        ChangeNotice.of(
            "camera",
            camera.value(),
            Audience.of(Action.VIEW_LIVE, camera),
            new ChangeNotice.CameraChange(camera.value(), change)));
    if (change.equals("removed")) {
      latest.remove("status " + camera.value());
    }
  }

  private void see(Change change) {
    if (change instanceof Change.StatusChanged status) {
      backend.cameras().camera(status.camera()).ifPresent(this::tellStatus);
    } else if (change instanceof Change.VolumeChanged volume) {
      String id = volume.volume().value();
      tell(ChangeNotice.of("volume", id, Audience.admins(), new ChangeNotice.IdChange(id)));
    } else if (change instanceof Change.PluginChanged plugin) {
      tell(
          ChangeNotice.of(
              "plugin", plugin.id(), Audience.admins(), new ChangeNotice.IdChange(plugin.id())));
    } else if (change instanceof Change.ExportChanged export) {
      Object view =
          exports
              .find(export.id())
              .<Object>map(kept -> kept)
              .orElseGet(
                  () ->
                      new ChangeNotice.ExportRemoved(
                          export.id(), export.camera().value(), "removed"));
      tell(
          ChangeNotice.of(
              "export", export.id(), Audience.of(Action.EXPORT, export.camera()), view));
    } else if (change instanceof Change.ViewsChanged) {
      tell(ChangeNotice.of("view", "", Audience.everybody(), new ChangeNotice.ViewChange()));
    } else if (change instanceof Change.AccessChanged) {
      letOutWhoMayNotStay();
    } else if (change instanceof Change.EventChanged event) {
      Audience audience =
          event
              .camera()
              .map(camera -> Audience.of(Action.VIEW_LIVE, camera))
              .orElse(Audience.admins());
      tell(
          ChangeNotice.of(
              "event",
              event.id(),
              audience,
              new ChangeNotice.EventChange(
                  event.step().name().toLowerCase(Locale.ROOT), shown(event))));
    }
  }

  /** As the API shows it; or, if the database is away by now, as it was told. */
  private Map<String, Object> shown(Change.EventChanged event) {
    if (event.step() == Change.Step.DELETE || clients.isEmpty()) {
      return event.event();
    }
    try {
      return backend
          .events()
          .find(event.id())
          .map(kept -> EventView.of(backend, kept).json())
          .orElse(event.event());
    } catch (ProblemException | StoreUnavailableException e) {
      log.debug("event {} could not be looked up", event.id(), e);
      return event.event();
    }
  }

  private void tellStatus(Camera camera) {
    ChangeNotice notice =
        ChangeNotice.of(
            "status",
            camera.id().value(),
            Audience.of(Action.VIEW_LIVE, camera.id()),
            new ChangeNotice.StatusChange(camera.id().value(), StatusView.of(backend, camera)));
    ChangeNotice before = latest.put(notice.key(), notice);
    if (before == null || !before.text().equals(notice.text())) {
      tell(notice);
    }
  }

  private void tellSystem() {
    SystemSampler.Sample now = sampler.sample();
    ChangeNotice notice =
        ChangeNotice.of(
            "system",
            "",
            Audience.admins(),
            new ChangeNotice.SystemChange(
                Health.degraded(backend.healthChecks()),
                now.cpuFraction(),
                now.memoryBytes(),
                now.ingestBps(),
                now.recordBps(),
                now.viewers()));
    latest.put(notice.key(), notice);
    tell(notice);
  }

  private void tell(ChangeNotice notice) {
    Access access = backend.access();
    for (ChangeClient client : clients) {
      if (notice.audience().includes(access, client.who())) {
        client.offer(notice.key(), notice.text());
      }
    }
  }

  /** Ends for whoever is not who they were when they came. */
  private void letOutWhoMayNotStay() {
    for (ChangeClient client : clients) {
      attempt(
          () -> {
            Optional<Identity> now = backend.accounts().peek(client.secret());
            if (!now.equals(Optional.of(client.who()))) {
              client.end(
                  "session", ChangeNotice.text("session", new ChangeNotice.SessionEnd(true)));
            }
          });
    }
  }
}
