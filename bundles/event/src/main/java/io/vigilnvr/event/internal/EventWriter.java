package io.vigilnvr.event.internal;

import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.Change.Step;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventFilter;
import io.vigilnvr.api.event.EventStore;
import io.vigilnvr.api.event.EventStore.Kept;
import io.vigilnvr.api.event.EventStore.Lasting;
import io.vigilnvr.api.event.EventType;
import io.vigilnvr.api.record.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what the book has into the database, and what people do there into the book. Those who
 * write come one after the other; observers are told afterwards. Thread-safe.
 */
final class EventWriter {
  private static final Logger log = LoggerFactory.getLogger(EventWriter.class);

  /** How much later than it was, at most, an event ends that nobody ends any more. */
  static final Duration HEARTBEAT = Duration.ofSeconds(30);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LOOK_BACK = Duration.ofHours(1);
  private static final int PAGE = 500;

  private final EventBook book;
  private final Clock clock;
  private final Supplier<EventStore> store;
  private final Consumer<Change> tell;

  // Fair: whoever waits for an answer is not kept waiting by all that is written.
  private final ReentrantLock writing = new ReentrantLock(true);

  // Of the writing task.
  private boolean recovered;
  private Instant notBefore = Instant.MIN;
  private Duration pause = Duration.ZERO;
  private Instant saidToLast;

  /**
   * @param store throws {@link StoreUnavailableException} while there is none
   */
  EventWriter(EventBook book, Clock clock, Supplier<EventStore> store, Consumer<Change> tell) {
    this.book = book;
    this.clock = clock;
    this.store = store;
    this.tell = tell;
    saidToLast = clock.instant();
  }

  /** Writes what is due, if the database is there; done again and again, by one task. */
  void step() {
    Instant now = clock.instant();
    // A clock that is set back does not make it wait for longer.
    if (now.isBefore(notBefore) && now.isAfter(notBefore.minus(LONGEST_PAUSE))) {
      return;
    }
    book.prune();
    try {
      if (!recovered) {
        recover();
        recovered = true;
      }
      for (String id : book.due()) {
        write(id);
      }
      if (Duration.between(saidToLast, now).abs().compareTo(HEARTBEAT) >= 0) {
        sayWhatLasts();
        saidToLast = now;
      }
      pause = Duration.ZERO;
    } catch (StoreUnavailableException e) {
      Duration longer = pause.isZero() ? Duration.ofSeconds(1) : pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
      notBefore = now.plus(pause);
      log.debug("events wait for the database", e);
    }
  }

  /** Writes all that waits, however lately it was written, unless that takes too long. */
  void writeAll(Duration most) {
    Instant end = clock.instant().plus(most);
    for (String id : book.waiting()) {
      if (clock.instant().isAfter(end)) {
        return;
      }
      write(id);
    }
  }

  private void sayWhatLasts() {
    Set<String> lasting = book.lasting();
    if (!lasting.isEmpty()) {
      store.get().stillLast(lasting);
    }
  }

  /** What a run before this one began and did not end. */
  private void recover() {
    EventStore events = store.get();
    int ended = 0;
    List<Lasting> page = events.lasting("", PAGE);
    while (!page.isEmpty()) {
      for (Lasting one : page) {
        ended += recover(one) ? 1 : 0;
      }
      page = events.lasting(page.get(page.size() - 1).event().id(), PAGE);
    }
    if (ended > 0) {
      log.info("{} events were cut short when Vigil ended last; they end where they were", ended);
    }
    Instant now = clock.instant();
    var lately =
        new EventFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(now.minus(LOOK_BACK)),
            Optional.empty(),
            Optional.empty());
    Instant since = now.minus(EventBook.RECENT);
    events.list(lately, Optional.empty(), 2 * PAGE).stream()
        .map(Kept::event)
        .filter(event -> event.endedAt().filter(at -> at.isAfter(since)).isPresent())
        .forEach(book::learn);
  }

  private boolean recover(Lasting one) {
    Event event = one.event();
    if (book.isKnown(event.id())) {
      return false; // begun since
    }
    if (event.type() == EventType.EXTERNAL) {
      if (event.startedAt().isAfter(clock.instant().minus(EventBook.LONGEST_EXTERNAL))) {
        book.learn(event);
      }
      return false;
    }
    try {
      return change(event.id(), Step.END, before -> interrupted(before, one.heardOf())).isPresent();
    } catch (StoreUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      log.warn("event {} cannot be ended", event.id(), e);
      return false;
    }
  }

  private Event interrupted(Event event, Instant heardOf) {
    if (event.endedAt().isPresent()) {
      return event;
    }
    Instant now = clock.instant();
    Instant known = heardOf.isAfter(now) ? now : heardOf;
    Map<String, Object> data = new LinkedHashMap<>(event.data());
    data.put("interrupted", true);
    return new Event(
        event.id(),
        event.camera(),
        event.type(),
        event.label(),
        event.score(),
        event.startedAt(),
        Optional.of(known.isBefore(event.startedAt()) ? event.startedAt() : known),
        event.zones(),
        event.box(),
        event.detector(),
        event.reviewed(),
        event.retained(),
        data);
  }

  /** Writes what waits of an event. */
  private void write(String id) {
    var news = new ArrayList<Change>();
    writing.lock();
    try {
      write(id, news);
    } finally {
      writing.unlock();
      news.forEach(tell);
    }
  }

  private void write(String id, List<Change> news) {
    Optional<EventBook.Writing> found = book.writing(id);
    if (found.isEmpty()) {
      return;
    }
    EventBook.Writing what = found.get();
    try {
      Optional<Event> before = Optional.empty();
      if (what.first().isPresent()) {
        before = Optional.of(insert(what.first().get(), news));
        book.written(what.first().get(), before.get());
      }
      if (before.isEmpty() || !what.first().equals(Optional.of(what.now()))) {
        Optional<Kept> kept =
            store
                .get()
                .change(id, what.step(), one -> what.now().marked(one.reviewed(), one.retained()));
        if (kept.isEmpty()) {
          // Its days were up.
          book.delete(List.of(id));
          return;
        }
        book.written(what.now(), kept.get().event());
        news.add(news(what.step(), kept.get().event()));
      }
    } catch (StoreUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      log.warn("event {} of {} cannot be written", id, what.now().camera(), e);
      book.giveUp(id);
    }
  }

  private Event insert(Event event, List<Change> news) {
    // The last attempt may have come through, though its answer did not.
    Optional<Kept> there = store.get().find(event.id());
    if (there.isPresent()) {
      return there.get().event();
    }
    Event kept = store.get().insert(event).event();
    news.add(news(Step.NEW, kept));
    return kept;
  }

  private static Change news(Step step, Event event) {
    return new Change.EventChanged(
        step, event.id(), Optional.of(event.camera()), EventJson.of(event));
  }

  /** In the database when this returns. */
  Kept report(Event event) {
    Kept kept;
    writing.lock();
    try {
      kept = store.get().insert(event);
      book.learn(kept.event());
    } finally {
      writing.unlock();
    }
    tell.accept(news(Step.NEW, kept.event()));
    return kept;
  }

  Optional<Kept> change(String id, Step step, UnaryOperator<Event> change) {
    var news = new ArrayList<Change>();
    writing.lock();
    try {
      write(id, news);
      var compared = new Comparison(change);
      Optional<Kept> kept = store.get().change(id, step, compared);
      if (kept.isPresent() && compared.hasChanged) {
        book.fold(kept.get().event());
        news.add(news(step, kept.get().event()));
      }
      return kept;
    } finally {
      writing.unlock();
      news.forEach(tell);
    }
  }

  List<Kept> changeAll(Set<String> ids, UnaryOperator<Event> change) {
    var news = new ArrayList<Change>();
    writing.lock();
    try {
      ids.forEach(id -> write(id, news));
      List<Kept> changed = store.get().changeAll(ids, Step.UPDATE, change);
      for (Kept kept : changed) {
        book.fold(kept.event());
        news.add(news(Step.UPDATE, kept.event()));
      }
      return changed;
    } finally {
      writing.unlock();
      news.forEach(tell);
    }
  }

  List<Event> delete(Set<String> ids) {
    Collection<Event> gone;
    writing.lock();
    try {
      var byId = new LinkedHashMap<String, Event>();
      store.get().delete(ids).forEach(event -> byId.put(event.id(), event));
      book.delete(ids).forEach(event -> byId.put(event.id(), event));
      gone = byId.values();
    } finally {
      writing.unlock();
    }
    for (Event event : gone) {
      tell.accept(
          new Change.EventChanged(
              Step.DELETE,
              event.id(),
              Optional.of(event.camera()),
              EventJson.whose(event.id(), event.camera())));
    }
    return List.copyOf(gone);
  }

  private static final class Comparison implements UnaryOperator<Event> {
    private final UnaryOperator<Event> change;
    private boolean hasChanged;

    Comparison(UnaryOperator<Event> change) {
      this.change = change;
    }

    @Override
    public Event apply(Event before) {
      Event after = change.apply(before);
      hasChanged = !after.equals(before);
      return after;
    }
  }
}
