package io.vigilnvr.detect.internal;

import io.vigilnvr.api.task.Tasks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Real threads, which a test ends. */
final class TestTasks implements Tasks {
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  @Override
  public Handle start(String name, Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
    return () -> {
      thread.interrupt();
      try {
        thread.join(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  @Override
  public Handle repeat(String name, Duration pause, Body body) {
    return start(
        name,
        () -> {
          while (true) {
            body.run();
            Thread.sleep(pause.toMillis());
          }
        });
  }

  void end() throws InterruptedException {
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      thread.join(5000);
    }
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONGEST_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }
}
