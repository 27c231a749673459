package io.vigilnvr.detect.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.event.Event;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegionsTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final Crop WHOLE = new Crop(0, 0, 960, 540);
  private static final Event.Box SMALL = new Event.Box(0.4, 0.5, 0.05, 0.1);

  private final Regions regions =
      new Regions(
          960,
          540,
          new InputFormat(
              416,
              416,
              false,
              List.of(0.0, 0.0, 0.0),
              List.of(1.0, 1.0, 1.0),
              InputFormat.Resize.LETTERBOX,
              114));

  private List<Crop> after(long millis, Event.Box... moving) {
    return regions.of(List.of(moving), START.plusMillis(millis));
  }

  @Test
  void looksAtTheWholeWithoutMotion() {
    assertThat(after(0)).containsExactly(WHOLE);
    assertThat(after(200)).containsExactly(WHOLE);
  }

  @Test
  void looksAtTheWholeOnceASecondAndElseAtWhatMoves() {
    Crop square = new Crop(200, 89, 416, 416);
    assertThat(after(0, SMALL)).containsExactly(WHOLE, square);
    assertThat(after(200, SMALL)).containsExactly(square);
    assertThat(after(999, SMALL)).containsExactly(square);
    assertThat(after(1000, SMALL)).containsExactly(WHOLE, square);
    // A clock that was set back.
    assertThat(after(-5000, SMALL)).contains(WHOLE);
  }

  @Test
  void joinsWhatIsNear() {
    after(0);
    assertThat(after(200, SMALL, new Event.Box(0.5, 0.5, 0.05, 0.1))).hasSize(1);
    assertThat(after(400, SMALL, new Event.Box(0.9, 0.1, 0.05, 0.1))).hasSize(2);
  }

  @Test
  void looksAtTheWholeWhenMuchMoves() {
    after(0);
    assertThat(after(200, new Event.Box(0, 0, 0.9, 0.9))).containsExactly(WHOLE);
    assertThat(
            after(
                400,
                new Event.Box(0, 0, 0.02, 0.02),
                new Event.Box(0.98, 0, 0.02, 0.02),
                new Event.Box(0.5, 0.9, 0.02, 0.02)))
        .containsExactly(WHOLE);
  }

  @Test
  void staysInsideThePicture() {
    after(0);
    assertThat(after(200, new Event.Box(0, 0, 0, 0))).containsExactly(new Crop(0, 0, 416, 416));
    assertThat(after(400, new Event.Box(1, 1, 0, 0))).containsExactly(new Crop(544, 124, 416, 416));
  }
}
