package io.vigilnvr.ingest.rtsp.internal;

import java.time.Duration;

/**
 * What a camera's last sender report (RFC 3550, 6.4.1) says of one track: which timestamp was when
 * on the camera's clock. That clock may be years off, so it is used for nothing but to compare two
 * tracks. Not thread-safe.
 */
final class SenderClock {
  private static final long NANOS = 1_000_000_000;

  /** The time between two reports, by the camera's clock and ours, differs by jitter alone. */
  private static final long JITTER_NANOS = Duration.ofSeconds(1).toNanos();

  private boolean known;
  private int source;
  private long cameraNanos;
  private int timestamp;
  private long arrivedNanos;
  private int count;

  void reported(int from, int ntpSeconds, int ntpFraction, int rtpTimestamp, long arrived) {
    // Zero is what it says who has no clock: RFC 3550, 6.4.1.
    known = ntpSeconds != 0 || ntpFraction != 0;
    source = from;
    cameraNanos =
        (ntpSeconds & 0xffff_ffffL) * NANOS + (((ntpFraction & 0xffff_ffffL) * NANOS) >>> 32);
    timestamp = rtpTimestamp;
    arrivedNanos = arrived;
    count++;
  }

  /** The packets are of this source from now on; what another one reported is not theirs. */
  void began(int from) {
    known = known && source == from;
  }

  /** How many reports there were. */
  int count() {
    return count;
  }

  /** The timestamp that was reported last. */
  int timestamp() {
    return timestamp;
  }

  /** When that report came. */
  long arrivedNanos() {
    return arrivedNanos;
  }

  /** How long after another track's report this one's was made, on the camera's clock. */
  long nanosSince(SenderClock other) {
    return cameraNanos - other.cameraNanos;
  }

  /** Whether there are reports on both tracks, by a clock that goes as ours does. */
  boolean isComparable(SenderClock other) {
    return known
        && other.known
        && Math.abs(nanosSince(other) - (arrivedNanos - other.arrivedNanos)) < JITTER_NANOS;
  }
}
