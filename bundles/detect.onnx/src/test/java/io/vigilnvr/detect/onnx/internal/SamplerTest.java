package io.vigilnvr.detect.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vigilnvr.detect.onnx.internal.InputFormat.Resize;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final int WIDTH = 96;
  private static final int HEIGHT = 48;

  private static InputFormat format(Resize resize, boolean rgb) {
    return new InputFormat(
        32, 32, rgb, List.of(10.0, 20.0, 30.0), List.of(2.0, 4.0, 5.0), resize, 100);
  }

  /** Blue grows to the right, green downwards, red is 50. */
  private static ByteBuffer ramps() {
    ByteBuffer bgr = ByteBuffer.allocateDirect(WIDTH * HEIGHT * 3);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        bgr.put((byte) (2 * x)).put((byte) (4 * y)).put((byte) 50);
      }
    }
    return bgr.flip();
  }

  private static float[] sample(InputFormat format, Crop crop) {
    var sampler = new Sampler(format, WIDTH);
    FloatBuffer out = FloatBuffer.allocate(format.values());
    sampler.fill(ramps(), sampler.place(crop), out);
    return out.array();
  }

  private static float at(float[] values, int channel, int x, int y) {
    return values[channel * 32 * 32 + y * 32 + x];
  }

  @Test
  void stretchesAndScalesEachChannel() {
    float[] values = sample(format(Resize.STRETCH, false), new Crop(0, 0, WIDTH, HEIGHT));
    // The middle of column 10 of 32 is at 31.5 of 96, whose pixel's middle is at 31.
    assertThat(at(values, 0, 10, 5)).isCloseTo((2 * 31f - 10) / 2, within(0.01f));
    assertThat(at(values, 1, 10, 4)).isCloseTo((4 * 6.25f - 20) / 4, within(0.01f));
    assertThat(at(values, 2, 31, 31)).isCloseTo((50f - 30) / 5, within(0.01f));
  }

  @Test
  void putsRedFirstIfWanted() {
    float[] values = sample(format(Resize.STRETCH, true), new Crop(0, 0, WIDTH, HEIGHT));
    assertThat(at(values, 0, 3, 3)).isCloseTo((50f - 10) / 2, within(0.01f));
    assertThat(at(values, 2, 10, 5)).isCloseTo((2 * 31f - 30) / 5, within(0.01f));
  }

  @Test
  void keepsTheShapeAndPads() {
    float[] values = sample(format(Resize.LETTERBOX_TOPLEFT, false), new Crop(0, 0, WIDTH, HEIGHT));
    assertThat(at(values, 2, 0, 15)).isCloseTo(4, within(0.01f));
    assertThat(at(values, 2, 0, 16)).isCloseTo((100f - 30) / 5, within(0.01f));
    values = sample(format(Resize.LETTERBOX, false), new Crop(0, 0, WIDTH, HEIGHT));
    assertThat(at(values, 2, 31, 7)).isCloseTo(14, within(0.01f));
    assertThat(at(values, 2, 31, 8)).isCloseTo(4, within(0.01f));
    assertThat(at(values, 2, 31, 24)).isCloseTo(14, within(0.01f));
  }

  @Test
  void takesAPartAndFindsItsWayBack() {
    var crop = new Crop(40, 10, 32, 32);
    InputFormat format = format(Resize.LETTERBOX, false);
    float[] values = sample(format, crop);
    assertThat(at(values, 0, 5, 7)).isCloseTo((2 * 45f - 10) / 2, within(0.01f));
    assertThat(at(values, 1, 5, 7)).isCloseTo((4 * 17f - 20) / 4, within(0.01f));
    Sampler.Placing placing = new Sampler(format, WIDTH).place(crop);
    assertThat(placing.frameX(5)).isCloseTo(45, within(1e-9));
    assertThat(placing.frameY(7)).isCloseTo(17, within(1e-9));
  }

  @Test
  void leavesNothingOfThePictureBefore() {
    InputFormat format = format(Resize.LETTERBOX, false);
    var sampler = new Sampler(format, WIDTH);
    FloatBuffer used = FloatBuffer.allocate(format.values());
    var square = new Crop(0, 0, HEIGHT, HEIGHT);
    var wide = new Crop(0, 0, WIDTH, HEIGHT);
    sampler.fill(ramps(), sampler.place(square), used);
    sampler.fill(ramps(), sampler.place(wide), used);
    assertThat(used.array()).isEqualTo(sample(format, wide));
  }
}
