package io.vigilnvr.finder.onvif.internal;

import io.vigilnvr.api.task.Tasks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Real threads, counted. */
final class Threads implements Tasks {
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  @Override
  public Handle start(String name, Body body) {
    var thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (InterruptedException e) {
                // Stopped, as it should be.
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            },
            "vigil-" + name);
    threads.add(thread);
    thread.start();
    return () -> {
      thread.interrupt();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  @Override
  public Handle repeat(String name, Duration pause, Body body) {
    throw new UnsupportedOperationException();
  }

  List<String> alive() {
    return threads.stream().filter(Thread::isAlive).map(Thread::getName).toList();
  }

  int started() {
    return threads.size();
  }
}
