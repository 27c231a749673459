package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.record.Recorder.Choice;
import io.vigilnvr.api.record.RecordingPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the recorder of a stream's plan, GOP by GOP; follows changes of the plan, and recorders that
 * come and go. One thread.
 */
final class Choices {
  private static final Logger log = LoggerFactory.getLogger(Choices.class);

  /** A recorder that is replaced, or has not come yet, is away for less. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final StreamId stream;
  private final Cameras cameras;
  private final Function<String, Optional<Recorder>> recorders;
  private @Nullable RecordingPlan plan;
  private @Nullable Recorder recorder;
  private Recorder.@Nullable Session session;
  private volatile String problem = "";

  Choices(StreamId stream, Cameras cameras, Function<String, Optional<Recorder>> recorders) {
    this.stream = stream;
    this.cameras = cameras;
    this.recorders = recorders;
  }

  /** Empty if the stream is not one to be recorded. */
  Optional<Choice> choose(Instant gopStart) {
    return ask(session -> session.choose(gopStart));
  }

  /** The same for what is held, if nothing follows on it; kept if there is nobody to ask. */
  Optional<Choice> chooseLast(Instant end) {
    Optional<Choice> choice = ask(session -> session.chooseLast(end));
    return session == null ? choice.map(unasked -> new Choice.Keep()) : choice;
  }

  private Optional<Choice> ask(Function<Recorder.Session, Choice> question) {
    RecordingPlan wanted = cameras.plan(stream).orElse(null);
    if (wanted == null) {
      close();
      problem = "";
      return Optional.empty();
    }
    Recorder found = recorders.apply(wanted.mode()).orElse(null);
    if (found == null) {
      close();
      problem = "recorder missing: " + wanted.mode();
      return Optional.of(new Choice.Hold(PATIENCE, GapCause.PLATFORM));
    }
    try {
      Recorder.Session asked = session;
      if (asked == null || !wanted.equals(plan) || found != recorder) {
        close();
        asked = found.open(stream, wanted);
        session = asked;
        recorder = found;
        plan = wanted;
      }
      problem = "";
      return Optional.of(question.apply(asked));
    } catch (RuntimeException e) {
      if (problem.isEmpty()) {
        log.error("{}: recorder {} failed; everything is kept meanwhile", stream, wanted.mode(), e);
      }
      problem = "recorder failed: " + wanted.mode();
      close();
      return Optional.of(new Choice.Keep());
    }
  }

  boolean wanted() {
    return cameras.plan(stream).isPresent();
  }

  /** Why the recorder cannot be asked; empty if it can. */
  String problem() {
    return problem;
  }

  void close() {
    Recorder.Session asked = session;
    session = null;
    recorder = null;
    plan = null;
    if (asked != null) {
      try {
        asked.close();
      } catch (RuntimeException e) {
        log.warn("{}: a recorder's session failed to close: {}", stream, e.toString());
      }
    }
  }
}
