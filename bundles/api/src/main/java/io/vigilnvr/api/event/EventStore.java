package io.vigilnvr.api.event;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Keeps events in the database. Thread-safe; every call is one transaction and throws {@link
 * io.vigilnvr.api.record.StoreUnavailableException} while the database is away. Whoever changes
 * something tells the {@link ChangeObserver}s.
 */
@ProviderType
public interface EventStore {
  /**
   * An event as it is kept.
   *
   * @param revision rises with each change of any event; one with a higher revision is never seen
   *     before one with a lower
   * @param step what the last change was
   * @param hasFootage whether the index has a recording of the moment that it started
   */
  record Kept(Event event, long revision, Change.Step step, boolean hasFootage) {}

  /** A place in the order newest first: by start, then by id. */
  record Position(Instant startedAt, String id) {}

  /**
   * An event that lasts, as far as the database knows.
   *
   * @param heardOf when it was last written, or said to last
   */
  record Lasting(Event event, Instant heardOf) {}

  Kept insert(Event event);

  Optional<Kept> find(String id);

  /** Those that there are, in any order. */
  List<Kept> find(Set<String> ids);

  /**
   * Changes an event; nobody else changes it meanwhile. If the change gives what it was given,
   * nothing is kept and the revision stays.
   *
   * @return as it is now; empty if there is no such event
   */
  Optional<Kept> change(String id, Change.Step step, UnaryOperator<Event> change);

  /**
   * Changes several, like {@link #change}: all of them or none.
   *
   * @return those that are not as they were
   */
  List<Kept> changeAll(Set<String> ids, Change.Step step, UnaryOperator<Event> change);

  /** Forgets events; gives those that there were. Footage is not touched. */
  List<Event> delete(Set<String> ids);

  /** Those without an end that follow an id, in the order of their ids. */
  List<Lasting> lasting(String afterId, int limit);

  /** Notes that they last still; no revision changes. */
  void stillLast(Set<String> ids);

  /**
   * Newest first.
   *
   * @param after only those behind this place
   */
  List<Kept> list(EventFilter filter, Optional<Position> after, int limit);

  /** Those that were changed after that revision, in order of their revisions. */
  List<Kept> changedAfter(long revision, int limit);

  /** The highest revision; 0 if there are no events. */
  long revision();
}
