package io.vigilnvr.media.codec;

/**
 * What a video's parameter sets say of its pictures.
 *
 * @param widthPx after cropping
 * @param heightPx after cropping
 * @param pixelWidth of one pixel, relative to {@code pixelHeight}; 1 and 1 for square or unknown
 * @param frameRate pictures in one second; 0 if the stream does not say
 */
public record Picture(
    int widthPx, int heightPx, int pixelWidth, int pixelHeight, double frameRate) {
  public Picture {
    if (widthPx < 1 || heightPx < 1 || pixelWidth < 1 || pixelHeight < 1) {
      throw new IllegalArgumentException("a picture has a size");
    }
    if (!(frameRate >= 0)) {
      throw new IllegalArgumentException("frame rate must not be negative: " + frameRate);
    }
  }
}
