package io.vigilnvr.decode.worker;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/**
 * Who may call the engine: all sessions at once, or one at a time, each in its turn. The latter is
 * told before, so that whoever sees the process die knows in whose turn that was.
 */
final class Turns {
  private final ReentrantLock lock = new ReentrantLock(true);
  private final IntConsumer teller;
  private volatile boolean oneByOne;

  /**
   * @param teller is told of the session whose turn it is
   */
  Turns(IntConsumer teller) {
    this.teller = teller;
  }

  void oneByOne(boolean on) {
    oneByOne = on;
  }

  /** Before each call of the engine. */
  void enter(int session) {
    if (oneByOne) {
      lock.lock();
      teller.accept(session);
    }
  }

  /** After it, by the same thread. */
  void leave() {
    if (lock.isHeldByCurrentThread()) {
      lock.unlock();
    }
  }
}
