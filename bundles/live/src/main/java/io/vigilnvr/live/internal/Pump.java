package io.vigilnvr.live.internal;

import io.vigilnvr.api.task.Tasks;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few threads for all viewers: the thread that feeds a stream must not write to sockets. As each
 * {@link Turn} waits in it at most once, it holds no more than there are viewers.
 */
final class Pump implements Executor {
  private static final Logger log = LoggerFactory.getLogger(Pump.class);

  private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();

  Pump(Tasks tasks, String name, int threads) {
    for (int i = 1; i <= threads; i++) {
      tasks.start(threads == 1 ? name : name + "-" + i, this::work);
    }
  }

  @Override
  public void execute(Runnable work) {
    waiting.add(work);
  }

  private void work() throws InterruptedException {
    while (true) {
      Runnable work = waiting.take();
      try {
        work.run();
      } catch (RuntimeException e) {
        log.error("a viewer could not be served", e);
      }
    }
  }
}
