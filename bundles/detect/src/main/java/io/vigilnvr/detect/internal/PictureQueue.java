package io.vigilnvr.detect.internal;

import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventLog;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes pictures of events and hands them to the log, on a thread of its own: a disk that does not
 * answer keeps no detector from looking. If there are too many, whoever has most loses their
 * oldest: a detector that floods takes nobody else's. Thread-safe.
 */
final class PictureQueue implements Album {
  private static final Logger log = LoggerFactory.getLogger(PictureQueue.class);

  /** Each may hold a frame. */
  private static final int MOST = 16;

  private record Entry(Event event, Source picture) {
    String source() {
      return event.camera() + " " + event.detector().orElse("");
    }
  }

  private final EventLog events;
  private final Map<String, Entry> waiting = new LinkedHashMap<>();
  private long forgotten;

  PictureQueue(EventLog events) {
    this.events = events;
  }

  @Override
  public synchronized void put(Event event, Source picture) {
    if (!waiting.containsKey(event.id()) && waiting.size() >= MOST) {
      forget();
    }
    waiting.put(event.id(), new Entry(event, picture));
    notifyAll();
  }

  private void forget() {
    Map<String, Long> shares =
        waiting.values().stream()
            .collect(Collectors.groupingBy(Entry::source, Collectors.counting()));
    String greedy = Collections.max(shares.entrySet(), Map.Entry.comparingByValue()).getKey();
    String oldest =
        waiting.values().stream()
            .filter(entry -> entry.source().equals(greedy))
            .findFirst()
            .orElseThrow()
            .event
            .id();
    waiting.remove(oldest);
    if (forgotten++ == 0) {
      log.warn("pictures of events cannot be kept as fast as they come, most of {}", greedy);
    }
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
