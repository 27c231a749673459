package io.vigilnvr.detect.internal;

import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.Event.Box;
import io.vigilnvr.api.event.EventLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/** An event that lasts, as it is told to the log: not more often than it is worth. */
final class Story {
  /** Told at most once in so long, but for its end and for what somebody waits for. */
  private static final Duration PACE = Duration.ofSeconds(1);

  /** More than are seen until a picture is there. */
  private static final int SIGHTINGS = 64;

  private record Sighting(Instant at, Box box) {}

  /** What is to be said of it by now. */
  record Content(String label, double score, List<String> zones, Map<String, Object> data) {
    Content {
      zones = List.copyOf(zones);
      data = new LinkedHashMap<>(data);
    }
  }

  private final EventLog log;
  private Event event;
  private Instant toldAt;

  // Of its best picture.
  private double worth;
  private Box box;
  private Instant boxAt;
  private Instant bestAt;

  private final Deque<Sighting> sightings = new ArrayDeque<>();

  /** One that the log was told of. */
  Story(EventLog log, Event event, double worth, Instant at) {
    this.log = log;
    this.event = event;
    this.worth = worth;
    box = event.box().orElseThrow();
    boxAt = at;
    bestAt = at;
    toldAt = at;
  }

  String id() {
    return event.id();
  }

  /** As it was last told. */
  Event event() {
    return event;
  }

  /** How good the picture is that is kept of it. */
  double worth() {
    return worth;
  }

  Instant bestAt() {
    return bestAt;
  }

  /** Another picture shows it better. */
  void best(double betterWorth, Box where, Instant at) {
    worth = betterWorth;
    box = where;
    boxAt = at;
    bestAt = at;
  }

  /** The picture that is kept was taken then: the box becomes that of the nearest sighting. */
  void pictured(Instant at) {
    bestAt = at;
    sightings.forEach(this::nearer);
  }

  /** It was there then. A picture made elsewhere may show a moment before or after this. */
  void seen(Instant at, Box where) {
    var sighting = new Sighting(at, where);
    nearer(sighting);
    sightings.add(sighting);
    if (sightings.size() > SIGHTINGS) {
      sightings.remove();
    }
  }

  private void nearer(Sighting sighting) {
    Duration apart = Duration.between(sighting.at, bestAt).abs();
    if (apart.compareTo(Duration.between(boxAt, bestAt).abs()) < 0) {
      box = sighting.box;
      boxAt = sighting.at;
    }
  }

  /**
   * It goes on.
   *
   * @param urgent whether something is new that somebody waits for, e.g. a zone
   */
  void goOn(Instant at, Content content, boolean urgent) {
    if (urgent || !at.isBefore(toldAt.plus(PACE))) {
      toldAt = at;
      UnaryOperator<Event> change = present -> with(present, content, Optional.empty());
      event = change.apply(event);
      log.update(event.id(), change);
    }
  }

  void end(Instant at, Content content) {
    Instant end = at.isBefore(event.startedAt()) ? event.startedAt() : at;
    UnaryOperator<Event> change = present -> with(present, content, Optional.of(end));
    event = change.apply(event);
    log.end(event.id(), change);
  }

  /** What others changed meanwhile, e.g. its marks, stays as it is. */
  private Event with(Event present, Content content, Optional<Instant> endedAt) {
    Map<String, Object> data = new LinkedHashMap<>(present.data());
    data.put("bestAt", Rounded.of(bestAt));
    data.putAll(content.data());
    return new Event(
        present.id(),
        present.camera(),
        present.type(),
        content.label(),
        OptionalDouble.of(content.score()),
        present.startedAt(),
        endedAt,
        content.zones(),
        Optional.of(box),
        present.detector(),
        present.reviewed(),
        present.retained(),
        data);
  }
}
