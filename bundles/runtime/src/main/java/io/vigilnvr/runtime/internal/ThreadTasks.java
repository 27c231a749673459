package io.vigilnvr.runtime.internal;

import io.vigilnvr.api.task.Tasks;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.ServiceScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each task a thread of its own. An instance belongs to one component: when the component
 * goes, Declarative Services releases the instance, and no thread of it is left.
 */
@Component(scope = ServiceScope.PROTOTYPE)
public final class ThreadTasks implements Tasks {
  private static final Logger log = LoggerFactory.getLogger(ThreadTasks.class);

  /** Blocking calls obey interrupts or have time-outs of at most this. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Duration patience;

  /** Guards {@code closed}: nothing starts once it is set. */
  private final Set<Task> running = new LinkedHashSet<>();

  private boolean closed;

  public ThreadTasks() {
    this(PATIENCE);
  }

  ThreadTasks(Duration patience) {
    this.patience = patience;
  }

  @Override
  public Handle start(String name, Body body) {
    return begin(new Task(name, body, null));
  }

  @Override
  public Handle repeat(String name, Duration pause, Body body) {
    return begin(new Task(name, body, pause));
  }

  private Task begin(Task task) {
    synchronized (running) {
      if (closed) {
        throw new IllegalStateException(task.name + " cannot start: its component has gone");
      }
      running.add(task);
      task.thread.start();
    }
    return task;
  }

  @Deactivate
  void deactivate() {
    List<Task> left;
    synchronized (running) {
      closed = true;
      left = List.copyOf(running);
    }
    left.forEach(Task::cancel);
    long deadline = System.nanoTime() + patience.toNanos();
    left.forEach(task -> task.await(Math.max(1, (deadline - System.nanoTime()) / 1_000_000)));
  }

  private final class Task implements Handle {
    private final String name;
    private final Body body;
    private final @Nullable Duration pause;
    private final Thread thread;
    private volatile boolean cancelled;

    Task(String name, Body body, @Nullable Duration pause) {
      this.name = name;
      this.body = body;
      this.pause = pause;
      this.thread = new Thread(this::run, "vigil-" + name);
      thread.setDaemon(true);
    }

    private void run() {
      try {
        if (pause == null) {
          once();
        } else {
          again(pause.toMillis());
        }
      } catch (InterruptedException e) {
        log.debug("{} was stopped", name);
      } finally {
        synchronized (running) {
          running.remove(this);
        }
      }
    }

    private void once() throws InterruptedException {
      try {
        body.run();
      } catch (InterruptedException e) {
        throw e;
      } catch (Throwable e) {
        if (cancelled) {
          log.debug("{} ended by being stopped", name, e);
        } else {
          log.error("{} failed, and has ended", name, e);
        }
      }
    }

    /** Reports the first failure in a row loudly, those that follow it quietly. */
    private void again(long pauseMillis) throws InterruptedException {
      int failures = 0;
      while (!cancelled) {
        try {
          body.run();
          if (failures > 0) {
            log.info("{} works again after {} failures", name, failures);
          }
          failures = 0;
        } catch (InterruptedException e) {
          throw e;
        } catch (Throwable e) {
          if (cancelled) {
            break;
          }
          if (failures++ == 0) {
            log.warn("{} failed, and is tried again in {} ms", name, pauseMillis, e);
          } else {
            log.debug("{} failed for the {}. time in a row", name, failures, e);
          }
        }
        Thread.sleep(pauseMillis);
      }
    }

    private void cancel() {
      cancelled = true;
      thread.interrupt();
    }

    private void await(long millis) {
      if (thread == Thread.currentThread()) {
        return;
      }
      try {
        thread.join(millis);
        if (thread.isAlive()) {
          log.error("{} ignores interrupts", thread.getName());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void stop() {
      cancel();
      await(patience.toMillis());
    }
  }
}
