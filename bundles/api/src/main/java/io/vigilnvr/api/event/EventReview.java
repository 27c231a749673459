package io.vigilnvr.api.event;

import io.vigilnvr.api.event.EventStore.Kept;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What people do with many events of the {@link EventLog} at once. Thread-safe. What changes
 * something throws {@link io.vigilnvr.api.record.StoreUnavailableException} while the database is
 * away; then nothing was changed.
 */
@ProviderType
public interface EventReview {
  /**
   * Changes them, all or none, e.g. marks them.
   *
   * @return those that are not as they were
   */
  List<Kept> changeAll(Set<String> ids, UnaryOperator<Event> change);

  /**
   * Forgets them and their pictures, even those that last: of these nothing more is kept. Footage
   * stays for as long as its own rules say.
   *
   * @return those that there were
   */
  List<Event> delete(Set<String> ids);

  /** Whether there is a picture for {@link EventLog#picture}; does not ask the database. */
  boolean hasPicture(String id, Instant startedAt);
}
