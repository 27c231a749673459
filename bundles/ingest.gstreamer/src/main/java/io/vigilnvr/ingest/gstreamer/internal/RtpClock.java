package io.vigilnvr.ingest.gstreamer.internal;

import java.nio.ByteBuffer;

/**
 * Gives the packets of one track that came over TCP their times, and counts those that are missing
 * (RFC 3550, 5.1). Not thread-safe.
 */
final class RtpClock {
  private static final long NANOS = 1_000_000_000;
  private static final int HEADER_BYTES = 12;

  private final int payloadType;
  private final int clockRate;
  private boolean started;
  private long startNanos;
  private long ticks;
  private int lastTimestamp;
  private int nextSequence;
  private long lost;

  /**
   * @param payloadType of the packets that are meant
   * @param clockRate ticks in one second
   */
  RtpClock(int payloadType, int clockRate) {
    this.payloadType = payloadType;
    this.clockRate = clockRate;
  }

  /**
   * A packet's time.
   *
   * @param header its first 12 bytes
   * @param nanos when it came, on a clock that all tracks share
   * @return the time on that clock, or -1 if it is not one of this track's packets
   */
  long time(ByteBuffer header, long nanos) {
    if (header.limit() < HEADER_BYTES
        || (header.get(0) & 0xc0) != 0x80
        || (header.get(1) & 0x7f) != payloadType) {
      return -1;
    }
    int sequence = header.getShort(2) & 0xffff;
    int timestamp = header.getInt(4);
    if (started) {
      int missing = (sequence - nextSequence) & 0xffff;
      if (missing < 0x8000) {
        lost += missing;
      }
      ticks += timestamp - lastTimestamp;
    } else {
      started = true;
      startNanos = nanos;
    }
    nextSequence = sequence + 1;
    lastTimestamp = timestamp;
    long seconds = Math.floorDiv(ticks, (long) clockRate);
    long rest = Math.floorMod(ticks, (long) clockRate);
    // A clock that is set back must not lead before the beginning; it makes a new run anyhow.
    return Math.max(0, startNanos + seconds * NANOS + rest * NANOS / clockRate);
  }

  long lost() {
    return lost;
  }
}
