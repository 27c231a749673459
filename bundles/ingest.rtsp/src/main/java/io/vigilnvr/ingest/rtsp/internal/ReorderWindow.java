package io.vigilnvr.ingest.rtsp.internal;

import java.nio.ByteBuffer;

/**
 * Puts datagrams that overtook each other back in order, if the missing one comes before so many
 * others, or so much time, went by. Costs nothing as long as all come in order.
 */
final class ReorderWindow {
  /** Takes packets in order. */
  @FunctionalInterface
  interface Output {
    void packet(ByteBuffer in, int at, int length) throws Fault;
  }

  static final int SLOTS = 64;
  private static final int SLOT_BYTES = 2048;

  /** RFC 3550, A.1: further back is another sequence. */
  private static final int MAX_MISORDER = 100;

  private static final long MAX_WAIT_NANOS = 50_000_000;

  private final Output output;
  private ByteBuffer slots = ByteBuffer.allocate(0);
  private final int[] lengths = new int[SLOTS];
  private int held;
  private boolean started;
  private int next;
  private long since;

  ReorderWindow(Output output) {
    this.output = output;
  }

  void packet(ByteBuffer in, int at, int length, long nanos) throws Fault {
    if (length < 4) {
      return;
    }
    int sequence = in.getShort(at + 2) & 0xffff;
    int ahead = started ? (short) (sequence - next) : 0;
    if (!started || (ahead == 0 && held == 0)) {
      started = true;
      next = (sequence + 1) & 0xffff;
      output.packet(in, at, length);
      return;
    }
    if (ahead < 0 || ahead >= SLOTS || length > SLOT_BYTES) {
      // Too old, which the receiver sees, or so far away that waiting is in vain.
      if (ahead >= 0 || ahead < -MAX_MISORDER) {
        if (ahead != 0) {
          drain();
        }
        next = (sequence + 1) & 0xffff;
      }
      output.packet(in, at, length);
      release();
      return;
    }
    hold(in, at, length, sequence % SLOTS, nanos);
    release();
  }

  private void hold(ByteBuffer in, int at, int length, int slot, long nanos) {
    if (slots.capacity() == 0) {
      slots = ByteBuffer.allocate(SLOTS * SLOT_BYTES);
    }
    if (lengths[slot] == 0) {
      if (held++ == 0) {
        since = nanos;
      }
      lengths[slot] = length;
      slots.put(slot * SLOT_BYTES, in, at, length);
    }
  }

  /** Gives up on what is missing for too long. */
  void tick(long nanos) throws Fault {
    if (held > 0 && nanos - since > MAX_WAIT_NANOS) {
      skip();
      release();
      since = nanos;
    }
  }

  private void skip() {
    while (lengths[next % SLOTS] == 0) {
      next = (next + 1) & 0xffff;
    }
  }

  private void release() throws Fault {
    while (held > 0 && lengths[next % SLOTS] > 0) {
      int slot = next % SLOTS;
      int length = lengths[slot];
      lengths[slot] = 0;
      held--;
      next = (next + 1) & 0xffff;
      output.packet(slots, slot * SLOT_BYTES, length);
    }
  }

  private void drain() throws Fault {
    while (held > 0) {
      skip();
      release();
    }
  }
}
