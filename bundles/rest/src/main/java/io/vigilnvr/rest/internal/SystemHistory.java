package io.vigilnvr.rest.internal;

import io.vigilnvr.api.task.Tasks;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last hour of {@link SystemSampler}'s figures, in memory. */
@Component(service = SystemHistory.class)
public final class SystemHistory {
  private static final Logger log = LoggerFactory.getLogger(SystemHistory.class);
  static final int STEP_SECONDS = 10;
  private static final int MOST = 3600 / STEP_SECONDS;

  private final SystemSampler sampler;
  private final Deque<SystemSampler.Sample> samples = new ArrayDeque<>();

  @Activate
  public SystemHistory(
      @Reference Backend backend,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks) {
    sampler = new SystemSampler(backend);
    tasks.start("history", this::run);
  }

  private void run() throws InterruptedException {
    sampler.sample(); // What comes later is counted from here.
    long next = System.nanoTime();
    while (true) {
      next += STEP_SECONDS * 1_000_000_000L;
      Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
      try {
        take(sampler.sample());
      } catch (RuntimeException e) {
        log.warn("a sample could not be taken", e);
      }
    }
  }

  void take(SystemSampler.Sample sample) {
    synchronized (samples) {
      if (samples.size() == MOST) {
        samples.removeFirst();
      }
      samples.addLast(sample);
    }
  }

  /** Oldest first. */
  List<SystemSampler.Sample> samples() {
    synchronized (samples) {
      return List.copyOf(samples);
    }
  }
}
