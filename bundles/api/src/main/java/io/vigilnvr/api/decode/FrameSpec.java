package io.vigilnvr.api.decode;

import java.time.Duration;

/**
 * What pixels somebody wants of a stream. The picture is stretched to the size, so that positions
 * are the same fractions of it as in the camera's picture.
 *
 * @param rate how often
 */
public record FrameSpec(int widthPx, int heightPx, PixelFormat format, Rate rate) {
  private static final int MOST_PIXELS = 3840;

  /** How often a picture is wanted. */
  public sealed interface Rate {
    /** One picture in each such time; all of them if it is zero. Everything is decoded. */
    record Every(Duration interval) implements Rate {
      public Every {
        if (interval.isNegative()) {
          throw new IllegalArgumentException("an interval is not negative: " + interval);
        }
      }
    }

    /** Keyframes, and nothing else is decoded: costs next to nothing. */
    record Keyframes() implements Rate {}
  }

  public FrameSpec {
    if (widthPx < 16 || widthPx > MOST_PIXELS || heightPx < 16 || heightPx > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "a side has 16 to " + MOST_PIXELS + " pixels: " + widthPx + "x" + heightPx);
    }
  }

  /** Bytes of one frame. */
  public int frameBytes() {
    return widthPx * heightPx * format.bytesPerPixel();
  }
}
