package io.vigilnvr.detect.internal;

import io.vigilnvr.api.decode.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The newest frame, for somebody who may be busy. Thread-safe. */
final class Mailbox {
  /**
   * A copy of a frame.
   *
   * @param memory to be used again once it was looked at
   */
  record Held(Frame frame, ByteBuffer memory) {}

  private final Deque<ByteBuffer> free = new ArrayDeque<>();
  private @Nullable Held newest;
  private boolean woken;
  private long dropped;

  /** Puts a copy of a frame in, in place of one that nobody had time for. */
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
      if (newest != null) {
        dropped++;
        free.add(newest.memory);
      }
      newest = new Held(copy, memory);
      notifyAll();
    }
  }

  /** Waits for a frame; empty if there is something else to do. */
  synchronized Optional<Held> take() throws InterruptedException {
    while (newest == null && !woken) {
      wait();
    }
    if (woken) {
      woken = false;
      return Optional.empty();
    }
    Optional<Held> taken = Optional.ofNullable(newest);
    newest = null;
    return taken;
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
    newest = null;
  }

  /** Frames that nobody had time for. */
  synchronized long dropped() {
    return dropped;
  }
}
