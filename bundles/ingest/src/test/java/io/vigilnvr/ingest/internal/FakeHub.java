package io.vigilnvr.ingest.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamStatus;
import io.vigilnvr.api.stream.StreamViewer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A hub that keeps what it is fed, and acknowledges at once if told to. */
class FakeHub implements StreamHub {
  private final boolean acknowledging;
  private final Map<StreamId, Long> starts = new HashMap<>();
  private final Map<StreamId, Taken> streams = new HashMap<>();

  FakeHub(boolean acknowledging) {
    this.acknowledging = acknowledging;
  }

  /** What came of one stream. */
  final class Taken implements Feed {
    final Upstream upstream;
    final List<Long> numbers = new ArrayList<>();
    final List<Long> counts = new ArrayList<>();
    final List<Object> events = new ArrayList<>();
    final List<StreamFormat> formats = new ArrayList<>();
    long bytes;

    Taken(Upstream upstream) {
      this.upstream = upstream;
    }

    @Override
    public synchronized void run(long run, StreamFormat format) {
      events.add(run);
      formats.add(format);
    }

    @Override
    public synchronized void unit(AccessUnit unit) {
      numbers.add(unit.sequence());
      counts.add(unit.payload().getLong(0));
      bytes += unit.payloadBytes();
      if (acknowledging) {
        upstream.acknowledge(unit.sequence());
      }
    }

    @Override
    public synchronized void lost(long firstSequence, long lastSequence, GapCause cause) {
      events.add("lost " + firstSequence + " " + lastSequence + " " + cause);
    }

    @Override
    public synchronized void interrupted(GapCause cause) {
      events.add(cause);
    }

    @Override
    public synchronized void close() {
      events.add("closed");
    }

    synchronized int units() {
      return numbers.size();
    }

    synchronized long bytes() {
      return bytes;
    }

    synchronized List<StreamFormat> formats() {
      return List.copyOf(formats);
    }

    synchronized List<Object> events() {
      return List.copyOf(events);
    }

    synchronized List<Long> numbers() {
      return List.copyOf(numbers);
    }

    synchronized List<Long> counts() {
      return List.copyOf(counts);
    }
  }

  /** Where a stream is to start. */
  synchronized void startAt(StreamId stream, long sequence) {
    starts.put(stream, sequence);
  }

  synchronized Taken of(StreamId stream) {
    return Objects.requireNonNull(streams.get(stream));
  }

  @Override
  public synchronized Feed feed(StreamId stream, Upstream upstream) {
    Taken taken = new Taken(upstream);
    streams.put(stream, taken);
    upstream.resumeAt(starts.getOrDefault(stream, 0L));
    return taken;
  }

  @Override
  public Subscription watch(StreamId stream, long maxQueuedBytes, StreamViewer viewer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Subscription follow(StreamId stream, long maxQueuedBytes, StreamViewer viewer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<StreamStatus> status(StreamId stream) {
    return Optional.empty();
  }

  @Override
  public List<StreamStatus> streams() {
    return List.of();
  }
}
