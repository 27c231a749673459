package io.vigilnvr.detect.internal;

import static io.vigilnvr.detect.internal.Scene.second;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.Camera.Point;
import io.vigilnvr.api.camera.Camera.Zone;
import io.vigilnvr.detect.internal.Whereabouts.Crossing;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WhereaboutsTest {
  private static final Duration TOLERANCE = Duration.ofSeconds(1);
  private static final Zone GATE = Scene.zone("gate", 0, 0.5, 10);
  private static final Zone YARD = Scene.zone("yard", 0.5, 1, 0);

  private final Whereabouts whereabouts = new Whereabouts();

  private List<String> stay(double seconds, Zone... in) {
    return whereabouts.stay(second(seconds), List.of(GATE, YARD), List.of(in)::contains, TOLERANCE);
  }

  @Test
  void countsAtOnceWhereNobodyNeedsToLoiter() {
    assertThat(stay(0, YARD)).containsExactly("yard");
    assertThat(whereabouts.touched()).containsExactly("yard");
    assertThat(whereabouts.loitered()).isEmpty();
  }

  @Test
  void countsOnceItLoiters() {
    for (int i = 0; i < 10; i++) {
      assertThat(stay(i, GATE)).isEmpty();
    }
    assertThat(stay(10, GATE)).containsExactly("gate");
    assertThat(whereabouts.loitered()).containsExactly("gate");
  }

  @Test
  void beginsAnewOnceItLeft() {
    for (int i = 0; i < 8; i++) {
      stay(i, GATE);
    }
    stay(8, YARD);
    stay(9, YARD);
    for (int i = 10; i < 20; i++) {
      assertThat(stay(i, GATE)).isEmpty();
    }
    assertThat(stay(20, GATE)).containsExactly("gate");
  }

  private List<Crossing> walk(Zone line, double... xs) {
    for (double x : xs) {
      whereabouts.step(new Point(x, 0.5), List.of(line));
    }
    return whereabouts.crossings();
  }

  @Test
  void saysWhichWayALineWasCrossed() {
    // Along the line, from the top to the bottom, the left of the picture is to the right.
    Zone line = Scene.line("door", 0.5);
    assertThat(walk(line, 0.3, 0.4, 0.6, 0.7)).containsExactly(new Crossing("door", false));
    assertThat(walk(line, 0.6, 0.45))
        .containsExactly(new Crossing("door", false), new Crossing("door", true));
    assertThat(whereabouts.touched()).containsExactly("door");
  }

  @Test
  void trembleOnALineIsNoCrossing() {
    assertThat(walk(Scene.line("door", 0.5), 0.3, 0.499, 0.504, 0.497, 0.505, 0.49)).isEmpty();
  }

  @Test
  void whoPassesBesideALineDoesNotCrossIt() {
    Zone upper = new Zone("upper", List.of(new Point(0.5, 0), new Point(0.5, 0.4)), List.of(), 0);
    assertThat(walk(upper, 0.3, 0.7)).isEmpty();
  }
}
