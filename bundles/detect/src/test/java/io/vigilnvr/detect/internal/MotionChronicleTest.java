package io.vigilnvr.detect.internal;

import static io.vigilnvr.detect.internal.Scene.frame;
import static io.vigilnvr.detect.internal.Scene.second;
import static io.vigilnvr.detect.internal.Scene.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.detect.Analysis.Verdict;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.Policy;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.Event.Box;
import io.vigilnvr.api.event.EventType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MotionChronicleTest {
  private final FakeLog log = new FakeLog();
  private final FakePictures pictures = new FakePictures();
  private final Teller teller =
      new Teller(log, new Portraits(pictures, log::keep, Runnable::run), Scene.FRONT, "motion");
  private MotionChronicle chronicle = chronicle(Scene.rules(Scene.policy(EventType.MOTION)));

  private MotionChronicle chronicle(Rules rules) {
    return new MotionChronicle(teller, rules);
  }

  private static Detection motion(double middle) {
    return seen("motion", 1, middle);
  }

  private List<Verdict> take(double seconds, Detection... seen) {
    return chronicle.take(frame(seconds), List.of(seen));
  }

  private void look(double from, double to, Detection... seen) {
    for (double at = from; at < to - 0.01; at += 0.2) {
      take(at, seen);
    }
  }

  @Test
  void isUndecidedUntilItIsTold() {
    take(0);
    assertThat(chronicle.undecided()).isEmpty();
    take(0.2, motion(0.2));
    take(0.4, motion(0.2));
    assertThat(chronicle.undecided()).contains(second(0.2));
    log.allow(0);
    take(0.6, motion(0.2));
    assertThat(chronicle.undecided()).contains(second(0.2));
    log.allow(1);
    look(0.8, 10, motion(0.2));
    assertThat(log.only().startedAt()).isEqualTo(second(0.2));
    assertThat(chronicle.undecided()).isEmpty();
    look(10, 14);
    take(14, motion(0.2));
    look(14.2, 15);
    assertThat(chronicle.undecided()).contains(second(14));
    take(15);
    assertThat(chronicle.undecided()).isEmpty();
  }

  @Test
  void makesOneEventOfAllThatMoves() {
    look(0, 3, motion(0.2), motion(0.8));
    look(3, 6);
    Event event = log.only();
    assertThat(event.type()).isEqualTo(EventType.MOTION);
    assertThat(event.startedAt()).isEqualTo(second(0));
    assertThat(event.endedAt()).contains(second(2.8));
    assertThat(event.box().orElseThrow().width()).isBetween(0.69, 0.71);
    assertThat(event.data()).containsKeys("area", "frames", "bestAt", "reason");
    assertThat(event.detector()).contains("motion");
    assertThat(log.sources()).containsExactly("detector motion of front");
  }

  @Test
  void takesItsPictureFromTheMainStream() {
    look(0, 3, motion(0.5));
    assertThat(pictures.asked).containsExactly(new StreamId(Scene.FRONT, StreamRole.MAIN));
    assertThat(log.picture(log.only().id(), second(0))).isPresent();
    assertThat(log.only().data()).containsEntry("bestAt", Rounded.of(second(3)));
  }

  @Test
  void keepsTheBoxOfThePeak() {
    look(0, 4, motion(0.5));
    pictures.captured = second(4.3);
    look(4, 8, new Detection("motion", 1, new Box(0.1, 0.1, 0.6, 0.6)));
    look(8, 9, motion(0.5));
    assertThat(log.only().box()).contains(new Box(0.1, 0.1, 0.6, 0.6));
    assertThat(log.only().data()).containsEntry("area", 0.36);
  }

  @Test
  void putsTheBoxWhereItWasInThePicture() {
    for (int i = 0; i < 25; i++) {
      take(i / 5.0, motion(0.1 + 0.03 * i));
    }
    look(5, 9);
    // The picture is of the third second, though the event began before.
    Box box = log.only().box().orElseThrow();
    assertThat(box.x() + box.width() / 2).isCloseTo(0.1 + 0.03 * 15, within(0.001));
    assertThat(log.only().data()).containsEntry("bestAt", Rounded.of(second(3)));
  }

  @Test
  void isNotToldMoreOftenThanItIsWorth() {
    look(0, 20, motion(0.5));
    assertThat(log.updates()).isBetween(15, 22);
  }

  @Test
  void saysWhereMotionIs() {
    assertThat(chronicle.boxes()).isEmpty();
    look(0, 1, motion(0.5));
    assertThat(chronicle.isOn()).isTrue();
    assertThat(chronicle.boxes()).containsExactly(motion(0.5).box());
    look(1, 5);
    assertThat(chronicle.boxes()).isEmpty();
  }

  @Test
  void makesNoEventsIfItIsToBeSilent() {
    chronicle =
        chronicle(
            Scene.rules(
                new Policy(
                    EventType.MOTION,
                    Map.of(),
                    Policy.Least.NOTHING,
                    1,
                    1,
                    Duration.ofSeconds(1),
                    false,
                    false,
                    true)));
    look(0, 1, motion(0.5));
    assertThat(log.all()).isEmpty();
    assertThat(chronicle.boxes()).hasSize(1);
  }

  @Test
  void namesTheZonesItTouches() {
    chronicle =
        chronicle(
            Scene.rules(
                Scene.policy(EventType.MOTION),
                Scene.zone("left", 0, 0.5, 0),
                Scene.zone("right", 0.5, 1, 0)));
    look(0, 1, motion(0.2));
    assertThat(log.only().zones()).containsExactly("left");
    look(1, 2, motion(0.8));
    assertThat(log.only().zones()).containsExactly("left", "right");
  }

  @Test
  void countsOnlyInZonesIfAsked() {
    chronicle =
        chronicle(Scene.rules(Scene.onlyInZones(EventType.MOTION), Scene.zone("left", 0, 0.5, 0)));
    look(0, 1, motion(0.8));
    assertThat(log.all()).isEmpty();
    List<Verdict> verdicts = take(1, motion(0.8), motion(0.2));
    assertThat(verdicts.get(0).reason()).isEqualTo("in no zone");
    assertThat(verdicts.get(0).counted()).isFalse();
    assertThat(verdicts.get(1).counted()).isTrue();
    look(1.2, 2, motion(0.2));
    assertThat(log.all()).hasSize(1);
  }

  @Test
  void waitsForLoitering() {
    chronicle =
        chronicle(Scene.rules(Scene.onlyInZones(EventType.MOTION), Scene.zone("left", 0, 0.5, 5)));
    look(0, 5, motion(0.2));
    assertThat(log.all()).isEmpty();
    look(5, 6, motion(0.2));
    assertThat(log.only().data()).containsEntry("loitered", List.of("left"));
  }

  @Test
  void leavesOutWhatIsMasked() {
    chronicle =
        chronicle(
            new Rules(Scene.policy(EventType.MOTION), List.of(), List.of(Scene.mask(0.5, 1)), ""));
    look(0, 3, motion(0.8));
    assertThat(log.all()).isEmpty();
  }

  @Test
  void splitsWhatDoesNotEnd() {
    for (int i = 0; i <= 3700; i++) {
      take(i, motion(0.5));
    }
    assertThat(log.all()).hasSize(2);
    assertThat(log.all().get(0).endedAt()).contains(second(3600));
    assertThat(log.all().get(1).startedAt()).isEqualTo(second(3600));
    assertThat(log.all().get(1).data()).containsEntry("continues", log.all().get(0).id());
  }

  @Test
  void endsWhereItWasLastSeenIfTheFramesStop() {
    look(0, 3, motion(0.5));
    chronicle.pause();
    assertThat(log.only().endedAt()).contains(second(2.8));
    assertThat(chronicle.isOn()).isFalse();
    look(60, 62, motion(0.5));
    assertThat(log.all()).hasSize(2);
  }

  @Test
  void triesAgainAfterAFlood() {
    log.allow(0);
    look(0, 3, motion(0.5));
    assertThat(log.all()).isEmpty();
    assertThat(chronicle.complaint()).contains("tells too much");
    assertThat(log.sources().size()).isBetween(2, 4);
    log.allow(5);
    look(3, 5, motion(0.5));
    assertThat(log.all()).hasSize(1);
    assertThat(chronicle.complaint()).isEmpty();
  }

  @Test
  void takesOtherRulesWhileItLasts() {
    look(0, 2, motion(0.5));
    chronicle.adopt(Scene.rules(Scene.policy(EventType.MOTION), Scene.zone("all", 0, 1, 0)));
    look(2, 4, motion(0.5));
    assertThat(log.only().zones()).containsExactly("all");
  }
}
