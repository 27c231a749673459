package io.vigilnvr.event.internal;

import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventFilter;
import io.vigilnvr.api.event.EventStore;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.tck.FakeClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Rows in memory, which can be away. */
final class FakeStore implements EventStore {
  private final FakeClock clock;
  private final Map<String, Kept> rows = new LinkedHashMap<>();
  private final Map<String, Instant> heardOf = new TreeMap<>();

  /** What was written, in order, as {@code step id}. */
  final List<String> writes = new ArrayList<>();

  boolean isAway;

  /** The next change is made, but its answer does not come. */
  boolean losesAnswer;

  private long revision;

  FakeStore(FakeClock clock) {
    this.clock = clock;
  }

  private void check() {
    if (isAway) {
      throw new StoreUnavailableException("away", new IllegalStateException());
    }
  }

  private Kept put(Event event, Change.Step step) {
    if (event.label().indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not text");
    }
    var kept = new Kept(event, ++revision, step, false);
    rows.put(event.id(), kept);
    heardOf.put(event.id(), clock.instant());
    writes.add(step + " " + event.id());
    if (losesAnswer) {
      losesAnswer = false;
      throw new StoreUnavailableException("lost", new IllegalStateException());
    }
    return kept;
  }

  Event row(String id) {
    return Optional.ofNullable(rows.get(id)).orElseThrow().event();
  }

  @Override
  public Kept insert(Event event) {
    check();
    if (rows.containsKey(event.id())) {
      throw new IllegalStateException("there is one: " + event.id());
    }
    return put(event, Change.Step.NEW);
  }

  @Override
  public Optional<Kept> find(String id) {
    check();
    return Optional.ofNullable(rows.get(id));
  }

  @Override
  public List<Kept> find(Set<String> ids) {
    check();
    return ids.stream().flatMap(id -> find(id).stream()).toList();
  }

  @Override
  public Optional<Kept> change(String id, Change.Step step, UnaryOperator<Event> change) {
    Optional<Kept> before = find(id);
    return before.map(
        one -> {
          Event after = change.apply(one.event());
          return after.equals(one.event()) ? one : put(after, step);
        });
  }

  @Override
  public List<Kept> changeAll(Set<String> ids, Change.Step step, UnaryOperator<Event> change) {
    return find(ids).stream()
        .flatMap(
            one ->
                change(one.event().id(), step, change)
                    .filter(after -> after.revision() != one.revision())
                    .stream())
        .toList();
  }

  @Override
  public List<Event> delete(Set<String> ids) {
    List<Event> there = find(ids).stream().map(Kept::event).toList();
    rows.keySet().removeAll(ids);
    return there;
  }

  @Override
  public List<Lasting> lasting(String afterId, int limit) {
    check();
    return new TreeMap<>(rows)
        .tailMap(afterId, false).values().stream()
            .map(Kept::event)
            .filter(event -> event.endedAt().isEmpty())
            .limit(limit)
            .map(
                event ->
                    new Lasting(event, Optional.ofNullable(heardOf.get(event.id())).orElseThrow()))
            .toList();
  }

  @Override
  public void stillLast(Set<String> ids) {
    check();
    ids.forEach(id -> heardOf.put(id, clock.instant()));
  }

  @Override
  public List<Kept> list(EventFilter filter, Optional<Position> after, int limit) {
    check();
    return rows.values().stream()
        .filter(
            one -> filter.from().map(from -> !one.event().startedAt().isBefore(from)).orElse(true))
        .limit(limit)
        .toList();
  }

  @Override
  public List<Kept> changedAfter(long after, int limit) {
    throw new UnsupportedOperationException("the log does not follow");
  }

  @Override
  public long revision() {
    return revision;
  }
}
