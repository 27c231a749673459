package io.vigilnvr.api.media;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * The coded data of one picture, or of one run of audio samples.
 *
 * <p>The bytes are received once and never copied again: {@code buffer} holds {@link #HEADROOM}
 * bytes free of content in front of the payload, where the hub, and nobody else, writes the boxes
 * that make a {@link Fragment} of it.
 *
 * @param sequence counts the units of a stream, all tracks together, without a hole over the
 *     stream's whole life; a missing number is a lost unit
 * @param track number of its {@link Track}
 * @param captured when it reached the recorder, on the recorder's wall clock, as smoothed by the
 *     run's clock: within a run it advances with {@code ptsTicks}
 * @param ptsTicks presentation time in the track's timescale; zero is the start of the run
 * @param dtsTicks decoding time, likewise; never decreases within a track of a run
 * @param keyframe whether decoding can start here (H.26x: an IDR picture; audio: always)
 * @param buffer array-backed, position 0: headroom, then the payload up to the limit.
 *     Length-prefixed (4 bytes) NAL units for H.26x (ISO/IEC 14496-15), a raw frame for audio
 */
public record AccessUnit(
    long sequence,
    int track,
    Instant captured,
    long ptsTicks,
    long dtsTicks,
    boolean keyframe,
    ByteBuffer buffer) {
  /** Bytes in front of the payload: a moof for one sample (104) and an mdat header (8), rounded. */
  public static final int HEADROOM = 128;

  public AccessUnit {
    if (buffer.position() != 0 || buffer.limit() < HEADROOM) {
      throw new IllegalArgumentException("the buffer must start with " + HEADROOM + " free bytes");
    }
  }

  /** The payload alone: read-only, a view of its own. */
  public ByteBuffer payload() {
    return buffer.slice(HEADROOM, buffer.limit() - HEADROOM).asReadOnlyBuffer();
  }

  public int payloadBytes() {
    return buffer.limit() - HEADROOM;
  }
}
