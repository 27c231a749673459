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
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A wanted stream: passes units from whichever worker has it to the hub, each number once and in
 * order.
 *
 * <p>What the hub asks may come while it holds locks of its own, so that takes no lock here but
 * {@link #orderLock}, under which nobody is called. {@link #feedLock} makes calls to the hub one at
 * a time, {@link #tellLock} those to the listener.
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

  /** A worker tells of itself each second, and has sent by then what the window lets it. */
  private static final int MOST_STRAY_PULSES = 3;

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

  /** Whether units came that are past the expected one, and none that is. */
  private boolean stray;

  /** How often the worker told of itself since the last unit that counted. */
  private int pulses;

  /**
   * Orders are queued under it, by whoever makes the state that they come from, or reads it. So of
   * two orders about the stream the one that is true later leaves later, and the worker ends up
   * with the last word.
   */
  private final Object orderLock = new Object();

  /** What the hub asked for, until it is what is expected. Written under {@link #orderLock}. */
  private volatile long asked = NONE;

  /** Written under {@link #orderLock}. */
  private boolean watched;

  /** Written by the owner, under {@link #orderLock}. */
  private volatile @Nullable Place place;

  private final AtomicLong acknowledged = new AtomicLong(NONE);

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

  /** Enters the hub. Units may come before that returns, and wait for it. */
  void start(StreamHub hub) {
    synchronized (feedLock) {
      if (closed) {
        return; // another line is there by now
      }
      feed = hub.feed(stream, this);
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

  /** Whether the hub has said with which number a worker is to start. */
  boolean isReady() {
    synchronized (feedLock) {
      takeAsked();
      return expected != NONE && !closed;
    }
  }

  /**
   * Is received there from now on.
   *
   * @param order what to tell the worker, by the number that it is to start with
   * @return false if there is no such number, or nobody wants the stream any more
   */
  boolean put(Place at, LongFunction<Message> order) {
    synchronized (feedLock) {
      synchronized (orderLock) {
        takeAsked();
        if (expected == NONE || closed) {
          return false;
        }
        place = at;
        stray = false;
        pulses = 0;
        at.link().send(order.apply(expected));
        at.link().send(new Message.Watched(at.handle(), watched));
        return true;
      }
    }
  }

  /** Whether all that the worker had was passed on and is durable, as far as one can tell. */
  boolean isDrained() {
    synchronized (feedLock) {
      takeAsked();
      return pulses >= MOST_STRAY_PULSES && !stray && acknowledged.get() >= expected - 1;
    }
  }

  /** Is nowhere any more; {@link #taken} says so, without the owner's locks. */
  void leave() {
    synchronized (orderLock) {
      place = null;
    }
  }

  /** The worker is no more, or has it no longer. */
  void taken(String why) {
    leave();
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

  // What the hub asks. No lock but the one that orders are queued under.

  @Override
  public void resumeAt(long sequence) {
    synchronized (orderLock) {
      asked = sequence;
      order(sequence);
    }
    owner.look();
  }

  private void order(long sequence) {
    Place at = place;
    if (at != null) {
      at.link().send(new Message.Resume(at.handle(), sequence, WorkerLink.WINDOW_BYTES));
    }
  }

  @Override
  public void acknowledge(long sequence) {
    acknowledged.accumulateAndGet(sequence, Math::max);
  }

  @Override
  public void watched(boolean now) {
    synchronized (orderLock) {
      watched = now;
      Place at = place;
      if (at != null) {
        at.link().send(new Message.Watched(at.handle(), now));
      }
    }
  }

  /** The newest number that is acknowledged; -1 before the first. */
  long acknowledged() {
    return acknowledged.get();
  }

  // What a worker says. Its link's thread; what comes from elsewhere than the stream's place is of
  // a time before it was there.

  void run(WorkerLink from, Message.Run next) {
    synchronized (feedLock) {
      if (isPlace(from)) {
        run = next;
        runTold = false;
      }
    }
  }

  void unit(WorkerLink from, AccessUnit unit) {
    synchronized (feedLock) {
      takeAsked();
      StreamHub.Feed to = feed;
      Message.Run current = run;
      if (closed || to == null || current == null || !isPlace(from)) {
        return;
      }
      if (unit.sequence() != expected) {
        // Was under way when the hub asked for others.
        stray |= unit.sequence() > expected;
        return;
      }
      if (!runTold) {
        to.run(current.run(), current.format());
        runTold = true;
      }
      expected++;
      stray = false;
      pulses = 0;
      to.unit(unit);
    }
  }

  void lost(WorkerLink from, Message.Lost lost) {
    synchronized (feedLock) {
      takeAsked();
      StreamHub.Feed to = feed;
      if (!closed
          && to != null
          && isPlace(from)
          && lost.firstSequence() <= expected
          && lost.lastSequence() >= expected) {
        long first = expected;
        expected = lost.lastSequence() + 1;
        stray = false;
        pulses = 0;
        to.lost(first, lost.lastSequence(), lost.cause());
      }
    }
  }

  void interrupted(WorkerLink from, GapCause cause) {
    synchronized (feedLock) {
      StreamHub.Feed to = feed;
      if (!closed && to != null && isPlace(from)) {
        run = null;
        runTold = false;
        to.interrupted(cause);
      }
    }
  }

  private boolean isPlace(WorkerLink from) {
    Place at = place;
    return at != null && at.link() == from;
  }

  private void takeAsked() {
    if (asked == NONE) {
      return;
    }
    synchronized (orderLock) {
      expected = asked;
      asked = NONE;
    }
    runTold = false;
    stray = false;
    pulses = 0;
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

  /** The worker told of itself. If it is past what is expected, it would never come to it. */
  void received(WorkerLink from, long count) {
    synchronized (feedLock) {
      takeAsked();
      if (!isPlace(from)) {
        return;
      }
      pulses++;
      if (stray && pulses % MOST_STRAY_PULSES == 0) {
        synchronized (orderLock) {
          order(asked == NONE ? expected : asked);
        }
      }
    }
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
