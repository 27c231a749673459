package io.vigilnvr.detect.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** How a detector keeps up. Thread-safe. */
final class Pace {
  private static final int SECONDS = 60;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int SAMPLES = 10;

  /** Of the frames of the last seconds, so many may be left out before it is called late. */
  private static final double LATE = 0.2;

  private static final long LEAST_FRAMES = 5;

  private record Sample(long frames, long dropped) {}

  private final long[] busyNanos = new long[SECONDS];
  private final Deque<Sample> samples = new ArrayDeque<>();
  private final long startNanos;
  private long second;
  private long frames;

  Pace(long nowNanos) {
    startNanos = nowNanos;
    samples.add(new Sample(0, 0));
  }

  /** A frame was looked at. */
  synchronized void looked(long fromNanos, long toNanos) {
    advance(toNanos);
    frames++;
    busyNanos[(int) (second % SECONDS)] += toNanos - fromNanos;
  }

  private void advance(long nowNanos) {
    long now = (nowNanos - startNanos) / SECOND;
    for (int i = 0; i < SECONDS && second < now; i++) {
      second++;
      busyNanos[(int) (second % SECONDS)] = 0;
    }
    second = Math.max(second, now);
  }

  /** Called about once a second. */
  synchronized void sample(long dropped) {
    samples.addLast(new Sample(frames, dropped));
    if (samples.size() > SAMPLES) {
      samples.removeFirst();
    }
  }

  /** Of the frames of the last ten seconds, how many were left out; empty text if few were. */
  synchronized String lateness() {
    Sample first = samples.getFirst();
    Sample last = samples.getLast();
    long left = last.dropped - first.dropped;
    long all = left + last.frames - first.frames;
    return all >= LEAST_FRAMES && left > LATE * all
        ? "it looks at " + (all - left) + " of " + all + " frames"
        : "";
  }

  synchronized long frames() {
    return frames;
  }

  /** Of the last minute, 0 to 1. */
  synchronized double busyFraction(long nowNanos) {
    advance(nowNanos);
    long busy = 0;
    for (long nanos : busyNanos) {
      busy += nanos;
    }
    long since = Math.min(SECONDS * SECOND, Math.max(SECOND, nowNanos - startNanos));
    return Math.min(1, (double) busy / since);
  }
}
