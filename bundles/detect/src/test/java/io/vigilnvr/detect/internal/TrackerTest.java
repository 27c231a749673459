package io.vigilnvr.detect.internal;

import static io.vigilnvr.detect.internal.Scene.person;
import static io.vigilnvr.detect.internal.Scene.second;
import static io.vigilnvr.detect.internal.Scene.seen;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.event.Event.Box;
import io.vigilnvr.api.event.EventType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TrackerTest {
  private final Tracker tracker = new Tracker(Scene.policy(EventType.OBJECT));

  private List<Integer> take(double seconds, Detection... seen) {
    List<Integer> ids =
        tracker.take(second(seconds), List.of(seen)).stream()
            .map(track -> track.orElseThrow().id())
            .toList();
    tracker.gone(second(seconds));
    return ids;
  }

  @Test
  void followsOneThingAcrossThePicture() {
    Set<Integer> ids = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      ids.addAll(take(0.2 * i, person(0.05 + 0.02 * i)));
    }
    assertThat(ids).containsExactly(1);
  }

  @Test
  void keepsTwoApartThatPassEachOther() {
    List<List<Integer>> ids = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      double way = 0.1 + 0.02 * i;
      Detection there = new Detection("person", 0.8, new Box(way - 0.03, 0.3, 0.06, 0.2));
      Detection back = new Detection("person", 0.8, new Box(0.97 - way, 0.36, 0.06, 0.2));
      ids.add(take(0.2 * i, there, back));
    }
    assertThat(ids).containsOnly(List.of(1, 2));
  }

  @Test
  void knowsAgainWhatWasHiddenForAWhile() {
    for (int i = 0; i < 10; i++) {
      take(0.2 * i, person(0.1 + 0.02 * i));
    }
    for (int i = 10; i < 14; i++) {
      take(0.2 * i);
    }
    assertThat(take(2.8, person(0.38))).containsExactly(1);
  }

  private static Detection at(double x, double y, double width, double height) {
    return new Detection("person", 0.8, new Box(x, y, width, height));
  }

  @Test
  void takesTwoBoxesOnOneThingForOne() {
    for (int i = 0; i < 3; i++) {
      assertThat(take(0.2 * i, at(0.49, 0.5, 0.2, 0.45))).containsExactly(1);
    }
    assertThat(take(0.6, at(0.49, 0.5, 0.2, 0.45), at(0.47, 0.1, 0.24, 0.87)))
        .containsExactly(1, 2);
    for (int i = 4; i < 20; i++) {
      assertThat(take(0.2 * i, at(0.47, 0.1, 0.24, 0.87))).containsExactly(1);
    }
    assertThat(tracker.tracks()).hasSize(1);
  }

  @Test
  void doubtsTheSecondBoxForSomeFrames() {
    for (int i = 0; i < 8; i++) {
      take(0.2 * i, at(0.47, 0.1, 0.24, 0.87), at(0.49, 0.5, 0.2, 0.3));
      assertThat(tracker.tracks()).filteredOn(track -> track.presence().isOn()).hasSizeLessThan(2);
    }
  }

  @Test
  void believesInTheSecondThatStays() {
    for (int i = 0; i < 20; i++) {
      assertThat(take(0.2 * i, at(0.47, 0.1, 0.24, 0.87), at(0.49, 0.5, 0.2, 0.3))).hasSize(2);
    }
    assertThat(tracker.tracks()).hasSize(2).allMatch(track -> track.presence().isOn());
  }

  @Test
  void believesInTheSecondThatGoesItsOwnWay() {
    for (int i = 0; i < 5; i++) {
      take(0.2 * i, at(0.1 + 0.02 * i, 0.2, 0.1, 0.4));
    }
    take(1, at(0.2, 0.2, 0.1, 0.4), at(0.21, 0.25, 0.08, 0.25));
    for (int i = 0; i < 4; i++) {
      double way = 0.05 * (i + 1);
      assertThat(take(1.2 + 0.2 * i, at(0.2, 0.2, 0.1, 0.4), at(0.21 + way, 0.25, 0.08, 0.25)))
          .containsExactly(1, 2);
    }
    assertThat(tracker.tracks()).hasSize(2).allMatch(track -> track.presence().isOn());
  }

  /** Who walks 0.07 of the picture in a second, and is looked at once in three. */
  @Test
  void followsWhoIsSeldomLookedAt() {
    Set<Integer> ids = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      ids.addAll(take(3 * i, person(0.05 + 0.2 * i)));
    }
    assertThat(ids).containsExactly(1);
  }

  @Test
  void doesNotTakeWhoComesFarAwayForWhoWent() {
    for (int i = 0; i < 10; i++) {
      take(0.2 * i, person(0.1));
    }
    take(2);
    assertThat(take(2.2, person(0.7))).containsExactly(2);
  }

  @Test
  void forgetsWhatIsGone() {
    for (int i = 0; i < 10; i++) {
      take(0.2 * i, person(0.5));
    }
    take(4.1);
    take(4.3);
    take(4.5);
    assertThat(tracker.tracks()).isEmpty();
    assertThat(take(5, person(0.5))).containsExactly(2);
  }

  @Test
  void doesNotTakeNoiseForAThing() {
    var random = new Random(7);
    for (int i = 0; i < 200; i++) {
      take(0.2 * i, i % 5 == 0 ? new Detection[] {person(random.nextDouble())} : new Detection[0]);
      assertThat(tracker.tracks()).noneMatch(track -> track.presence().isOn());
    }
  }

  @Test
  void callsAThingWhatMostFramesCallIt() {
    for (int i = 0; i < 10; i++) {
      assertThat(take(0.2 * i, seen(i % 4 == 1 ? "truck" : "car", 0.7, 0.5 + 0.01 * i)))
          .containsExactly(1);
    }
    assertThat(tracker.tracks().get(0).label()).isEqualTo("car");
  }

  @Test
  void doesNotTakeADogBesideSomebodyForHim() {
    take(0, person(0.5));
    assertThat(take(0.2, seen("dog", 0.8, 0.56), person(0.51))).containsExactly(2, 1);
  }

  @Test
  void trembleIsNoMovement() {
    var random = new Random(3);
    for (int i = 0; i < 200; i++) {
      double x = 0.5 + 0.004 * (random.nextDouble() - 0.5);
      take(0.2 * i, person(x));
    }
    assertThat(tracker.tracks().get(0).stands(second(40), Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void slowMovementIsMovement() {
    for (int i = 0; i < 200; i++) {
      take(0.2 * i, person(0.2 + 0.001 * i));
      assertThat(tracker.tracks().get(0).stands(second(0.2 * i), Duration.ofSeconds(30))).isFalse();
    }
  }

  @Test
  void knowsAgainWhatStoodThereBeforeAPause() {
    for (int i = 0; i < 10; i++) {
      take(0.2 * i, person(0.5), person(0.1 + 0.02 * i));
    }
    // The second has gone by the last frame.
    take(2, person(0.5));
    tracker.pause(second(2));
    assertThat(tracker.tracks()).hasSize(1);
    tracker.resume(Duration.ofHours(2));
    assertThat(take(7202, person(0.5))).containsExactly(1);
    assertThat(tracker.tracks().get(0).isStationary()).isTrue();
  }

  @Test
  void followsNoMoreThanItCan() {
    Detection[] crowd = new Detection[100];
    for (int i = 0; i < 100; i++) {
      crowd[i] =
          new Detection(
              "person", 0.9, new Box(i % 10 / 10.0, 0.1 * Math.floorDiv(i, 10), 0.03, 0.03));
    }
    var found = tracker.take(second(0), List.of(crowd));
    assertThat(found.stream().filter(track -> track.isPresent())).hasSize(Tracker.MOST);
  }
}
