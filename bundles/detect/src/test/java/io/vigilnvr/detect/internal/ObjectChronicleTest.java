package io.vigilnvr.detect.internal;

import static io.vigilnvr.detect.internal.Scene.person;
import static io.vigilnvr.detect.internal.Scene.second;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.decode.PixelFormat;
import io.vigilnvr.api.detect.Analysis.Verdict;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.Event.Box;
import io.vigilnvr.api.event.EventType;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.junit.jupiter.api.Test;

final class ObjectChronicleTest {
  private final FakeLog log = new FakeLog();
  private final FakePictures pictures = new FakePictures();
  private ObjectChronicle chronicle = chronicle(Scene.rules(Scene.policy(EventType.OBJECT)));

  private ObjectChronicle chronicle(Rules rules) {
    Teller teller =
        new Teller(log, new Portraits(pictures, log::keep, Runnable::run), Scene.FRONT, "onnx");
    return new ObjectChronicle(teller, rules);
  }

  private List<Verdict> take(double seconds, Detection... seen) {
    return chronicle.take(Scene.frame(seconds, PixelFormat.BGR24), List.of(seen));
  }

  /** Where somebody is from one time to another, five times a second. */
  private void walk(double from, double to, DoubleFunction<Detection> where) {
    for (int i = 0; i < Math.round((to - from) * 5); i++) {
      double at = from + i / 5.0;
      take(at, where.apply(at));
    }
  }

  private void nobody(double from, double to) {
    for (int i = 0; i < Math.round((to - from) * 5); i++) {
      take(from + i / 5.0);
    }
  }

  @Test
  void isUndecidedUntilItIsTold() {
    chronicle =
        chronicle(Scene.rules(Scene.onlyInZones(EventType.OBJECT), Scene.zone("yard", 0.6, 1, 0)));
    take(0);
    assertThat(chronicle.undecided()).isEmpty();
    walk(0.2, 0.6, at -> person(0.2 + 0.02 * at));
    assertThat(chronicle.undecided()).contains(second(0.2));
    walk(0.6, 20, at -> person(0.2 + 0.02 * at));
    // It may come into the zone yet, and is an event since ten seconds then.
    assertThat(chronicle.undecided()).contains(second(9.8));
    walk(20, 30, at -> person(0.2 + 0.02 * at));
    assertThat(log.only().startedAt()).isAfter(second(9.8));
    assertThat(chronicle.undecided()).isEmpty();
  }

  @Test
  void takesTwoLabelsForOnePlaceForOneThing() {
    // Of a person who comes in, by YOLOX-nano.
    Detection person = new Detection("person", 0.86, new Box(0.49, 0.2, 0.22, 0.78));
    Detection dog = new Detection("dog", 0.76, new Box(0.48, 0.19, 0.23, 0.74));
    take(0, new Detection("person", 0.6, new Box(0.47, 0.5, 0.18, 0.49)));
    take(0.2, new Detection("person", 0.7, new Box(0.48, 0.4, 0.2, 0.59)));
    List<Verdict> verdicts = take(0.6, person, dog);
    assertThat(verdicts).extracting(Verdict::counted).containsExactly(true, false);
    assertThat(verdicts.get(1).reason()).isEqualTo("more surely person");
    walk(0.8, 4, at -> person);
    nobody(4, 8);
    assertThat(log.only().label()).isEqualTo("person");
    assertThat(log.only().startedAt()).isEqualTo(second(0));
    assertThat(log.only().endedAt()).contains(second(3.8));
  }

  @Test
  void makesAnEventOfEachThing() {
    for (int i = 0; i < 30; i++) {
      take(
          0.2 * i,
          person(0.1 + 0.02 * i),
          new Detection("dog", 0.9, new Box(0.8 - 0.02 * i, 0.7, 0.1, 0.1)));
    }
    nobody(6, 10);
    assertThat(log.all()).extracting(Event::label).containsExactlyInAnyOrder("person", "dog");
    assertThat(log.all())
        .allSatisfy(
            event -> {
              assertThat(event.startedAt()).isEqualTo(second(0));
              assertThat(event.endedAt()).contains(second(5.8));
              assertThat(event.type()).isEqualTo(EventType.OBJECT);
            });
    Map<String, Object> data = log.all().get(0).data();
    assertThat(data).containsEntry("model", "yolo").containsEntry("threshold", 0.5);
    assertThat(data).containsKeys("track", "frames", "bestAt", "peakScore", "path", "reason");
  }

  @Test
  void keepsItsPathShort() {
    walk(0, 200, at -> person(0.5 + 0.4 * Math.sin(at / 3)));
    nobody(200, 205);
    assertThat((List<?>) log.only().data().get("path")).hasSizeBetween(40, 100);
  }

  @Test
  void keepsTheBestPictureWithItsBox() {
    // Somebody comes nearer, stays, and goes away again.
    Box near = new Box(0.3, 0.2, 0.2, 0.6);
    walk(
        0,
        10,
        at ->
            at < 4 || at > 6
                ? new Detection("person", 0.8, nearing(near, Math.min(at, 10 - at) / 4))
                : new Detection("person", 0.9, near));
    nobody(10, 14);
    Event event = log.only();
    assertThat(event.box()).contains(near);
    assertThat(Rounded.of(log.picture(event.id(), event.startedAt()).orElseThrow().captured()))
        .isEqualTo(event.data().get("bestAt"));
    assertThat(pictures.asked).isEmpty();
  }

  private static Box nearing(Box near, double share) {
    double width = near.width() * (0.5 + 0.4 * share);
    double height = near.height() * (0.5 + 0.4 * share);
    return new Box(near.x(), near.y(), width, height);
  }

  @Test
  void saysWhyItDoesNotCountYet() {
    assertThat(take(0, person(0.5)).get(0).reason())
        .isEqualTo("seen in 1 of 3 frames that are needed");
    take(0.2, person(0.5));
    Verdict verdict = take(0.4, person(0.5)).get(0);
    assertThat(verdict.reason()).isEqualTo("counts");
    assertThat(verdict.event()).contains(log.only().id());
    assertThat(take(0.6, Scene.seen("person", 0.3, 0.5)).get(0).reason())
        .isEqualTo("score 0.30 is below 0.50");
  }

  @Test
  void endsWhatStandsAndBeginsAgainWhenItMoves() {
    walk(0, 5, at -> person(0.1 + 0.05 * at));
    walk(5, 60, at -> person(0.35));
    assertThat(log.only().data()).containsEntry("stationary", true);
    assertThat(log.only().endedAt().orElseThrow()).isBetween(second(33), second(38));
    walk(60, 63, at -> person(0.35 + 0.1 * (at - 60)));
    assertThat(log.all()).hasSize(2);
    assertThat(log.all().get(1).startedAt()).isBetween(second(60), second(61.5));
    assertThat(log.all().get(1).data().get("track"))
        .isEqualTo(log.all().get(0).data().get("track"));
  }

  @Test
  void doesNotTakeAParkedCarForANewOneAfterAPause() {
    walk(0, 5, at -> Scene.seen("car", 0.8, 0.1 + 0.05 * at));
    walk(5, 7, at -> Scene.seen("car", 0.8, 0.35));
    chronicle.pause();
    assertThat(log.only().endedAt()).isPresent();
    walk(600, 640, at -> Scene.seen("car", 0.8, 0.35));
    assertThat(log.all()).hasSize(1);
    assertThat(chronicle.isOn()).isFalse();
    walk(640, 643, at -> Scene.seen("car", 0.8, 0.35 + 0.1 * (at - 640)));
    assertThat(log.all()).hasSize(2);
  }

  @Test
  void namesZonesAndCrossings() {
    chronicle =
        chronicle(
            Scene.rules(
                Scene.policy(EventType.OBJECT),
                Scene.zone("left", 0, 0.5, 0),
                Scene.zone("right", 0.5, 1, 0),
                Scene.line("door", 0.5)));
    walk(0, 5, at -> person(0.2 + 0.12 * at));
    nobody(5, 9);
    assertThat(log.only().zones()).containsExactlyInAnyOrder("left", "door", "right");
    assertThat(log.only().data())
        .containsEntry("crossed", List.of(Map.of("line", "door", "direction", "left")));
  }

  @Test
  void countsOnlyInZonesIfAsked() {
    chronicle =
        chronicle(Scene.rules(Scene.onlyInZones(EventType.OBJECT), Scene.zone("right", 0.5, 1, 0)));
    walk(0, 4, at -> person(0.1 + 0.09 * at));
    assertThat(log.all()).isEmpty();
    assertThat(take(4, person(0.46)).get(0).reason()).isEqualTo("in no zone");
    walk(4.2, 8, at -> person(0.1 + 0.09 * at));
    assertThat(log.only().zones()).containsExactly("right");
  }

  @Test
  void countsTheCrossingOfALineOnlyIfAsked() {
    chronicle =
        chronicle(Scene.rules(Scene.onlyInZones(EventType.OBJECT), Scene.line("door", 0.5)));
    walk(0, 3, at -> person(0.2 + 0.08 * at));
    assertThat(log.all()).isEmpty();
    walk(3, 6, at -> person(0.2 + 0.08 * at));
    assertThat(log.only().zones()).containsExactly("door");
  }

  @Test
  void whoLoitersCountsAndLasts() {
    chronicle =
        chronicle(Scene.rules(Scene.onlyInZones(EventType.OBJECT), Scene.zone("gate", 0, 1, 60)));
    walk(0, 59, at -> person(0.5));
    assertThat(log.all()).isEmpty();
    walk(59, 75, at -> person(0.5));
    assertThat(log.only().endedAt()).isEmpty();
    assertThat(log.only().data()).containsEntry("loitered", List.of("gate"));
    assertThat(log.only().startedAt()).isEqualTo(second(50));
  }

  @Test
  void splitsWhatDoesNotEnd() {
    walk(0, 3700, at -> person(0.5 + 0.3 * Math.sin(at)));
    assertThat(log.all()).hasSize(2);
    assertThat(log.all().get(1).data()).containsEntry("continues", log.all().get(0).id());
    assertThat(log.all().get(0).data().get("track"))
        .isEqualTo(log.all().get(1).data().get("track"));
  }

  @Test
  void endsEverythingAtTheEnd() {
    walk(0, 3, at -> person(0.2 + 0.05 * at));
    assertThat(chronicle.ongoing()).isEqualTo(1);
    chronicle.end();
    assertThat(chronicle.ongoing()).isZero();
    assertThat(log.lasting()).isEmpty();
  }
}
