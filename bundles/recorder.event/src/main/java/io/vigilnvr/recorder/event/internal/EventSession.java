package io.vigilnvr.recorder.event.internal;

import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.record.Recorder.Choice;
import io.vigilnvr.api.record.RecordingPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses for one stream. What is held and not kept yet counts as well as what begins now, so that
 * an event that was told late, or is over by the next keyframe, is kept all the same.
 */
final class EventSession implements Recorder.Session {
  /** So late at most an event is told of. */
  static final Duration DETECTION = Duration.ofSeconds(10);

  /** The engine holds no more. */
  private static final Duration MOST = Duration.ofMinutes(1);

  /** What is so much older than the session has come again. */
  private static final Duration OLD = Duration.ofSeconds(3);

  private static final Choice ALL = new Choice.Keep();

  private final Supplier<Optional<List<Event>>> events;
  private final Duration preRoll;
  private final Duration postRoll;
  private final Duration hold;
  private final Instant openedAt;

  /** Since when nothing was kept, as far as the engine still has it. */
  private @Nullable Instant heldFrom;

  /**
   * @param events those that count, of late; empty if nobody can tell
   */
  EventSession(Supplier<Optional<List<Event>>> events, RecordingPlan plan, Instant openedAt) {
    this.events = events;
    this.preRoll = plan.preRoll();
    this.postRoll = plan.postRoll();
    Duration wanted = preRoll.plus(DETECTION);
    this.hold = wanted.compareTo(MOST) > 0 ? MOST : wanted;
    this.openedAt = openedAt;
  }

  @Override
  public Choice choose(Instant gopStart) {
    Instant since = heldFrom;
    if (since == null || since.isAfter(gopStart)) {
      since = gopStart;
    }
    Optional<Choice> keep = cameAgain(gopStart) ? Optional.of(ALL) : keep(since, gopStart);
    if (keep.isPresent()) {
      heldFrom = null;
      return keep.get();
    }
    Instant oldest = gopStart.minus(hold);
    heldFrom = since.isBefore(oldest) ? oldest : since;
    return new Choice.Hold(hold, GapCause.NO_EVENT);
  }

  /** The platform was away: what made it keep this may be known to nobody any more. */
  private boolean cameAgain(Instant gopStart) {
    return gopStart.isBefore(openedAt.minus(OLD));
  }

  /** From the pre-roll of the first event on that something that is held, or begins, is part of. */
  private Optional<Choice> keep(Instant since, Instant gopStart) {
    return events
        .get()
        .map(
            known ->
                known.stream()
                    .filter(event -> touches(event, since, gopStart))
                    .map(event -> event.startedAt().minus(preRoll))
                    .min(Comparator.naturalOrder())
                    .<Choice>map(Choice.Keep::new))
        .orElse(Optional.of(ALL));
  }

  private boolean touches(Event event, Instant since, Instant gopStart) {
    boolean isToCome = event.startedAt().minus(preRoll).isAfter(gopStart);
    boolean isPast = event.endedAt().map(end -> !end.plus(postRoll).isAfter(since)).orElse(false);
    return !isToCome && !isPast;
  }

  @Override
  public void close() {}
}
