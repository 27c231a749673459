package io.vigilnvr.tck;

import io.vigilnvr.api.task.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Tasks without threads: bodies run on the thread of the test, when it says so, in a fixed order,
 * at times of a {@link FakeClock}. For bodies that end; one that waits for others needs a real
 * thread. What a body throws reaches the test. Not thread-safe.
 */
public final class FakeTasks implements Tasks {
  private final FakeClock clock;
  private final List<Task> tasks = new ArrayList<>();

  public FakeTasks(FakeClock clock) {
    this.clock = clock;
  }

  @Override
  public Handle start(String name, Body body) {
    return add(new Task(name, body, Optional.empty(), clock.instant()));
  }

  @Override
  public Handle repeat(String name, Duration pause, Body body) {
    return add(new Task(name, body, Optional.of(pause), clock.instant()));
  }

  private Task add(Task task) {
    tasks.add(task);
    return task;
  }

  /** Names of the tasks that run or wait to run, in the order they were started. */
  public List<String> names() {
    return tasks.stream().map(task -> task.name).toList();
  }

  /** Runs everything that is due now, also what that starts. */
  public void runDue() throws Exception {
    runUntil(clock.instant());
  }

  /** Moves the clock, and runs each body at its time. */
  public void advance(Duration by) throws Exception {
    Instant end = clock.instant().plus(by);
    runUntil(end);
    clock.set(end);
  }

  private void runUntil(Instant end) throws Exception {
    while (true) {
      Optional<Task> next =
          tasks.stream()
              .filter(task -> !task.due.isAfter(end))
              .min(Comparator.comparing(task -> task.due));
      if (next.isEmpty()) {
        return;
      }
      Task task = next.get();
      if (task.due.isAfter(clock.instant())) {
        clock.set(task.due);
      }
      if (task.pause.isEmpty()) {
        tasks.remove(task);
      }
      task.body.run();
      task.due = clock.instant().plus(task.pause.orElse(Duration.ZERO));
    }
  }

  private final class Task implements Handle {
    private final String name;
    private final Body body;
    private final Optional<Duration> pause;
    private Instant due;

    Task(String name, Body body, Optional<Duration> pause, Instant due) {
      this.name = name;
      this.body = body;
      this.pause = pause;
      this.due = due;
      if (pause.isPresent() && pause.get().compareTo(Duration.ZERO) <= 0) {
        throw new IllegalArgumentException("a pause of nothing would never end");
      }
    }

    @Override
    public void stop() {
      tasks.remove(this);
    }
  }
}
