package io.vigilnvr.detect.internal;

import io.vigilnvr.api.decode.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The newest frames, for somebody who may be busy. A few, since frames come in bursts: from workers
 * that catch up, and from networks. Thread-safe.
 */
final class Mailbox {
  /**
   * A copy of a frame.
   *
   * @param memory to be used again once it was looked at
   */
  record Held(Frame frame, ByteBuffer memory) {}

  /** Somebody who is always late is late by as many frames. */
  private static final int MOST = 4;

  private final Deque<ByteBuffer> free = new ArrayDeque<>();
  private final Deque<Held> waiting = new ArrayDeque<>();
  private boolean woken;
  private long dropped;

  /** Puts a copy of a frame in, in place of the oldest if nobody had time for that. */
  void put(Frame lent) {
    int bytes = lent.spec().frameBytes();
    ByteBuffer memory;
    synchronized (this) {
      ByteBuffer used = free.poll();
      memory = used != null && used.capacity() == bytes ? used : ByteBuffer.allocateDirect(bytes);
    }
    memory.clear().put(lent.pixels().duplicate()).flip();
    Frame copy = new Frame(lent.stream(), lent.sequence(), lent.captured(), lent.spec(), memory);
    synchronized (this) {
      if (waiting.size() >= MOST) {
        dropped++;
        free.add(waiting.removeFirst().memory);
      }
      waiting.addLast(new Held(copy, memory));
      notifyAll();
    }
  }

  /** Waits for a frame; empty if there is something else to do. */
  synchronized Optional<Held> take() throws InterruptedException {
    while (waiting.isEmpty() && !woken) {
      wait();
    }
    if (woken) {
      woken = false;
      return Optional.empty();
    }
    return Optional.of(waiting.removeFirst());
  }

  /** There is something to do that is no frame. */
  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  synchronized void giveBack(Held held) {
    free.add(held.memory);
  }

  /** What waits is not wanted any more. */
  synchronized void clear() {
    waiting.forEach(held -> free.add(held.memory));
    waiting.clear();
  }

  /** Frames that nobody had time for. */
  synchronized long dropped() {
    return dropped;
  }
}
