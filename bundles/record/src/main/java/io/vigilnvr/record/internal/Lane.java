package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.stream.StreamRecorder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One stream's way to disk: what the hub hands over, what the flusher takes, and what is
 * acknowledged. It outlives the hub's sessions: a hub that is replaced goes on where the old one
 * was, in the same file.
 */
final class Lane {
  /** The registry tells of cameras soon after the start; until then nothing is decided. */
  private static final Duration PLAN_PATIENCE = Duration.ofSeconds(20);

  private final StreamId stream;
  private final StreamWriter writer;
  private final Intake intake;
  private final Cameras cameras;
  private final long since = System.nanoTime();
  private final ReentrantLock writing = new ReentrantLock();

  /** Guarded by this. */
  private @Nullable Session session;

  /** Of whoever holds the lock of the writer. */
  private long acknowledged = -1;

  private volatile long expected;

  /** Of whoever holds the lock of the writer: what is before is durable, or not wanted. */
  private long needed = -1;

  Lane(StreamId stream, StreamWriter writer, Intake intake, Cameras cameras) {
    this.stream = stream;
    this.writer = writer;
    this.intake = intake;
    this.cameras = cameras;
    this.expected = writer.expected();
  }

  StreamId stream() {
    return stream;
  }

  StreamWriter writer() {
    return writer;
  }

  /** What the recorder has, or has on its way: the number of the next unit. */
  long nextSequence() {
    return Math.max(0, Math.max(expected, intake.nextSequence()));
  }

  synchronized StreamRecorder.Session open(StreamRecorder.Acknowledgement acknowledgement) {
    var opened = new Session(acknowledgement);
    session = opened;
    return opened;
  }

  private synchronized boolean isCurrent(Session asking) {
    return session == asking;
  }

  private synchronized void closed(Session closing) {
    if (session == closing) {
      session = null;
    }
  }

  private synchronized @Nullable Session session() {
    return session;
  }

  /** Where its file is; empty if it has none. */
  Optional<Mount> home() {
    return writer.home();
  }

  /**
   * Does something as the only thread that deals with the writer; not at all if another one is at
   * it, which may be held up by a disk.
   */
  boolean alone(Runnable work) {
    if (!writing.tryLock()) {
      return false;
    }
    try {
      work.run();
      return true;
    } finally {
      writing.unlock();
    }
  }

  /** Takes what came and writes it. Says whether there was anything. */
  boolean write() {
    boolean told = cameras.camera(stream.camera()).isPresent();
    if (!told && System.nanoTime() - since < PLAN_PATIENCE.toNanos()) {
      return false;
    }
    List<Intake.Item> items = intake.drain();
    writer.take(items);
    writer.tick(session() != null);
    return !items.isEmpty();
  }

  /** Makes durable what was written; what comes after it is not to be acknowledged yet. */
  void sync() {
    writer.sync();
    expected = writer.expected();
    needed = writer.needed();
  }

  /** How far the stream is, if it is not written to a file now. */
  Optional<JournalEntry.Position> position() {
    return writer.position();
  }

  /** Tells the hub what is durable, or not wanted. */
  void acknowledge() {
    Session current = session();
    long done = needed - 1;
    if (current != null && done >= 0 && (done != acknowledged || current.isNew)) {
      acknowledged = done;
      current.isNew = false;
      current.acknowledgement.upTo(done);
    }
  }

  private final class Session implements StreamRecorder.Session {
    private final StreamRecorder.Acknowledgement acknowledgement;
    private boolean isNew = true;

    Session(StreamRecorder.Acknowledgement acknowledgement) {
      this.acknowledgement = acknowledgement;
    }

    @Override
    public void run(long run, StreamFormat format, ByteBuffer init) {
      put(new Intake.Item.Run(run, format));
    }

    @Override
    public void fragment(Fragment fragment) {
      put(new Intake.Item.Media(fragment));
    }

    @Override
    public void lost(long firstSequence, long lastSequence, GapCause cause) {
      put(new Intake.Item.Lost(firstSequence, lastSequence, cause));
    }

    @Override
    public void interrupted(GapCause cause) {
      put(new Intake.Item.Interrupted(cause));
    }

    private void put(Intake.Item item) {
      if (isCurrent(this)) {
        intake.put(item);
      }
    }

    @Override
    public void close() {
      closed(this);
    }
  }
}
