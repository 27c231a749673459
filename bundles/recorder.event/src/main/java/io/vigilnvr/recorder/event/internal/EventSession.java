package io.vigilnvr.recorder.event.internal;

import io.vigilnvr.api.detect.Analysis.Sight;
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
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses for one stream. What is held and not kept yet counts as well as what begins now, so that
 * an event that was told late, or is over by the next keyframe, is kept all the same.
 *
 * <p>What detectors have not looked at yet is held, with the pre-roll of what they may see there;
 * if they are too late for that, or left something out, it is kept. So nothing is let go that
 * nobody looked at, and no beginning of an event is lost, however late it is told.
 */
final class EventSession implements Recorder.Session {
  /**
   * So late an event of another system may be told of, and so late detectors may be before what
   * waits for them goes to the disk.
   */
  static final Duration DETECTION = Duration.ofSeconds(10);

  /** The engine holds no more. */
  private static final Duration MOST = Duration.ofMinutes(1);

  /** What is so much older than the session has come again. */
  private static final Duration OLD = Duration.ofSeconds(3);

  private static final Choice ALL = new Choice.Keep();

  /** Of which camera, what is known. */
  interface Witness {
    /**
     * What detectors have looked at. Asked first: what they told of until then is among the events.
     *
     * @return empty if none is to
     */
    Optional<Sight> sight();

    /** Events that count, of late; empty if nobody can tell. */
    Optional<List<Event>> events();
  }

  private final Witness witness;
  private final Duration preRoll;
  private final Duration postRoll;
  private final Instant openedAt;

  /** Since when nothing was kept, as far as the engine still has it. */
  private @Nullable Instant heldFrom;

  private @Nullable Instant lastGop;

  /** How far detectors had looked at the last choice. */
  private @Nullable Instant lookedTo;

  EventSession(Witness witness, RecordingPlan plan, Instant openedAt) {
    this.witness = witness;
    this.preRoll = shorter(plan.preRoll(), MOST.minus(DETECTION));
    this.postRoll = plan.postRoll();
    this.openedAt = openedAt;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  @Override
  public Choice choose(Instant gopStart) {
    return choose(gopStart, this::unseen);
  }

  /** Detectors may tell of what they have not looked at yet when it is gone. */
  @Override
  public Choice chooseLast(Instant end) {
    return choose(end, (sight, now) -> Optional.of(sight.to()).filter(now::isAfter));
  }

  private Choice choose(
      Instant gopStart, BiFunction<Sight, Instant, Optional<Instant>> whatNobodySaw) {
    Instant since = heldFrom;
    if (since == null || since.isAfter(gopStart)) {
      since = gopStart;
    }
    Optional<Sight> sight = witness.sight();
    Optional<Instant> unseen = sight.flatMap(seen -> whatNobodySaw.apply(seen, gopStart));
    lastGop = gopStart;
    lookedTo = sight.map(Sight::to).orElse(null);
    Optional<Choice> keep = cameAgain(gopStart) ? Optional.of(ALL) : keep(since, gopStart, unseen);
    if (keep.isPresent()) {
      heldFrom = null;
      return keep.get();
    }
    Duration late = sight.map(seen -> Duration.between(seen.to(), gopStart)).orElse(DETECTION);
    Duration hold = preRoll.plus(late.compareTo(DETECTION) > 0 ? late : DETECTION);
    Instant oldest = gopStart.minus(hold);
    heldFrom = since.isBefore(oldest) ? oldest : since;
    return new Choice.Hold(hold, GapCause.NO_EVENT);
  }

  /** From when on something is to be kept for nobody has looked at it. */
  private Optional<Instant> unseen(Sight sight, Instant gopStart) {
    Instant before = lookedTo;
    if (before != null && sight.from().isAfter(before)) {
      return Optional.of(before);
    }
    // Whoever looks at keyframes only has seen the last one.
    Instant last = lastGop;
    Duration gop =
        last == null || last.isAfter(gopStart) ? Duration.ZERO : Duration.between(last, gopStart);
    Duration most = shorter(DETECTION.plus(gop), MOST.minus(preRoll));
    boolean late = Duration.between(sight.to(), gopStart).compareTo(most) > 0;
    return late ? Optional.of(sight.to()) : Optional.empty();
  }

  /** The platform was away: what made it keep this may be known to nobody any more. */
  private boolean cameAgain(Instant gopStart) {
    return gopStart.isBefore(openedAt.minus(OLD));
  }

  /**
   * From the pre-roll on of the first event that something that is held, or begins, is part of, or
   * of what may be one.
   */
  private Optional<Choice> keep(Instant since, Instant gopStart, Optional<Instant> unseen) {
    Optional<List<Event>> events = witness.events();
    if (events.isEmpty()) {
      return Optional.of(ALL);
    }
    Stream<Instant> beginnings =
        events.get().stream()
            .filter(event -> touches(event, since, gopStart))
            .map(Event::startedAt);
    return Stream.concat(beginnings, unseen.stream())
        .min(Comparator.naturalOrder())
        .map(first -> new Choice.Keep(first.minus(preRoll)));
  }

  private boolean touches(Event event, Instant since, Instant gopStart) {
    boolean isToCome = event.startedAt().minus(preRoll).isAfter(gopStart);
    boolean isPast = event.endedAt().map(end -> !end.plus(postRoll).isAfter(since)).orElse(false);
    return !isToCome && !isPast;
  }

  @Override
  public void close() {}
}
