package io.vigilnvr.api.decode;

/** How the pixels of a {@link Frame} lie in memory: row by row, without padding. */
public enum PixelFormat {
  /** One byte for each pixel: its brightness. */
  GRAY8(1),
  /** Three bytes for each pixel: blue, green, red. */
  BGR24(3);

  private final int bytesPerPixel;

  PixelFormat(int bytesPerPixel) {
    this.bytesPerPixel = bytesPerPixel;
  }

  public int bytesPerPixel() {
    return bytesPerPixel;
  }
}
