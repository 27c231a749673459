package io.vigilnvr.api.event;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.decode.Jpeg;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where everybody says what happens, and hears what lasts. What is said counts at once, for event
 * recording too; it is written to the database as soon as that is there, and told to the {@link
 * ChangeObserver}s then. Thread-safe; nothing here waits for the database, but for {@link #report}.
 */
@ProviderType
public interface EventLog {
  /** A source says more than it may; the message names it. */
  final class TooManyEventsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    public TooManyEventsException(String message, Duration retryAfter) {
      super(message);
      this.retryAfter = retryAfter;
    }

    /** When it may say more. */
    public Duration retryAfter() {
      return retryAfter;
    }
  }

  /** A new id for an event. */
  String newId();

  /**
   * Something begins, or is over already.
   *
   * @param source who says so, e.g. {@code detector motion of <camera>}
   */
  void begin(String source, Event event) throws TooManyEventsException;

  /** It goes on, in another way. Nothing if it is over, or was never told. */
  void update(String id, UnaryOperator<Event> change);

  /** It is over. Nothing if it is, or was never told. */
  void end(String id, UnaryOperator<Event> change);

  /**
   * Something that another system says; in the database when this returns.
   *
   * @throws io.vigilnvr.api.record.StoreUnavailableException while the database is away
   */
  EventStore.Kept report(String source, Event event) throws TooManyEventsException;

  /**
   * Changes an event that may be over, e.g. marks it, in the database when this returns.
   *
   * @throws io.vigilnvr.api.record.StoreUnavailableException while the database is away
   */
  Optional<EventStore.Kept> change(String id, Change.Step step, UnaryOperator<Event> change);

  /** Events of a camera that last, and those that ended within the last ten minutes. */
  List<Event> recent(CameraId camera);

  /** Keeps the best picture of an event in place of any other; it is thrown away with the event. */
  void keepPicture(Event event, Jpeg picture);

  /** The best picture of an event. */
  Optional<Jpeg> picture(String id, Instant startedAt);
}
