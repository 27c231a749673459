package io.vigilnvr.ingest.rtsp.internal;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads the packets of one track (RFC 3550, 5.1): counts what is missing, and makes times of
 * timestamps on a clock that all tracks of a session share: the arrival of the first packet, and
 * how far from the leading track's the sender reports say that it is. Not thread-safe.
 */
final class RtpReceiver {
  private static final int HEADER_BYTES = 12;
  private static final long NANOS = 1_000_000_000;

  /** RFC 3550, A.1: further ahead is another sequence, not a loss. */
  private static final int MAX_DROPOUT = 3000;

  private static final int MAX_MISORDER = 100;

  /** Sound that comes so far from its pictures is a fault of the reports. */
  private static final long MOST_SHIFT_SECONDS = 2;

  /** Less than a millisecond is how reports are rounded: durations stay those of the camera's. */
  private static final int LEAST_SHIFTS_IN_SECOND = 1000;

  /** Sound waits so long for its first report; most cameras send one with the first packets. */
  private static final long REPORT_PATIENCE_NANOS = NANOS;

  /** Of a step of timestamps, a part so small is neither heard nor taken for a jump. */
  private static final int SLOWNESS = 64;

  private final int payloadType;
  private final int timescale;
  private final Depacketizer depacketizer;

  private boolean started;
  private int ssrc;
  private int expected;
  private int cycles;
  private int lastTimestamp;
  private long lastNanos;
  private long ticks;
  private long lost;
  private long lostBefore;
  private int received;

  // Of the last sender report: RFC 3550, 6.4.1.
  private int reportMiddle;
  private long reportNanos;

  private final SenderClock sender = new SenderClock();
  private final Optional<RtpReceiver> leading;

  /** What the reports make of the distance to the leading track, and what is added as yet. */
  private long shift;

  private long shifted;
  private boolean measured;
  private boolean settled;
  private long startedNanos;
  private int reportsSeen;

  /** For the track that the others follow. */
  RtpReceiver(int payloadType, int timescale, Depacketizer depacketizer) {
    this(payloadType, timescale, depacketizer, Optional.empty());
  }

  /**
   * @param leading whose times this track's are brought into line with
   */
  RtpReceiver(
      int payloadType, int timescale, Depacketizer depacketizer, Optional<RtpReceiver> leading) {
    this.payloadType = payloadType;
    this.timescale = timescale;
    this.depacketizer = depacketizer;
    this.leading = leading;
  }

  /**
   * @param in holds the packet at a place; anything may stand there
   * @param nanos when it came
   * @return packets that are missing before it
   */
  int packet(ByteBuffer in, int at, int length, long nanos) throws Fault {
    if (length < HEADER_BYTES || (in.get(at) & 0xc0) != 0x80) {
      return 0;
    }
    int first = in.get(at);
    int second = in.get(at + 1);
    if ((second & 0x7f) != payloadType) {
      return 0;
    }
    int payload = at + HEADER_BYTES + 4 * (first & 0x0f);
    int end = at + length;
    if ((first & 0x10) != 0) {
      if (payload + 4 > end) {
        return 0;
      }
      payload += 4 + 4 * (in.getShort(payload + 2) & 0xffff);
    }
    if ((first & 0x20) != 0) {
      end -= in.get(end - 1) & 0xff;
    }
    if (payload > end) {
      return 0;
    }
    int sequence = in.getShort(at + 2) & 0xffff;
    int timestamp = in.getInt(at + 4);
    int source = in.getInt(at + 8);
    int missing = 0;
    boolean gap = false;
    if (!started || source != ssrc) {
      gap = started;
      start(source, timestamp, nanos);
    } else {
      int ahead = (short) (sequence - expected);
      if (ahead < 0 && ahead > -MAX_MISORDER) {
        return 0; // came twice, or too late
      }
      gap = ahead != 0;
      if (ahead >= 0 && sequence < (expected - 1 & 0xffff)) {
        cycles++;
      }
      missing = ahead > 0 && ahead < MAX_DROPOUT ? ahead : 0;
      ticks += timestamp - lastTimestamp;
    }
    long step = Math.abs((long) (timestamp - lastTimestamp));
    expected = (sequence + 1) & 0xffff;
    lastTimestamp = timestamp;
    lastNanos = nanos;
    received++;
    lost += missing;
    if (leading.isPresent() && !align(leading.get(), step)) {
      return missing;
    }
    depacketizer.packet(in, payload, end - payload, ticks + shifted, (second & 0x80) != 0, gap);
    return missing;
  }

  /**
   * Moves to where the reports say that the track is: at once with the first ones, for which it
   * waits a little, as time cannot go back later; then so slowly that it goes on in between.
   *
   * @return whether the track has its place
   */
  private boolean align(RtpReceiver other, long step) {
    int reports = sender.count() + other.sender.count();
    if (reports != reportsSeen || !settled) {
      reportsSeen = reports;
      measure(other);
    }
    if (settled) {
      long most = Math.max(1, step / SLOWNESS);
      shifted += Math.max(-most, Math.min(most, shift - shifted));
    } else if (measured || lastNanos - startedNanos > REPORT_PATIENCE_NANOS) {
      shifted = shift;
      settled = true;
    }
    return settled;
  }

  /** Reports are believed if they agree with each other and, roughly, with what arrives. */
  private void measure(RtpReceiver other) {
    if (!other.started
        || !sender.isComparable(other.sender)
        || !isNearReport()
        || !other.isNearReport()) {
      return;
    }
    long byArrival = reportedNanos() - other.reportedNanos();
    long distance = (sender.nanosSince(other.sender) - byArrival) * timescale / NANOS;
    if (Math.abs(distance - shifted) < MOST_SHIFT_SECONDS * timescale) {
      if (!measured || Math.abs(distance - shift) * LEAST_SHIFTS_IN_SECOND >= timescale) {
        shift = distance;
      }
      measured = true;
    }
  }

  /** Whether the reported timestamp is one that packets have at the time of the report. */
  private boolean isNearReport() {
    long byTimestamps = (long) (sender.timestamp() - lastTimestamp) * NANOS / timescale;
    long byArrival = sender.arrivedNanos() - lastNanos;
    return Math.abs(byTimestamps - byArrival) < MOST_SHIFT_SECONDS * NANOS;
  }

  /** When the reported timestamp was, on the shared clock as arrival has it. */
  private long reportedNanos() {
    long at = ticks + (sender.timestamp() - lastTimestamp);
    return Math.floorDiv(at, (long) timescale) * NANOS
        + Math.floorMod(at, (long) timescale) * NANOS / timescale;
  }

  private void start(int source, int timestamp, long nanos) {
    started = true;
    cycles = 0;
    lost = 0;
    lostBefore = 0;
    received = 0;
    reportMiddle = 0;
    sender.began(source);
    startedNanos = nanos;
    ssrc = source;
    lastTimestamp = timestamp;
    ticks =
        Math.floorDiv(nanos, NANOS) * timescale + Math.floorMod(nanos, NANOS) * timescale / NANOS;
  }

  /** A control packet of the camera's, which begins with its report if there is one. */
  void control(ByteBuffer in, int at, int length, long nanos) {
    if (length >= 28 && (in.get(at) & 0xc0) == 0x80 && (in.get(at + 1) & 0xff) == 200) {
      reportMiddle = in.getInt(at + 10);
      reportNanos = nanos;
      sender.reported(
          in.getInt(at + 4), in.getInt(at + 8), in.getInt(at + 12), in.getInt(at + 16), nanos);
    }
  }

  /**
   * Writes a receiver report and the name that must stand beside it (RFC 3550, 6.1 and 6.4.2);
   * nothing before anything came. Some cameras end a session in which nobody reports.
   */
  void report(ByteBuffer out, int ownSource, long nanos) {
    if (!started) {
      return;
    }
    long interval = lost - lostBefore;
    int fraction = received == 0 ? 0 : (int) (255 * interval / (interval + received));
    lostBefore = lost;
    received = 0;
    out.put((byte) 0x81).put((byte) 201).putShort((short) 7).putInt(ownSource);
    out.putInt(ssrc);
    out.putInt((fraction << 24) | (int) Math.min(lost, 0x7fffff));
    out.putInt((cycles << 16) | ((expected - 1) & 0xffff));
    out.putInt(0);
    out.putInt(reportMiddle);
    out.putInt(reportMiddle == 0 ? 0 : (int) ((nanos - reportNanos) / 1000 * 65_536 / 1_000_000));
    out.put((byte) 0x81).put((byte) 202).putShort((short) 3).putInt(ownSource);
    out.put((byte) 1).put((byte) 5).put(new byte[] {'v', 'i', 'g', 'i', 'l', 0});
  }
}
