package io.vigilnvr.decode.internal;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that all of this bundle's state belongs to. Whatever happens elsewhere is posted
 * here; nothing that runs here waits. What is posted is bounded by those who post: a worker has few
 * units at a time, a viewer of the hub posts once until it was looked at.
 */
final class Loop implements Executor {
  private static final Logger log = LoggerFactory.getLogger(Loop.class);
  private static final long LOOK_MILLIS = 250;

  private final BlockingQueue<Runnable> posted = new LinkedBlockingQueue<>();

  /** Done soon, on the thread of this loop, in the order of the calls. */
  @Override
  public void execute(Runnable step) {
    posted.add(step);
  }

  /**
   * Runs until interrupted.
   *
   * @param look done several times a second
   */
  void run(Runnable look) throws InterruptedException {
    long next = System.nanoTime();
    while (true) {
      long wait = next - System.nanoTime();
      Runnable step = wait > 0 ? posted.poll(wait, TimeUnit.NANOSECONDS) : null;
      if (step == null) {
        next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
        step = look;
      }
      try {
        step.run();
      } catch (RuntimeException e) {
        log.error("decoding failed in an unexpected way", e);
      }
    }
  }
}
