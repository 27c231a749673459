package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.event.EventStore.Kept;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.task.Tasks;
import java.util.List;
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
 * Tells those who follow what the database has after the revision that they know, from one task.
 * What is told on the way only wakes it: so nothing is told twice, or in another order, and whoever
 * comes back goes on where they were.
 */
@Component(service = EventFeed.class)
public final class EventFeed {
  private static final Logger log = LoggerFactory.getLogger(EventFeed.class);
  private static final int MOST_FOLLOWERS = 256;
  private static final int PAGE = 200;
  private static final long STEP_MILLIS = 500;
  private static final long HEARTBEAT_NANOS = 15_000_000_000L;
  private static final String COMMENT = ":\n\n";

  private final EventBell bell;
  private final Backend backend;
  private final Set<EventFollower> followers = ConcurrentHashMap.newKeySet();

  @Activate
  public EventFeed(
      @Reference EventBell bell,
      @Reference Backend backend,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks) {
    this.bell = bell;
    this.backend = backend;
    tasks.start("events", this::run);
  }

  /** Whoever follows comes back, to the next instance. */
  @Deactivate
  void deactivate() {
    followers.forEach(follower -> follower.client().close());
  }

  /** Says whether there is room. */
  boolean join(EventFollower follower) {
    if (followers.size() >= MOST_FOLLOWERS) {
      return false;
    }
    follower.client().offer("retry", "retry: 2000\n\n");
    followers.add(follower);
    return true;
  }

  void leave(EventFollower follower) {
    follower.client().forget();
    followers.remove(follower);
  }

  private void run() throws InterruptedException {
    long heartbeat = System.nanoTime() + HEARTBEAT_NANOS;
    while (true) {
      EventBell.Rung rung = bell.await(STEP_MILLIS);
      followers.removeIf(follower -> follower.client().isClosed());
      if (followers.isEmpty()) {
        continue;
      }
      boolean isDue = System.nanoTime() - heartbeat >= 0;
      if (rung.access() || isDue) {
        attempt(this::letOutWhoMayNotStay);
      }
      attempt(this::catchUp);
      if (isDue) {
        heartbeat = System.nanoTime() + HEARTBEAT_NANOS;
        followers.forEach(follower -> follower.client().beat(COMMENT));
      }
    }
  }

  /** What is away just now is asked for again with the next step. */
  private static void attempt(Runnable telling) {
    try {
      telling.run();
    } catch (ProblemException | StoreUnavailableException e) {
      log.debug("events could not be told", e);
    } catch (RuntimeException e) {
      log.warn("events could not be told", e);
    }
  }

  /** Page by page, beginning with whoever is furthest behind. */
  private void catchUp() {
    while (true) {
      List<EventFollower> ready = followers.stream().filter(EventFollower::takesMore).toList();
      if (ready.isEmpty()) {
        return;
      }
      long known = ready.stream().mapToLong(EventFollower::revision).min().getAsLong();
      List<Kept> page = backend.events().changedAfter(known, PAGE);
      Access access = backend.access();
      for (Kept kept : page) {
        EventView view = EventView.of(backend, kept);
        for (EventFollower follower : ready) {
          if (follower.revision() < kept.revision()) {
            follower.tell(kept, view, access);
          }
        }
      }
      if (page.size() < PAGE) {
        return;
      }
    }
  }

  /** Ends for whoever is not who they were when they came. */
  private void letOutWhoMayNotStay() {
    for (EventFollower follower : followers) {
      ChangeClient client = follower.client();
      Optional<Identity> now = backend.accounts().peek(client.secret());
      if (!now.equals(Optional.of(client.who()))) {
        client.end("session", ChangeNotice.text("session", new ChangeNotice.SessionEnd(true)));
      }
    }
  }
}
