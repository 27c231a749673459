package io.vigilnvr.api.media;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * One {@code moof} and its {@code mdat} (ISO/IEC 14496-12, 8.8.4), made once by the hub and handed
 * to every consumer as it is.
 *
 * @param firstSequence number of its first access unit
 * @param lastSequence number of its last; a fragment holds all numbers between. Its low 32 bits are
 *     the {@code mfhd} sequence number
 * @param track number of the track it belongs to
 * @param keyframe whether it starts with a keyframe of the primary track: a segment may start here
 * @param captured of its first unit
 * @param dtsTicks of its first unit ({@code tfdt}), in the track's timescale
 * @param durationTicks up to the next fragment of the track, as far as known when it was made
 * @param bytes read-only, position 0 to limit; never copied, take a {@code duplicate()} to read
 */
public record Fragment(
    long firstSequence,
    long lastSequence,
    int track,
    boolean keyframe,
    Instant captured,
    long dtsTicks,
    long durationTicks,
    ByteBuffer bytes) {
  public Fragment {
    if (lastSequence < firstSequence) {
      throw new IllegalArgumentException("ends before it starts: " + firstSequence);
    }
    bytes = bytes.asReadOnlyBuffer();
  }

  public int accessUnits() {
    return Math.toIntExact(lastSequence - firstSequence + 1);
  }

  public int byteCount() {
    return bytes.remaining();
  }
}
