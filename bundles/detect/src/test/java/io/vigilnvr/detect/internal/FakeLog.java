package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventLog;
import io.vigilnvr.api.event.EventStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Remembers what it was told. Thread-safe. */
final class FakeLog implements EventLog {
  private final Map<String, Event> events = new LinkedHashMap<>();
  private final Map<String, Jpeg> pictures = new LinkedHashMap<>();
  private final List<String> sources = new ArrayList<>();
  private int updates;
  private int most = Integer.MAX_VALUE;

  /** More events than that are refused. */
  synchronized void allow(int events) {
    most = events;
  }

  synchronized List<Event> all() {
    return List.copyOf(events.values());
  }

  synchronized Event only() {
    if (events.size() != 1) {
      throw new AssertionError("not one event: " + events.values());
    }
    return events.values().iterator().next();
  }

  synchronized int updates() {
    return updates;
  }

  synchronized List<String> sources() {
    return List.copyOf(sources);
  }

  synchronized List<Event> lasting() {
    return events.values().stream().filter(event -> event.endedAt().isEmpty()).toList();
  }

  @Override
  public synchronized String newId() {
    return "event" + (sources.size() + 1);
  }

  @Override
  public synchronized void begin(String source, Event event) throws TooManyEventsException {
    sources.add(source);
    if (events.size() >= most) {
      throw new TooManyEventsException(source + " tells too much", Duration.ofSeconds(1));
    }
    if (events.putIfAbsent(event.id(), event) != null) {
      throw new AssertionError("told twice: " + event);
    }
  }

  @Override
  public synchronized void update(String id, UnaryOperator<Event> change) {
    Event event = events.get(id);
    if (event != null && event.endedAt().isEmpty()) {
      updates++;
      events.put(id, change.apply(event));
    }
  }

  @Override
  public synchronized void end(String id, UnaryOperator<Event> change) {
    Event event = events.get(id);
    if (event != null && event.endedAt().isEmpty()) {
      events.put(id, change.apply(event));
    }
  }

  @Override
  public EventStore.Kept report(String source, Event event) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<EventStore.Kept> change(
      String id, Change.Step step, UnaryOperator<Event> change) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized List<Event> recent(CameraId camera) {
    return events.values().stream().filter(event -> event.camera().equals(camera)).toList();
  }

  /** As an album. */
  void keep(Event event, Album.Source picture) {
    try {
      keepPicture(event, picture.jpeg());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void keepPicture(Event event, Jpeg picture) {
    pictures.put(event.id(), picture);
  }

  @Override
  public synchronized Optional<Jpeg> picture(String id, Instant startedAt) {
    return Optional.ofNullable(pictures.get(id));
  }
}
