package io.vigilnvr.ingest.gstreamer.internal;

import java.nio.ByteBuffer;

/**
 * Makes times of the RTP timestamps of one track (RFC 3550, 5.1), on a clock that all tracks share:
 * the first packet's time is when it came. Not thread-safe.
 */
final class RtpClock {
  private static final long NANOS = 1_000_000_000;
  private static final int HEADER_BYTES = 12;

  private final int payloadType;
  private final int clockRate;
  private boolean started;
  private long ticks;
  private int lastTimestamp;
  private int announced;
  private boolean ahead;

  /**
   * @param payloadType of the packets that are meant
   * @param clockRate ticks in one second
   */
  RtpClock(int payloadType, int clockRate) {
    this.payloadType = payloadType;
    this.clockRate = clockRate;
  }

  /**
   * When a packet is to be presented.
   *
   * @param header its first 12 bytes
   * @param nanos when it came
   * @return nanoseconds, or -1 if it is not one of this track's packets
   */
  long nanos(ByteBuffer header, long nanos) {
    if (header.limit() < HEADER_BYTES
        || (header.get(0) & 0xc0) != 0x80
        || (header.get(1) & 0x7f) != payloadType) {
      return -1;
    }
    long time = ticks(header.getInt(4), nanos);
    // A clock that is set back must not lead before the beginning; it makes a new run anyhow.
    return Math.max(0, scale(time, NANOS, clockRate));
  }

  /**
   * When a picture is to be presented.
   *
   * @param timestamp of the last packet that came. It is the picture's if the picture is marked as
   *     whole; if not, it was found whole because this packet is of the next
   * @return ticks
   */
  long ticks(int timestamp, boolean marked, long nanos) {
    int own = marked || !ahead ? timestamp : announced;
    ahead = !marked;
    announced = timestamp;
    return ticks(own, nanos);
  }

  private long ticks(int timestamp, long nanos) {
    if (started) {
      ticks += timestamp - lastTimestamp;
    } else {
      started = true;
      ticks = scale(nanos, clockRate, NANOS);
    }
    lastTimestamp = timestamp;
    return ticks;
  }

  private static long scale(long value, long to, long from) {
    return Math.floorDiv(value, from) * to + Math.floorMod(value, from) * to / from;
  }
}
