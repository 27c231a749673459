package io.vigilnvr.ingest.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.Ingest;
import io.vigilnvr.api.ingest.IngestStatus;
import io.vigilnvr.api.ingest.IngestStatus.Phase;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.ingest.protocol.Message;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A wanted stream: passes units from whichever worker has it to the hub, each number once and in
 * order.
 *
 * <p>What the hub asks may come while it holds locks of its own, so that takes no lock here. {@link
 * #feedLock} makes calls to the hub one at a time, {@link #tellLock} those to the listener.
 */
final class StreamLine implements Ingest.Line, StreamHub.Upstream {
  /** What a line needs of those who run it. */
  interface Owner {
    /** Something is to be done for a line; soon. Takes no lock. */
    void look();

    /** The line is not wanted any more; with its stream, or the stream goes on. */
    void gone(StreamLine line, boolean withStream);
  }

  private static final long NONE = -1;

  private final StreamId stream;
  private final StreamSource source;
  private final Ingest.Listener listener;
  private final Owner owner;
  private final Clock clock;

  private final Object tellLock = new Object();
  private volatile IngestStatus status;

  private final Object feedLock = new Object();
  private StreamHub.@Nullable Feed feed;
  private boolean closed;
  private Message.@Nullable Run run;
  private boolean runTold;
  private long expected = NONE;

  /** What was asked for once more, because a later one came. */
  private long askedAgain = NONE;

  private final AtomicLong asked = new AtomicLong(NONE);
  private final AtomicLong acknowledged = new AtomicLong(NONE);

  private volatile boolean watched;

  /** Set and cleared by the owner. */
  private volatile @Nullable Place place;

  /** Where a line's stream is received. */
  record Place(WorkerLink link, int handle) {}

  StreamLine(
      StreamId stream, StreamSource source, Ingest.Listener listener, Owner owner, Clock clock) {
    this.stream = stream;
    this.source = source;
    this.listener = listener;
    this.owner = owner;
    this.clock = clock;
    status = new IngestStatus(Phase.CONNECTING, clock.instant(), Optional.empty(), 0, "");
  }

  /** Enters the hub. */
  void start(StreamHub hub) {
    StreamHub.Feed opened = hub.feed(stream, this);
    synchronized (feedLock) {
      feed = opened;
    }
    owner.look();
  }

  StreamId stream() {
    return stream;
  }

  StreamSource source() {
    return source;
  }

  Optional<Place> place() {
    return Optional.ofNullable(place);
  }

  /** The number that a worker is to start with; empty before the hub has said. */
  Optional<Long> start() {
    synchronized (feedLock) {
      takeAsked();
      return expected == NONE || closed ? Optional.empty() : Optional.of(expected);
    }
  }

  void put(Place at) {
    place = at;
  }

  /** The worker is no more, or has it no longer. */
  void taken(String why) {
    place = null;
    synchronized (feedLock) {
      StreamHub.Feed to = feed;
      if (to != null && runTold && !closed) {
        to.interrupted(GapCause.PLATFORM);
      }
      run = null;
      runTold = false;
    }
    tell(new IngestStatus(Phase.CONNECTING, clock.instant(), Optional.of(why), 0, status.engine()));
  }

  // What the hub asks. No locks.

  @Override
  public void resumeAt(long sequence) {
    asked.set(sequence);
    Place at = place;
    if (at != null) {
      at.link().send(new Message.Resume(at.handle(), sequence, WorkerLink.WINDOW_BYTES));
    }
    owner.look();
  }

  /** The worker is past the number that is expected, and would never come to it by itself. */
  private void askAgain() {
    Place at = place;
    if (at != null) {
      at.link().send(new Message.Resume(at.handle(), expected, WorkerLink.WINDOW_BYTES));
    }
  }

  @Override
  public void acknowledge(long sequence) {
    acknowledged.accumulateAndGet(sequence, Math::max);
  }

  @Override
  public void watched(boolean now) {
    watched = now;
    Place at = place;
    if (at != null) {
      at.link().send(new Message.Watched(at.handle(), now));
    }
  }

  /** Whether somebody watches the stream. */
  boolean isWatched() {
    return watched;
  }

  /** The newest number that is acknowledged; -1 before the first. */
  long acknowledged() {
    return acknowledged.get();
  }

  // What the worker says. Its link's thread.

  void run(Message.Run next) {
    synchronized (feedLock) {
      run = next;
      runTold = false;
    }
  }

  void unit(AccessUnit unit) {
    synchronized (feedLock) {
      takeAsked();
      StreamHub.Feed to = feed;
      Message.Run current = run;
      if (closed || to == null || current == null) {
        return;
      }
      if (unit.sequence() != expected) {
        // Was under way when the hub asked for others; or an older question overtook the newest.
        if (unit.sequence() > expected && expected != NONE && askedAgain != expected) {
          askedAgain = expected;
          askAgain();
        }
        return;
      }
      if (!runTold) {
        to.run(current.run(), current.format());
        runTold = true;
      }
      expected++;
      to.unit(unit);
    }
  }

  void lost(Message.Lost lost) {
    synchronized (feedLock) {
      takeAsked();
      StreamHub.Feed to = feed;
      if (!closed && to != null && lost.firstSequence() == expected) {
        expected = lost.lastSequence() + 1;
        to.lost(lost.firstSequence(), lost.lastSequence(), lost.cause());
      }
    }
  }

  void interrupted(GapCause cause) {
    synchronized (feedLock) {
      StreamHub.Feed to = feed;
      if (!closed && to != null) {
        run = null;
        runTold = false;
        to.interrupted(cause);
      }
    }
  }

  private void takeAsked() {
    long wanted = asked.getAndSet(NONE);
    if (wanted != NONE) {
      expected = wanted;
      runTold = false;
    }
  }

  void told(Message.Status now) {
    tell(
        new IngestStatus(
            now.phase(),
            Instant.ofEpochMilli(now.sinceMillis()),
            now.cause().isEmpty() ? Optional.empty() : Optional.of(now.cause()),
            now.received(),
            now.engine()));
  }

  void received(long count) {
    synchronized (tellLock) {
      IngestStatus old = status;
      status = new IngestStatus(old.phase(), old.since(), old.cause(), count, old.engine());
    }
  }

  private void tell(IngestStatus next) {
    synchronized (tellLock) {
      IngestStatus old = status;
      status = next;
      if (old.phase() != next.phase() || !old.cause().equals(next.cause())) {
        listener.changed(stream, next);
      }
    }
  }

  // What the user of the line asks.

  @Override
  public IngestStatus status() {
    return status;
  }

  @Override
  public void close() {
    if (end()) {
      owner.gone(this, true);
    }
  }

  @Override
  public void release() {
    if (end()) {
      owner.gone(this, false);
    }
  }

  private boolean end() {
    synchronized (feedLock) {
      if (closed) {
        return false;
      }
      closed = true;
      if (feed != null) {
        feed.close();
      }
      return true;
    }
  }

  @Override
  public String toString() {
    return stream.toString();
  }
}
