package io.vigilnvr.recorder.event.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.detect.Analysis.Sight;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventType;
import io.vigilnvr.api.plugin.Configured;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.record.Recorder.Choice;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.tck.FakeClock;
import io.vigilnvr.tck.RecorderContract;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class EventRecorderTest extends RecorderContract {
  private static final Instant T0 = FakeClock.START;
  private static final StreamId MAIN = new StreamId(new CameraId("door"), StreamRole.MAIN);

  /** Before 5 s, after 10 s. */
  private static final RecordingPlan PLAN = RecordingPlan.DEFAULT;

  private final List<Event> events = new ArrayList<>();

  @Override
  protected Recorder newRecorder() {
    events.clear();
    events.add(event(30, 50));
    return (stream, plan) -> new EventSession(witness(() -> events), plan, T0);
  }

  @Override
  protected RecordingPlan plan() {
    return PLAN;
  }

  /** Of a camera that no detector is bound to. */
  private static EventSession.Witness witness(Supplier<List<Event>> events) {
    return witness(Optional::empty, events);
  }

  private static EventSession.Witness witness(
      Supplier<Optional<Sight>> sight, Supplier<List<Event>> events) {
    return new EventSession.Witness() {
      @Override
      public Optional<Sight> sight() {
        return sight.get();
      }

      @Override
      public Optional<List<Event>> events() {
        return Optional.of(events.get());
      }
    };
  }

  private static Event event(double from, double to) {
    return event(from, Optional.of(at(to)), EventType.MOTION, "motion");
  }

  private static Event event(double from, Optional<Instant> to, EventType type, String label) {
    return new Event(
        "e" + from,
        MAIN.camera(),
        type,
        label,
        OptionalDouble.empty(),
        at(from),
        to,
        List.of(),
        Optional.empty(),
        Optional.of("motion"),
        false,
        false,
        Map.of());
  }

  private static Instant at(double seconds) {
    return T0.plusMillis(Math.round(seconds * 1000));
  }

  /**
   * What of the pictures is kept as the engine does it, if there is a keyframe each so many
   * seconds: starts of GOPs.
   *
   * @param told which events are known at a second
   */
  private static List<Integer> kept(int gop, int seconds, Function<Integer, List<Event>> told) {
    return kept(gop, seconds, now -> Optional.empty(), told);
  }

  /**
   * @param seen what detectors have looked at by a second
   */
  private static List<Integer> kept(
      int gop,
      int seconds,
      Function<Integer, Optional<Sight>> seen,
      Function<Integer, List<Event>> told) {
    var kept = new ArrayList<Integer>();
    var held = new ArrayList<Integer>();
    var known = new ArrayList<Event>();
    var sight = new AtomicReference<Optional<Sight>>(Optional.empty());
    var session = new EventSession(witness(sight::get, () -> known), PLAN, T0);
    for (int second = 0; second < seconds; second += gop) {
      known.clear();
      known.addAll(told.apply(second));
      sight.set(seen.apply(second));
      Choice choice = session.choose(at(second));
      held.add(second);
      if (choice instanceof Choice.Keep keep) {
        while (held.size() > 1 && !at(held.get(1)).isAfter(keep.since())) {
          held.remove(0);
        }
        kept.addAll(held);
        held.clear();
      } else if (choice instanceof Choice.Hold hold) {
        Instant oldest = at(second).minus(hold.atMost());
        while (held.size() > 1 && !at(held.get(1)).isAfter(oldest)) {
          held.remove(0);
        }
      }
    }
    return kept;
  }

  /** All was looked at up to a second. */
  private static Optional<Sight> upTo(double second) {
    return Optional.of(new Sight(at(-60), at(second)));
  }

  private static List<Integer> every(int gop, int from, int to) {
    var all = new ArrayList<Integer>();
    for (int second = from; second <= to; second += gop) {
      all.add(second);
    }
    return all;
  }

  @Test
  void keepsAnEventWithWhatIsBeforeAndAfter() {
    List<Integer> kept =
        kept(1, 120, now -> now < 32 ? List.of() : List.of(event(30, Math.min(now, 40))));
    // The first is 30 - 5; the last one begins before 40 + 10.
    assertThat(kept).isEqualTo(every(1, 25, 49));
  }

  @Test
  void keepsTheBeginningOfAnEventInALongGopThatIsToldLate() {
    List<Integer> kept =
        kept(
            10,
            200,
            now ->
                now < 42
                    ? List.of()
                    : List.of(
                        event(
                            32,
                            now < 75 ? Optional.empty() : Optional.of(at(75)),
                            EventType.OBJECT,
                            "person")));
    assertThat(kept).contains(20, 30, 40, 50, 60, 70, 80).doesNotContain(0, 100);
  }

  @Test
  void keepsAnEventThatBeginsAndEndsBetweenTwoKeyframes() {
    List<Integer> kept = kept(30, 200, now -> now < 62 ? List.of() : List.of(event(62, 64)));
    assertThat(kept).contains(60);
    kept = kept(2, 200, now -> now < 70 ? List.of() : List.of(event(61, 62)));
    assertThat(kept).contains(56, 58, 60, 62, 64, 66, 68, 70).doesNotContain(74, 30);
  }

  @Test
  void keepsTheBeginningOfAnEventHoweverFarDetectorsAreBehind() {
    Event event = event(62, 70);
    List<Integer> kept =
        kept(
            1,
            300,
            now -> upTo(now < 60 || now >= 160 ? now - 0.5 : 59.5),
            now -> now < 160 ? List.of() : List.of(event));
    // All that nobody had looked at in time, with what would be before it.
    assertThat(kept).isEqualTo(every(1, 54, 159));
  }

  @Test
  void keepsTheBeginningOfAnEventIfDetectorsAreALittleBehind() {
    List<Integer> kept =
        kept(
            1,
            120,
            now -> upTo(now - 9.5),
            now -> now < 40 ? List.of() : List.of(event(30, Math.min(now - 9, 40))));
    assertThat(kept).isEqualTo(every(1, 25, 49));
  }

  @Test
  void holdsNoMoreThanUsualForDetectorsThatLookAtKeyframes() {
    List<Integer> kept =
        kept(
            20,
            400,
            now -> upTo(now < 200 || now > 250 ? now - 21 : 180),
            now -> now < 221 ? List.of() : List.of(event(180, 200)));
    // How often keyframes come is not known at the first.
    assertThat(kept).containsExactly(0, 160, 180, 200, 220, 240);
  }

  @Test
  void keepsWhatNobodyHasLookedAt() {
    List<Integer> kept =
        kept(
            1,
            120,
            now ->
                now < 38 ? upTo(Math.min(now, 30)) : Optional.of(new Sight(at(37), at(now - 0.2))),
            now -> List.of());
    assertThat(kept).isEqualTo(every(1, 25, 38));
    assertThat(kept(1, 100, now -> Optional.of(Sight.NOTHING), now -> List.of()))
        .isEqualTo(every(1, 0, 99));
  }

  @Test
  void holdsWhatDetectorsHaveNotLookedAtYet() {
    var session = new EventSession(witness(() -> upTo(7), List::of), PLAN, T0);
    assertThat(session.choose(at(7.2)))
        .isEqualTo(new Choice.Hold(Duration.ofSeconds(15), GapCause.NO_EVENT));
    assertThat(session.choose(at(17.7)))
        .isEqualTo(new Choice.Hold(Duration.ofMillis(15_700), GapCause.NO_EVENT));
    assertThat(session.choose(at(18.2))).isEqualTo(new Choice.Keep(at(2)));
  }

  @Test
  void keepsWhatDetectorsHaveNotLookedAtBeforeABreak() {
    var session = new EventSession(witness(() -> upTo(9.8), List::of), PLAN, T0);
    assertThat(session.choose(at(8))).isInstanceOf(Choice.Hold.class);
    assertThat(session.chooseLast(at(10))).isEqualTo(new Choice.Keep(at(4.8)));
    assertThat(session.chooseLast(at(9.8))).isInstanceOf(Choice.Hold.class);
    var unwatched = new EventSession(witness(List::of), PLAN, T0);
    assertThat(unwatched.chooseLast(at(10))).isInstanceOf(Choice.Hold.class);
  }

  @Test
  void doesNotBeginAnewForAnEventThatIsKept() {
    List<Integer> kept = kept(1, 300, now -> now < 30 ? List.of() : List.of(event(30, 31)));
    assertThat(kept).isEqualTo(every(1, 25, 40));
  }

  @Test
  void saysWhyNothingIsKept() {
    var session = new EventSession(witness(List::of), PLAN, T0);
    assertThat(session.choose(at(1)))
        .isEqualTo(new Choice.Hold(Duration.ofSeconds(15), GapCause.NO_EVENT));
  }

  @Test
  void keepsEverythingWhileNobodyTellsOfEvents() {
    var recorder = new EventRecorder(Set.of("motion"), Set.of(), new FakeClock());
    try (var session = recorder.open(MAIN, PLAN)) {
      assertThat(session.choose(at(1))).isInstanceOf(Choice.Keep.class);
    }
  }

  @Test
  void keepsWhatComesAgainAfterThePlatformWasAway() {
    var session = new EventSession(witness(List::of), PLAN, T0);
    assertThat(session.choose(at(-8))).isInstanceOf(Choice.Keep.class);
    assertThat(session.choose(at(-1))).isInstanceOf(Choice.Hold.class);
  }

  @Test
  void countsOnlyWhatItIsToldTo() {
    var recorder = new EventRecorder(Set.of("object"), Set.of("person", "dog"), new FakeClock());
    assertThat(recorder.counts(event(1, Optional.empty(), EventType.OBJECT, "dog"))).isTrue();
    assertThat(recorder.counts(event(1, Optional.empty(), EventType.OBJECT, "cat"))).isFalse();
    assertThat(recorder.counts(event(1, Optional.empty(), EventType.EXTERNAL, "dog"))).isFalse();
    var all = new EventRecorder(Set.of(), Set.of(), new FakeClock());
    assertThat(all.counts(event(1, Optional.empty(), EventType.SYSTEM, "boot"))).isTrue();
  }

  @Test
  void recordsAllTheSameAfterASlipInASetting() {
    Event dog = event(1, Optional.empty(), EventType.OBJECT, "dog");
    Event boot = event(1, Optional.empty(), EventType.SYSTEM, "boot");
    var refusals = new ArrayList<String>();
    var usual = configured(Map.of(), refusals);
    assertThat(usual.counts(dog)).isTrue();
    assertThat(usual.counts(boot)).isFalse();
    var written = configured(Map.of("types", "external, object", "labels", "dog,cat"), refusals);
    assertThat(written.counts(dog)).isTrue();
    assertThat(refusals).isEmpty();
    assertThat(configured(Map.of("types", new String[] {"objects"}), refusals).counts(dog))
        .isTrue();
    assertThat(refusals)
        .containsExactly(
            "vigil.recorder.event: types = objects is not a type of events; in force is none");
  }

  private static EventRecorder configured(Map<String, ?> properties, List<String> refusals) {
    return new EventRecorder(
        new Configured(EventConfig.PID, EventConfig.class, properties, refusals::add),
        new FakeClock());
  }

  @Test
  void holdsNoLongerThanTheEngineDoes() {
    var plan =
        new RecordingPlan(
            "event",
            StreamRole.MAIN,
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            PLAN.retention());
    var session = new EventSession(witness(List::of), plan, T0);
    assertThat(session.choose(at(1)))
        .isEqualTo(new Choice.Hold(Duration.ofMinutes(1), GapCause.NO_EVENT));
  }
}
