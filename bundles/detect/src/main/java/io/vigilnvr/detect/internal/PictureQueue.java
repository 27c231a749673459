package io.vigilnvr.detect.internal;

import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventLog;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes pictures of events and hands them to the log, on a thread of its own: a disk that does not
 * answer keeps no detector from looking. Thread-safe.
 */
final class PictureQueue implements Album {
  private static final Logger log = LoggerFactory.getLogger(PictureQueue.class);

  /** Each may hold a frame. */
  private static final int MOST = 16;

  private record Entry(Event event, Source picture) {}

  private final EventLog events;
  private final Map<String, Entry> waiting = new LinkedHashMap<>();
  private long forgotten;

  PictureQueue(EventLog events) {
    this.events = events;
  }

  @Override
  public synchronized void put(Event event, Source picture) {
    if (!waiting.containsKey(event.id()) && waiting.size() >= MOST) {
      Iterator<Entry> oldest = waiting.values().iterator();
      oldest.next();
      oldest.remove();
      if (forgotten++ == 0) {
        log.warn("pictures of events cannot be kept as fast as they come: some are left out");
      }
    }
    waiting.put(event.id(), new Entry(event, picture));
    notifyAll();
  }

  /** The task. */
  void run() throws InterruptedException {
    while (true) {
      Entry next = take();
      try {
        events.keepPicture(next.event, next.picture.jpeg());
      } catch (IOException | RuntimeException e) {
        log.warn("no picture of event {} is kept", next.event.id(), e);
      }
    }
  }

  private synchronized Entry take() throws InterruptedException {
    while (waiting.isEmpty()) {
      forgotten = 0;
      wait();
    }
    Iterator<Entry> oldest = waiting.values().iterator();
    Entry next = oldest.next();
    oldest.remove();
    return next;
  }
}
