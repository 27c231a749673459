package io.vigilnvr.rest.internal;

import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.stream.StreamStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures what Vigil costs and does: its own process and those of its workers, and the streams.
 * The first sample has no processor time, since there is nothing before it. One thread at a time.
 */
final class SystemSampler {
  private final Backend backend;
  private final int cores = Runtime.getRuntime().availableProcessors();
  private Map<Long, Double> cpuSeconds = new HashMap<>();
  private long lost = -1;
  private long at;

  SystemSampler(Backend backend) {
    this.backend = backend;
  }

  /**
   * @param cpuFraction of all cores, since the sample before
   * @param memoryBytes resident
   * @param ingestBps bits that arrive in a second
   * @param recordBps those of streams that are being recorded
   * @param lost access units lost since the sample before
   */
  record Sample(
      Instant at,
      double cpuFraction,
      long memoryBytes,
      long ingestBps,
      long recordBps,
      long lost,
      int viewers) {}

  Sample sample() {
    Map<Long, Double> before = cpuSeconds;
    var now = new HashMap<Long, Double>();
    long memory = 0;
    double used = 0;
    for (long pid : pids()) {
      ProcessUse use = ProcessUse.of(pid);
      memory += use.rssBytes();
      now.put(pid, use.cpuSeconds());
      // A process that is new has used all of it since then.
      used += Math.max(0, use.cpuSeconds() - before.getOrDefault(pid, 0.0));
    }
    long nanos = System.nanoTime();
    double fraction = at == 0 ? 0 : used / ((nanos - at) / 1e9 * cores);
    at = nanos;
    cpuSeconds = now;
    List<StreamStatus> streams = Workers.orNone(() -> backend.hub().streams());
    long lostNow = 0;
    long recorded = 0;
    for (StreamStatus stream : streams) {
      long gone = stream.lost();
      try {
        Recordings.StreamRecording recording = backend.recordings().status(stream.stream());
        gone = Math.max(gone, recording.lost());
        recorded += recording.state() == Recordings.State.RECORDING ? stream.bitrateBps() : 0;
      } catch (ProblemException e) {
        // The recorder is being replaced.
      }
      lostNow += gone;
    }
    long lostSince = lost < 0 ? 0 : Math.max(0, lostNow - lost);
    lost = lostNow;
    return new Sample(
        backend.clock().instant(),
        Math.round(Math.min(1, fraction) * 10_000) / 10_000.0,
        memory,
        streams.stream().mapToLong(StreamStatus::bitrateBps).sum(),
        recorded,
        lostSince,
        streams.stream().mapToInt(StreamStatus::viewers).sum());
  }

  private long[] pids() {
    var workers = Workers.list(backend).stream().mapToLong(Workers.Worker::pid);
    return java.util.stream.LongStream.concat(
            java.util.stream.LongStream.of(ProcessHandle.current().pid()), workers)
        .distinct()
        .toArray();
  }
}
