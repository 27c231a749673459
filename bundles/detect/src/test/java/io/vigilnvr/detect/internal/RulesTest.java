package io.vigilnvr.detect.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.Camera.Zone;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.Policy;
import io.vigilnvr.api.event.Event.Box;
import io.vigilnvr.api.event.EventType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RulesTest {
  private static final Policy OBJECTS =
      new Policy(
          EventType.OBJECT,
          Map.of("person", new Policy.Least(0.6, 0.01), "dog", new Policy.Least(0.3, 0)),
          Policy.Least.NOTHING,
          1,
          1,
          Duration.ZERO,
          false,
          false,
          false);

  private final Rules objects = new Rules(OBJECTS, List.of(), List.of(Scene.mask(0.7, 1)), "");
  private final Rules motion =
      new Rules(Scene.policy(EventType.MOTION), List.of(), List.of(Scene.mask(0.7, 1)), "");

  @Test
  void asksForEachLabelsOwnScore() {
    assertThat(objects.refusal(Scene.seen("person", 0.6, 0.5))).isEmpty();
    assertThat(objects.refusal(Scene.seen("person", 0.59, 0.5)))
        .contains("score 0.59 is below 0.60");
    assertThat(objects.refusal(Scene.seen("dog", 0.3, 0.5))).isEmpty();
    assertThat(objects.refusal(Scene.seen("cat", 1, 0.5))).contains("cat is not looked for");
  }

  @Test
  void asksForASize() {
    var small = new Detection("person", 0.9, new Box(0.5, 0.5, 0.05, 0.1));
    assertThat(objects.refusal(small)).contains("size 0.50 % is below 1.00 % of the picture");
  }

  @Test
  void masksObjectsByTheirFeet() {
    assertThat(objects.refusal(Scene.seen("person", 0.9, 0.69))).isEmpty();
    assertThat(objects.refusal(Scene.seen("person", 0.9, 0.71))).contains("in a masked part");
  }

  @Test
  void masksMotionByItsLargerPart() {
    assertThat(motion.refusal(Scene.seen("motion", 1, 0.69))).isEmpty();
    assertThat(motion.refusal(Scene.seen("motion", 1, 0.71))).contains("in a masked part");
  }

  @Test
  void seesObjectsInAZoneByTheirFeetAndMotionByItsBox() {
    Zone zone = Scene.zone("drive", 0, 0.5, 0);
    Box across = new Box(0.48, 0.3, 0.1, 0.2);
    assertThat(objects.isIn(zone, "person", across)).isFalse();
    assertThat(motion.isIn(zone, "motion", across)).isTrue();
    assertThat(motion.isIn(zone, "motion", new Box(0.499, 0.3, 0.1, 0.2))).isFalse();
  }

  @Test
  void asksWhatAZoneIsFor() {
    Zone zone = new Zone("drive", Scene.rectangle(0, 0, 1, 1), List.of("dog"), 0.03);
    assertThat(objects.isIn(zone, "person", new Box(0, 0, 0.5, 0.5))).isFalse();
    assertThat(objects.isIn(zone, "dog", new Box(0, 0, 0.5, 0.5))).isTrue();
    assertThat(objects.isIn(zone, "dog", new Box(0, 0, 0.1, 0.1))).isFalse();
  }
}
