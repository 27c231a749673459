package io.vigilnvr.live.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A media segment (RFC 8216, 3): the hub's fragments from one keyframe to another, not copied.
 *
 * @param number counts the parts of a ring
 * @param breaks how many discontinuities there were up to this part
 * @param broken whether one stands right before it
 */
record HlsPart(
    long number,
    Start start,
    long breaks,
    boolean broken,
    Instant at,
    Duration duration,
    List<ByteBuffer> fragments,
    long byteCount) {
  private static final int COPY_BYTES = 64 << 10;

  /** The init segment of a run. */
  record Start(long number, ByteBuffer bytes) {}

  HlsPart {
    fragments = List.copyOf(fragments);
  }

  void writeTo(OutputStream out) throws IOException {
    byte[] copy = new byte[COPY_BYTES];
    for (ByteBuffer fragment : fragments) {
      ByteBuffer rest = fragment.duplicate();
      while (rest.hasRemaining()) {
        int count = Math.min(copy.length, rest.remaining());
        rest.get(copy, 0, count);
        out.write(copy, 0, count);
      }
    }
  }
}
