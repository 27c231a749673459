package io.vigilnvr.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.vigilnvr.api.task.Tasks;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class ThreadTasksTest {
  private final ThreadTasks tasks = new ThreadTasks(Duration.ofSeconds(60));

  @Test
  void namesTheThreadForItsTask() throws Exception {
    var name = new LinkedBlockingQueue<String>();
    tasks.start("record-door", () -> name.add(Thread.currentThread().getName()));
    assertThat(name.poll(60, TimeUnit.SECONDS)).isEqualTo("vigil-record-door");
  }

  @Test
  void leavesNoThreadWhenItsComponentGoes() throws Exception {
    var started = new CountDownLatch(2);
    tasks.start("leftover-a", () -> waitForever(started));
    tasks.repeat("leftover-b", Duration.ofMillis(1), () -> waitForever(started));
    started.await();
    assertThat(threads()).contains("vigil-leftover-a", "vigil-leftover-b");

    tasks.deactivate();

    assertThat(threads()).doesNotContain("vigil-leftover-a", "vigil-leftover-b");
  }

  @Test
  void startsNothingAfterItsComponentHasGone() {
    tasks.deactivate();
    assertThatIllegalStateException().isThrownBy(() -> tasks.start("late", () -> {}));
  }

  @Test
  void repeatsAfterFailuresOfEveryKind() throws Exception {
    var runs = new AtomicInteger();
    var third = new CountDownLatch(1);
    tasks.repeat(
        "stubborn",
        Duration.ofMillis(1),
        () -> {
          switch (runs.incrementAndGet()) {
            case 1 -> throw new IllegalArgumentException("an exception");
            case 2 -> throw new LinkageError("an error");
            default -> third.countDown();
          }
        });
    assertThat(third.await(60, TimeUnit.SECONDS)).isTrue();
    tasks.deactivate();
  }

  @Test
  void stopsARepetitionWhoseBodySwallowsTheInterrupt() throws Exception {
    var started = new CountDownLatch(1);
    var runs = new AtomicInteger();
    var handle =
        tasks.repeat(
            "deaf",
            Duration.ofMillis(1),
            () -> {
              runs.incrementAndGet();
              try {
                waitForever(started);
              } catch (InterruptedException e) {
                // The loop must end all the same.
              }
            });
    started.await();
    handle.stop();
    assertThat(threads()).doesNotContain("vigil-deaf");
    assertThat(runs).hasValue(1);
  }

  @Test
  void canBeStoppedFromInsideAndAnyNumberOfTimes() throws Exception {
    var handles = new LinkedBlockingQueue<Tasks.Handle>();
    var runs = new AtomicInteger();
    var handle =
        tasks.repeat(
            "self-ending",
            Duration.ofMillis(1),
            () -> {
              runs.incrementAndGet();
              handles.take().stop();
            });
    handles.add(handle);
    while (threads().contains("vigil-self-ending")) {
      Thread.onSpinWait();
    }
    handle.stop();
    handle.stop();
    assertThat(runs).hasValue(1);
  }

  @Test
  void givesUpOnABodyThatIgnoresInterrupts() {
    var impatient = new ThreadTasks(Duration.ofMillis(50));
    var release = new AtomicBoolean();
    impatient.start(
        "rude",
        () -> {
          while (!release.get()) {
            Thread.onSpinWait();
          }
        });
    long before = System.nanoTime();
    impatient.deactivate();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(60));
    release.set(true);
  }

  @Test
  void tellsTheTimeInUtc() {
    var clock = new UtcClock();
    assertThat(clock.getZone()).isEqualTo(ZoneOffset.UTC);
    assertThat(Math.abs(clock.millis() - System.currentTimeMillis())).isLessThan(60_000);
  }

  private static void waitForever(CountDownLatch started) throws InterruptedException {
    started.countDown();
    new CountDownLatch(1).await();
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }
}
