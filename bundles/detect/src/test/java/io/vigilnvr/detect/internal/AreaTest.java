package io.vigilnvr.detect.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vigilnvr.api.camera.Camera.Point;
import io.vigilnvr.api.event.Event.Box;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AreaTest {
  /** An L: the lower right quarter is missing. */
  private static final Area ANGLE =
      new Area(
          List.of(
              new Point(0, 0),
              new Point(1, 0),
              new Point(1, 0.5),
              new Point(0.5, 0.5),
              new Point(0.5, 1),
              new Point(0, 1)));

  @Test
  void knowsWhatIsInIt() {
    assertThat(ANGLE.contains(new Point(0.25, 0.75))).isTrue();
    assertThat(ANGLE.contains(new Point(0.75, 0.25))).isTrue();
    assertThat(ANGLE.contains(new Point(0.75, 0.75))).isFalse();
  }

  @Test
  void measuresWhatItHasInCommonWithABox() {
    assertThat(ANGLE.area()).isCloseTo(0.75, within(1e-9));
    assertThat(ANGLE.common(new Box(0, 0, 1, 1))).isCloseTo(0.75, within(1e-9));
    assertThat(ANGLE.common(new Box(0.25, 0.25, 0.5, 0.5))).isCloseTo(0.1875, within(1e-9));
    assertThat(ANGLE.common(new Box(0.6, 0.6, 0.3, 0.3))).isCloseTo(0, within(1e-9));
    assertThat(ANGLE.common(new Box(0.1, 0.1, 0.2, 0.2))).isCloseTo(0.04, within(1e-9));
  }

  @Test
  void measuresWhatABoxCutsOffATriangle() {
    Area triangle = new Area(List.of(new Point(0, 0), new Point(1, 0), new Point(0, 1)));
    assertThat(triangle.common(new Box(0.5, 0, 0.5, 1))).isCloseTo(0.125, within(1e-9));
  }

  @Test
  void takesBoxesIntoThePicture() {
    assertThat(Boxes.inside(new Box(-0.5, 0.5, 1, 2))).isEqualTo(new Box(0, 0.5, 0.5, 0.5));
    Box nowhere = Boxes.inside(new Box(Double.NaN, 0, Double.NaN, Double.POSITIVE_INFINITY));
    assertThat(nowhere).isEqualTo(new Box(0, 0, 0, 1));
  }

  @Test
  void measuresOverlap() {
    Box box = new Box(0, 0, 0.2, 0.2);
    assertThat(Boxes.overlap(box, box)).isCloseTo(1, within(1e-9));
    assertThat(Boxes.overlap(box, new Box(0.1, 0, 0.2, 0.2))).isCloseTo(1 / 3.0, within(1e-9));
    assertThat(Boxes.overlap(box, new Box(0.5, 0.5, 0.2, 0.2))).isZero();
    assertThat(Boxes.overlap(new Box(0, 0, 0, 0), new Box(0, 0, 0, 0))).isZero();
    assertThat(Boxes.around(List.of(box, new Box(0.5, 0.1, 0.1, 0.4))))
        .isEqualTo(new Box(0, 0, 0.6, 0.5));
  }
}
