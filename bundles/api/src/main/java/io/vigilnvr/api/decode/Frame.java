package io.vigilnvr.api.decode;

import io.vigilnvr.api.camera.StreamId;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * A decoded picture.
 *
 * @param sequence of the access unit it was decoded from
 * @param captured likewise
 * @param spec size and format of the pixels
 * @param pixels read-only; lent for the call that hands it over
 */
public record Frame(
    StreamId stream, long sequence, Instant captured, FrameSpec spec, ByteBuffer pixels) {
  public Frame {
    if (pixels.remaining() != spec.frameBytes()) {
      throw new IllegalArgumentException("not a frame of " + spec + ": " + pixels.remaining());
    }
    pixels = pixels.slice().asReadOnlyBuffer();
  }
}
