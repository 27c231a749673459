package io.vigilnvr.rest.internal;

import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.ChangeObserver;
import org.osgi.service.component.annotations.Component;

/**
 * Wakes {@link EventFeed} when events have changed, or who may see them. It needs nothing of what
 * it hears of: else they would wait for each other at the start.
 */
@Component(service = {EventBell.class, ChangeObserver.class})
public final class EventBell implements ChangeObserver {
  /** What has happened since the last time. */
  record Rung(boolean events, boolean access) {}

  private boolean events;
  private boolean access;

  @Override
  public synchronized void changed(Change change) {
    if (change instanceof Change.EventChanged) {
      events = true;
      notifyAll();
    } else if (change instanceof Change.AccessChanged) {
      access = true;
      notifyAll();
    }
  }

  /** Waits for something, at most so long. */
  synchronized Rung await(long atMostMillis) throws InterruptedException {
    long deadline = System.nanoTime() + atMostMillis * 1_000_000;
    long left = atMostMillis;
    while (!events && !access && left > 0) {
      wait(left);
      left = (deadline - System.nanoTime()) / 1_000_000;
    }
    var rung = new Rung(events, access);
    events = false;
    access = false;
    return rung;
  }
}
