package io.vigilnvr.event.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.event.Change.Step;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lasts, what ended lately, and what waits to be written; in memory, and bounded. Thread-safe;
 * the changes that it is given run under its lock.
 */
final class EventBook {
  private static final Logger log = LoggerFactory.getLogger(EventBook.class);
  static final int MOST_WAITING = 10_000;
  static final Duration RECENT = Duration.ofMinutes(10);

  /** Other systems may forget to end what they began. */
  static final Duration LONGEST_EXTERNAL = Duration.ofHours(24);

  static final int MOST_EXTERNAL = 5_000;

  /** An event that only goes on is written once in so long. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  private static final int MOST_DELETED = 1_000;
  private static final Duration QUIET = Duration.ofMinutes(1);

  private final Clock clock;

  /** In the order in which they began. */
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private final Map<String, Boolean> deleted =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > MOST_DELETED;
        }
      };

  private int waiting;
  private long dropped;
  private Instant droppedAt = Instant.MIN;
  private Instant complained = Instant.MIN;

  private static final class Entry {
    Event event;

    /** As it began, until it has a row. */
    @Nullable Event first;

    /** What is to be written; null if the row is as it should be. */
    @Nullable Step step;

    Instant notBefore = Instant.MIN;
    boolean unwritable;

    Entry(Event event) {
      this.event = event;
    }

    boolean lasts() {
      return event.endedAt().isEmpty();
    }
  }

  /**
   * What is to be written of an event.
   *
   * @param first the row that is to be made first
   * @param now as it is
   */
  record Writing(Optional<Event> first, Event now, Step step) {}

  EventBook(Clock clock) {
    this.clock = clock;
  }

  /**
   * @throws IllegalArgumentException if there is one with that id
   */
  synchronized void begin(Event given) {
    Event event = exact(given);
    if (entries.containsKey(event.id())) {
      throw new IllegalArgumentException("began already: " + event.id());
    }
    var entry = new Entry(event);
    entry.first = event;
    entries.put(event.id(), entry);
    await(entry, Step.NEW);
    while (waiting > MOST_WAITING) {
      dropOne();
    }
  }

  /** Nothing if it is over, or unknown. */
  synchronized void change(String id, Step step, UnaryOperator<Event> change) {
    Entry entry = entries.get(id);
    if (entry == null || !entry.lasts()) {
      return;
    }
    Event after = of(entry.event, change.apply(entry.event));
    if (step == Step.END && after.endedAt().isEmpty()) {
      after = of(after, after.ended(clock.instant()));
    }
    if (!after.equals(entry.event)) {
      entry.event = after;
      await(entry, entry.lasts() ? Step.UPDATE : Step.END);
    }
  }

  private void await(Entry entry, Step step) {
    if (entry.unwritable) {
      return;
    }
    if (entry.step == null) {
      waiting++;
    }
    // Until it has a row it is new, whatever it has become meanwhile.
    entry.step = entry.first == null ? step : Step.NEW;
    if (step != Step.UPDATE) {
      entry.notBefore = Instant.MIN;
    }
  }

  private void settle(Entry entry) {
    if (entry.step != null) {
      entry.step = null;
      waiting--;
    }
  }

  private void dropOne() {
    Entry oldest =
        entries.values().stream()
            .filter(entry -> entry.step != null && entry.first != null && !entry.lasts())
            .findFirst()
            .or(() -> entries.values().stream().filter(entry -> entry.step != null).findFirst())
            .orElseThrow();
    settle(oldest);
    if (oldest.first != null) {
      entries.remove(oldest.event.id());
    }
    dropped++;
    droppedAt = clock.instant();
    if (complained.isBefore(droppedAt.minus(QUIET))) {
      complained = droppedAt;
      log.warn(
          "{} events wait for the database; the oldest are lost, {} so far, now {} of {}",
          MOST_WAITING,
          dropped,
          oldest.event.id(),
          oldest.event.camera());
    }
  }

  /** The same with what a source may change of it, and as exact as the database is. */
  private static Event of(Event before, Event after) {
    return exact(
        new Event(
            before.id(),
            before.camera(),
            after.type(),
            after.label(),
            after.score(),
            before.startedAt(),
            after.endedAt(),
            after.zones(),
            after.box(),
            after.detector(),
            before.reviewed(),
            before.retained(),
            after.data()));
  }

  private static Event exact(Event event) {
    Instant start = event.startedAt().truncatedTo(ChronoUnit.MICROS);
    return new Event(
        event.id(),
        event.camera(),
        event.type(),
        event.label(),
        event.score(),
        start,
        event
            .endedAt()
            .map(at -> at.truncatedTo(ChronoUnit.MICROS))
            .map(at -> at.isBefore(start) ? start : at),
        event.zones(),
        event.box(),
        event.detector(),
        event.reviewed(),
        event.retained(),
        event.data());
  }

  /** Those of a camera that last or ended lately, in the order of their starts. */
  synchronized List<Event> recent(CameraId camera) {
    Instant since = clock.instant().minus(RECENT);
    return entries.values().stream()
        .map(entry -> entry.event)
        .filter(event -> event.camera().equals(camera))
        .filter(event -> event.endedAt().map(at -> !at.isBefore(since)).orElse(true))
        .sorted(Comparator.comparing(Event::startedAt))
        .toList();
  }

  synchronized boolean isKnown(String id) {
    return entries.containsKey(id);
  }

  synchronized boolean isDeleted(String id) {
    return deleted.containsKey(id);
  }

  /** Ids of those that are to be written now. */
  synchronized List<String> due() {
    Instant now = clock.instant();
    return ids(entry -> entry.step != null && !entry.notBefore.isAfter(now));
  }

  synchronized List<String> waiting() {
    return ids(entry -> entry.step != null);
  }

  /** Those with a row that their source has to end. */
  synchronized Set<String> lasting() {
    return Set.copyOf(
        ids(
            entry ->
                entry.first == null && entry.lasts() && entry.event.type() != EventType.EXTERNAL));
  }

  private List<String> ids(Predicate<Entry> which) {
    return entries.values().stream().filter(which).map(entry -> entry.event.id()).toList();
  }

  /** What is to be written of it; empty if nothing. */
  synchronized Optional<Writing> writing(String id) {
    Entry entry = entries.get(id);
    if (entry == null || entry.step == null) {
      return Optional.empty();
    }
    Event first = entry.first;
    return Optional.of(
        new Writing(
            Optional.ofNullable(first != null && entry.lasts() ? entry.event : first),
            entry.event,
            entry.lasts() ? Step.UPDATE : Step.END));
  }

  /**
   * It has a row.
   *
   * @param as what it was when it was written; more may have been told since
   */
  synchronized void written(Event as, Event kept) {
    Entry entry = entries.get(kept.id());
    if (entry == null) {
      return;
    }
    entry.first = null;
    boolean isNewest = entry.event.equals(as);
    entry.event = entry.event.marked(kept.reviewed(), kept.retained());
    entry.notBefore = clock.instant().plus(PAUSE);
    if (isNewest) {
      settle(entry);
    } else {
      await(entry, entry.lasts() ? Step.UPDATE : Step.END);
    }
  }

  /** It cannot be written at all, and is not tried again. */
  synchronized void giveUp(String id) {
    Entry entry = entries.get(id);
    if (entry != null) {
      settle(entry);
      entry.unwritable = true;
    }
  }

  /** Takes up what has a row already. */
  synchronized void learn(Event event) {
    if (!deleted.containsKey(event.id())) {
      entries.putIfAbsent(event.id(), new Entry(event));
    }
  }

  /** What somebody else made of it, in its row. */
  synchronized void fold(Event kept) {
    Entry entry = entries.get(kept.id());
    if (entry == null) {
      return;
    }
    entry.event = entry.step == null ? kept : entry.event.marked(kept.reviewed(), kept.retained());
    if (entry.lasts() && kept.endedAt().isPresent()) {
      entry.event = entry.event.ended(kept.endedAt().get());
    }
  }

  /** Gives those that it had. */
  synchronized List<Event> delete(Collection<String> ids) {
    var there = new ArrayList<Event>();
    for (String id : ids) {
      deleted.put(id, true);
      Entry entry = entries.remove(id);
      if (entry != null) {
        settle(entry);
        there.add(entry.event);
      }
    }
    return there;
  }

  /** Lets go of what is of no use any more. */
  synchronized void prune() {
    Instant since = clock.instant().minus(RECENT);
    Instant longest = clock.instant().minus(LONGEST_EXTERNAL);
    entries.values().removeIf(entry -> entry.step == null && isPast(entry, since, longest));
    List<String> external =
        ids(
            entry ->
                entry.step == null && entry.lasts() && entry.event.type() == EventType.EXTERNAL);
    Iterator<String> oldest = external.iterator();
    for (int left = external.size(); left > MOST_EXTERNAL; left--) {
      entries.remove(oldest.next());
    }
  }

  private static boolean isPast(Entry entry, Instant since, Instant longest) {
    return entry
        .event
        .endedAt()
        .map(at -> at.isBefore(since))
        .orElse(
            entry.event.type() == EventType.EXTERNAL && entry.event.startedAt().isBefore(longest));
  }

  synchronized Optional<String> problem() {
    if (droppedAt.isBefore(clock.instant().minus(RECENT))) {
      return Optional.empty();
    }
    return Optional.of(
        "the database was away for too long: " + dropped + " events were not written");
  }
}
