package io.vigilnvr.ingest.rtsp.internal;

import java.nio.ByteBuffer;

/**
 * Reads the packets of one track (RFC 3550, 5.1): counts what is missing, and makes times of
 * timestamps on a clock that all tracks of a session share, the arrival of the first packet. Not
 * thread-safe.
 */
final class RtpReceiver {
  private static final int HEADER_BYTES = 12;
  private static final long NANOS = 1_000_000_000;

  /** RFC 3550, A.1: further ahead is another sequence, not a loss. */
  private static final int MAX_DROPOUT = 3000;

  private static final int MAX_MISORDER = 100;

  private final int payloadType;
  private final int timescale;
  private final Depacketizer depacketizer;

  private boolean started;
  private int ssrc;
  private int expected;
  private int cycles;
  private int lastTimestamp;
  private long ticks;
  private long lost;
  private long lostBefore;
  private int received;

  // Of the last sender report: RFC 3550, 6.4.1.
  private int reportMiddle;
  private long reportNanos;

  RtpReceiver(int payloadType, int timescale, Depacketizer depacketizer) {
    this.payloadType = payloadType;
    this.timescale = timescale;
    this.depacketizer = depacketizer;
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
    expected = (sequence + 1) & 0xffff;
    lastTimestamp = timestamp;
    received++;
    lost += missing;
    depacketizer.packet(in, payload, end - payload, ticks, (second & 0x80) != 0, gap);
    return missing;
  }

  private void start(int source, int timestamp, long nanos) {
    started = true;
    cycles = 0;
    lost = 0;
    lostBefore = 0;
    received = 0;
    reportMiddle = 0;
    ssrc = source;
    lastTimestamp = timestamp;
    ticks =
        Math.floorDiv(nanos, NANOS) * timescale + Math.floorMod(nanos, NANOS) * timescale / NANOS;
  }

  /** A control packet of the camera's. Its times are noted for our answer, and for nothing else. */
  void control(ByteBuffer in, int at, int length, long nanos) {
    if (length >= 28 && (in.get(at) & 0xc0) == 0x80 && (in.get(at + 1) & 0xff) == 200) {
      reportMiddle = in.getInt(at + 10);
      reportNanos = nanos;
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
