package io.vigilnvr.api.decode;

import java.time.Duration;

/** What becomes of decoded pictures. */
public sealed interface DecodeOutput {
  /**
   * JPEG files.
   *
   * @param maxWidthPx pictures are made smaller to this, never larger, and keep their shape
   * @param quality 1 to 100
   */
  record Jpeg(int maxWidthPx, int quality) implements DecodeOutput {}

  /** Pixels, stretched to this size. */
  record Pixels(int widthPx, int heightPx, PixelFormat format) implements DecodeOutput {}

  /**
   * H.264 without B-frames, each picture coded as soon as it is there.
   *
   * @param maxWidthPx as for JPEG
   * @param keyframeInterval at most so long from one keyframe to the next
   */
  record H264(int maxWidthPx, int bitrateBps, Duration keyframeInterval) implements DecodeOutput {}
}
