package io.vigilnvr.rest.internal;

import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventFilter;
import io.vigilnvr.api.event.EventStore;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Events in memory. */
final class FakeEvents implements EventStore {
  private static final Comparator<Kept> NEWEST_FIRST =
      Comparator.<Kept, java.time.Instant>comparing(kept -> kept.event().startedAt())
          .thenComparing(kept -> kept.event().id())
          .reversed();

  private final Map<String, Kept> kept = new LinkedHashMap<>();

  /** Ids of those whose start is recorded. */
  final Set<String> recorded = new HashSet<>();

  private long revision;

  @Override
  public synchronized Kept insert(Event event) {
    return keep(event, Change.Step.NEW);
  }

  private Kept keep(Event event, Change.Step step) {
    var now = new Kept(event, ++revision, step, recorded.contains(event.id()));
    kept.put(event.id(), now);
    return now;
  }

  @Override
  public synchronized Optional<Kept> find(String id) {
    return Optional.ofNullable(kept.get(id))
        .map(one -> new Kept(one.event(), one.revision(), one.step(), recorded.contains(id)));
  }

  @Override
  public synchronized Optional<Kept> change(
      String id, Change.Step step, UnaryOperator<Event> change) {
    Optional<Kept> before = find(id);
    if (before.isEmpty()) {
      return before;
    }
    Event after = change.apply(before.get().event());
    return after.equals(before.get().event()) ? before : Optional.of(keep(after, step));
  }

  @Override
  public synchronized List<Kept> find(Set<String> ids) {
    return ids.stream().flatMap(id -> find(id).stream()).toList();
  }

  @Override
  public synchronized List<Kept> changeAll(
      Set<String> ids, Change.Step step, UnaryOperator<Event> change) {
    return find(ids).stream()
        .flatMap(
            before ->
                change(before.event().id(), step, change)
                    .filter(after -> after.revision() != before.revision())
                    .stream())
        .toList();
  }

  @Override
  public synchronized List<Event> delete(Set<String> ids) {
    List<Event> there = find(ids).stream().map(Kept::event).toList();
    kept.keySet().removeAll(ids);
    return there;
  }

  @Override
  public List<Lasting> lasting(String afterId, int limit) {
    throw new UnsupportedOperationException("only the event log asks for it");
  }

  @Override
  public void stillLast(Set<String> ids) {
    throw new UnsupportedOperationException("only the event log says so");
  }

  @Override
  public synchronized List<Kept> list(EventFilter filter, Optional<Position> after, int limit) {
    return kept.values().stream()
        .filter(one -> fits(one.event(), filter))
        .filter(one -> after.isEmpty() || isBehind(one.event(), after.get()))
        .sorted(NEWEST_FIRST)
        .limit(limit)
        .toList();
  }

  private static boolean isBehind(Event event, Position place) {
    int order = event.startedAt().compareTo(place.startedAt());
    return order < 0 || (order == 0 && event.id().compareTo(place.id()) < 0);
  }

  private static boolean fits(Event event, EventFilter filter) {
    return filter.cameras().map(all -> all.contains(event.camera())).orElse(true)
        && filter.type().map(type -> type == event.type()).orElse(true)
        && filter.label().map(label -> label.equals(event.label())).orElse(true)
        && filter.zone().map(zone -> event.zones().contains(zone)).orElse(true)
        && filter.from().map(from -> !event.startedAt().isBefore(from)).orElse(true)
        && filter.to().map(to -> event.startedAt().isBefore(to)).orElse(true)
        && filter.reviewed().map(reviewed -> reviewed == event.reviewed()).orElse(true)
        && filter.retained().map(retained -> retained == event.retained()).orElse(true)
        && filter.detector().map(Optional::of).map(event.detector()::equals).orElse(true)
        && (filter.minScore().isEmpty()
            || event.score().orElse(-1) >= filter.minScore().getAsDouble());
  }

  @Override
  public synchronized List<Kept> changedAfter(long since, int limit) {
    return kept.values().stream()
        .filter(one -> one.revision() > since)
        .sorted(Comparator.comparing(Kept::revision))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized long revision() {
    return revision;
  }
}
