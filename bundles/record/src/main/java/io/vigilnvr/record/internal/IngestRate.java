package io.vigilnvr.record.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/** How fast bytes come, over the last ten minutes. Thread-safe. */
final class IngestRate {
  private static final Duration WINDOW = Duration.ofMinutes(10);

  /** Less than this says nothing. */
  private static final Duration LEAST = Duration.ofSeconds(30);

  private record Sample(long nanos, long bytes) {}

  private final AtomicLong bytes = new AtomicLong();
  private final ArrayDeque<Sample> samples = new ArrayDeque<>();

  void add(long more) {
    bytes.addAndGet(more);
  }

  /** To be called every ten seconds or so. */
  synchronized void sample(long nanos) {
    samples.add(new Sample(nanos, bytes.get()));
    while (samples.size() > 2 && nanos - samples.getFirst().nanos() > WINDOW.toNanos()) {
      samples.removeFirst();
    }
  }

  /** 0 until there is something to tell it by. */
  synchronized double bytesPerSecond() {
    if (samples.size() < 2) {
      return 0;
    }
    Sample first = samples.getFirst();
    Sample last = samples.getLast();
    long nanos = last.nanos() - first.nanos();
    return nanos < LEAST.toNanos() ? 0 : (last.bytes() - first.bytes()) * 1e9 / nanos;
  }
}
