package io.vigilnvr.ingest.worker;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSession;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.ingest.IngestEngine;
import io.vigilnvr.api.ingest.IngestStatus.Phase;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.ingest.protocol.Frames;
import io.vigilnvr.ingest.protocol.Message;
import io.vigilnvr.media.codec.Codecs;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One stream: connects, watches, reconnects, for ever; gives each unit its time and its number.
 *
 * <p>All methods are the worker thread's. Units come from the engine's threads; they take {@link
 * #lock}, which guards the ring and the clock and is never held while an engine is called.
 */
final class WorkerStream {
  /** What a stream needs of its worker. */
  interface Surroundings {
    /** Runs this on the worker thread, soon. Any thread. */
    void post(Runnable task);

    /** Runs this away from the worker thread: it may take a second. */
    void aside(Runnable task);

    /** The engines for a scheme, the preferred one first. */
    List<IngestEngine> engines(String scheme);

    void changed(WorkerStream stream);

    /** Units are there that need not wait for others. Any thread. */
    void hurry();

    /** Another of the stream's connections does not close; it is left to itself. */
    void stuck(WorkerStream stream);
  }

  /** Longer than any engine is allowed to take, so nothing but a bug gets here. */
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

  /** Beyond this, a stream waits for its old connections: they hold threads and memory. */
  private static final int MOST_HANGING = 2;

  /** So often a camera may answer strangely before another engine has its turn. */
  private static final int MOST_VAIN = 3;

  private static final Duration LOSS_TOLD_EACH = Duration.ofMinutes(1);

  private final int handle;
  private final String name;
  private final boolean passing;
  private final Limits limits;
  private final Surroundings worker;
  private final Backoff backoff;
  private final Clock clock;

  private StreamSource source;
  private String fingerprint;

  private Phase phase = Phase.CONNECTING;
  private Instant since;
  private String cause = "";
  private String engineId = "";

  /** What went wrong last. */
  private CameraException.@Nullable Kind trouble;

  /** Which of the engines has its turn, and how often in a row it got nothing out of the camera. */
  private int turn;

  private int vain;

  /** What the preferred engine said when another one had its turn; empty if it is in use. */
  private String fallback = "";

  private volatile boolean watched;

  private @Nullable Session session;
  private boolean closing;

  /** Connections that were given up on while they closed. */
  private int hanging;

  /** Counts closes, so that one that ends late is not taken for the present one. */
  private long closes;

  private long closeDeadlineNanos;
  private long retryNanos;
  private long lastSeenNanos;
  private boolean ended;

  private final Object lock = new Object();
  private final Ring ring;
  private @Nullable RunClock runClock;
  private long run;
  private long received;

  WorkerStream(
      Message.Open open,
      Limits limits,
      Chunks chunks,
      Surroundings worker,
      Backoff backoff,
      Clock clock) {
    handle = open.handle();
    name = open.name();
    passing = open.passing();
    source = open.source();
    fingerprint = open.fingerprint();
    this.limits = limits;
    this.worker = worker;
    this.backoff = backoff;
    this.clock = clock;
    since = clock.instant();
    ring = new Ring(handle, open.sequence(), limits.ring(), chunks);
    lastSeenNanos = System.nanoTime();
  }

  int handle() {
    return handle;
  }

  boolean passing() {
    return passing;
  }

  Message.Held held() {
    return new Message.Held(handle, name, fingerprint);
  }

  Message.Status status() {
    return new Message.Status(
        handle,
        phase,
        since.toEpochMilli(),
        cause,
        engineId,
        received(),
        Optional.ofNullable(cause.isEmpty() || phase == Phase.STREAMING ? null : trouble));
  }

  long received() {
    synchronized (lock) {
      return received;
    }
  }

  long ringBytes() {
    synchronized (lock) {
      return ring.heldBytes();
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /** Receives from another source; numbers and ring go on. */
  void replaceSource(StreamSource otherSource, String otherFingerprint) {
    if (fingerprint.equals(otherFingerprint)) {
      return;
    }
    source = otherSource;
    turn = 0;
    vain = 0;
    fallback = "";
    fingerprint = otherFingerprint;
    lastSeenNanos = System.nanoTime();
    change(Phase.CONNECTING, "");
    if (session != null) {
      hangUp(GapCause.OFFLINE, 0);
    } else if (!closing) {
      connect();
    }
  }

  /** Whether units come of which nobody says so: they are to be looked for. */
  boolean comesUntold() {
    Session current = session;
    return current != null && current.lastUnitNanos != 0 && !current.handsOver;
  }

  /** What the ring may hold at most. */
  void ringLimit(long bytes) {
    synchronized (lock) {
      ring.limit(bytes);
    }
  }

  void resume(long sequence, long windowBytes) {
    synchronized (lock) {
      if (!ring.resume(sequence, windowBytes)) {
        runClock = null;
      }
    }
  }

  void acknowledge(long sequence) {
    synchronized (lock) {
      ring.acknowledge(sequence);
    }
  }

  /** The platform is gone. */
  void pause() {
    synchronized (lock) {
      ring.pause();
    }
  }

  /** As {@link Ring#drain}. */
  int drain(ByteBuffer out) {
    synchronized (lock) {
      return ring.drain(out);
    }
  }

  void connect() {
    URI uri = ((StreamSource.Rtsp) source).uri();
    List<IngestEngine> engines = engines(uri.getScheme());
    if (engines.isEmpty()) {
      return;
    }
    IngestEngine engine = engines.get(turn % engines.size());
    engineId = engine.id();
    if (phase != Phase.STALLED) {
      change(Phase.CONNECTING, phase == Phase.CONNECTING ? cause : "");
    }
    Session opened = new Session(System.nanoTime());
    session = opened;
    try {
      EngineSession connection =
          engine.open(new EngineRequest(name, source, limits.connect()), opened);
      opened.engineSession = connection;
      if (watched) {
        connection.watched(true);
      }
    } catch (RuntimeException | LinkageError e) {
      Log.line(name + ": the engine " + engineId + " failed", e);
      fail(opened, CameraException.Kind.PROTOCOL, "the engine " + engineId + " failed");
    }
  }

  /** Those that the source allows; none ever gets a source that asks for more than it can do. */
  private List<IngestEngine> engines(String scheme) {
    StreamSource.Rtsp rtsp = (StreamSource.Rtsp) source;
    List<IngestEngine> all = worker.engines(scheme);
    List<IngestEngine> chosen =
        all.stream()
            .filter(engine -> rtsp.engine().isEmpty() || engine.id().equals(rtsp.engine()))
            .toList();
    List<IngestEngine> able =
        chosen.stream()
            .filter(engine -> rtsp.certificate().isEmpty() || engine.verifiesCertificates())
            .toList();
    if (able.isEmpty()) {
      trouble = CameraException.Kind.CONFIGURATION;
    }
    if (all.isEmpty()) {
      change(Phase.ERROR, "no engine receives " + scheme + " streams");
    } else if (chosen.isEmpty()) {
      change(Phase.ERROR, "the engine " + rtsp.engine() + " is not installed");
    } else if (able.isEmpty()) {
      change(Phase.ERROR, "no engine can verify the certificate of the camera");
    }
    return able;
  }

  /** Somebody looks at the stream, or nobody does any more. */
  void watched(boolean now) {
    watched = now;
    Session current = session;
    EngineSession open = current == null ? null : current.engineSession;
    if (open != null) {
      open.watched(now);
    }
  }

  /** Looks at the time. */
  void tick(long nanos) {
    Session current = session;
    if (ended) {
      return;
    }
    if (closing) {
      if (nanos - closeDeadlineNanos > 0) {
        Log.line(name + ": a connection does not close; going on without");
        closing = false;
        hanging++;
        worker.stuck(this);
      }
    } else if (current == null) {
      if (hanging >= MOST_HANGING) {
        trouble = CameraException.Kind.UNREACHABLE;
        change(Phase.BACKOFF, "its former connections do not close");
      } else if (phase != Phase.ERROR && nanos - retryNanos >= 0) {
        connect();
      }
    } else {
      long last = current.lastUnitNanos;
      if (last != 0) {
        lastSeenNanos = last;
        if (nanos - last > limits.watchdog().toNanos()) {
          trouble = CameraException.Kind.UNREACHABLE;
          change(Phase.STALLED, "stopped sending " + seconds(nanos - last) + " s ago");
          Log.line(name + ": " + cause + ", reconnecting");
          hangUp(GapCause.STALLED, 0);
        }
      } else if (nanos - current.openedNanos > limits.connect().toNanos()) {
        fail(
            current,
            CameraException.Kind.UNREACHABLE,
            "no picture from " + place() + " within " + limits.connect().toSeconds() + " s");
      }
    }
  }

  private String place() {
    URI uri = ((StreamSource.Rtsp) source).uri();
    return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }

  private static long seconds(long nanos) {
    return Math.round(nanos / 1e9);
  }

  /** Hangs up for good. */
  void end() {
    ended = true;
    if (session != null) {
      hangUp(GapCause.DISABLED, 0);
    }
  }

  /** Whether {@link #end} is done. */
  boolean hasEnded() {
    return ended && session == null && !closing;
  }

  /** Gives the ring's memory back once all is over; whether it is. */
  boolean freeIfEnded() {
    if (!hasEnded()) {
      return false;
    }
    synchronized (lock) {
      ring.free();
    }
    return true;
  }

  private void started(Session from) {
    if (from == session) {
      lastSeenNanos = System.nanoTime();
      vain = 0;
      Log.line(name + ": streaming, received by " + engineId);
      change(Phase.STREAMING, fallback);
    }
  }

  private void fail(Session from, CameraException.Kind kind, String why) {
    if (from != session) {
      return;
    }
    Phase next =
        switch (kind) {
          case UNAUTHORIZED -> Phase.UNAUTHORIZED;
          case CONFIGURATION -> Phase.ERROR;
          case UNREACHABLE, NOT_FOUND, PROTOCOL -> Phase.BACKOFF;
        };
    trouble = kind;
    if (kind == CameraException.Kind.PROTOCOL && from.lastUnitNanos == 0 && ++vain >= MOST_VAIN) {
      vain = 0;
      turn++;
      int others = engines(((StreamSource.Rtsp) source).uri().getScheme()).size();
      fallback =
          others > 0 && turn % others != 0
              ? "received by another engine, as " + engineId + " could not: " + why
              : "";
    }
    Duration outage = Duration.ofNanos(System.nanoTime() - lastSeenNanos);
    Duration pause = backoff.pause(kind, outage);
    Log.line(
        name
            + ": "
            + why
            + (next == Phase.ERROR ? "" : ", next try in " + pause.toMillis() + " ms"));
    change(next, why);
    hangUp(
        kind == CameraException.Kind.UNAUTHORIZED ? GapCause.UNAUTHORIZED : GapCause.OFFLINE,
        pause.toNanos());
  }

  private void hangUp(GapCause gap, long retryInNanos) {
    Session old = session;
    session = null;
    synchronized (lock) {
      if (old != null) {
        old.live = false;
      }
      ring.endRun(gap);
      runClock = null;
    }
    long now = System.nanoTime();
    retryNanos = now + retryInNanos;
    EngineSession native_ = old == null ? null : old.engineSession;
    if (native_ == null) {
      return;
    }
    closing = true;
    long close = ++closes;
    closeDeadlineNanos = now + LONGEST_CLOSE.toNanos();
    worker.aside(
        () -> {
          try {
            native_.close();
          } catch (RuntimeException | LinkageError e) {
            Log.line(name + ": closing failed", e);
          }
          worker.post(() -> closed(close));
        });
  }

  private void closed(long close) {
    if (closing && close == closes) {
      closing = false;
    } else {
      hanging--;
    }
  }

  /** How many connections were given up on and have not closed since. */
  int hanging() {
    return hanging;
  }

  private void change(Phase next, String why) {
    if (next != phase || !why.equals(cause)) {
      if (next != phase) {
        since = clock.instant();
      }
      phase = next;
      cause = why;
      worker.changed(this);
    }
  }

  /** One connection, as the engine sees it. */
  private final class Session implements EngineSink {
    final long openedNanos;
    volatile @Nullable EngineSession engineSession;

    /** Of the primary track; 0 before the first. */
    volatile long lastUnitNanos;

    /** Whether the engine says itself when there is something to send. */
    volatile boolean handsOver;

    boolean live = true;
    private @Nullable StreamFormat format;

    /** Ours by the engine's; 0 for what is left out. */
    private int[] numbers = new int[0];

    private int[] timescales = new int[0];
    private int primary;

    // The engine's thread's.
    private long lost;
    private long lossToldNanos = System.nanoTime() - LOSS_TOLD_EACH.toNanos();

    Session(long openedNanos) {
      this.openedNanos = openedNanos;
    }

    @Override
    public void format(StreamFormat next) {
      synchronized (lock) {
        if (live) {
          ring.endRun(null);
          runClock = null;
          take(next);
        }
      }
    }

    /** Tracks that no MP4 carries are left out before they get numbers; nothing could use them. */
    private void take(StreamFormat all) {
      List<Track> carried = new ArrayList<>();
      numbers = new int[all.tracks().size()];
      for (Track track : all.tracks()) {
        if (Codecs.isCarried(track)) {
          int number = carried.size() + 1;
          numbers[track.number() - 1] = number;
          carried.add(new Track(number, track.codec(), track.timescale(), track.codecConfig()));
        }
      }
      if (carried.isEmpty()) {
        format = null;
        failed(CameraException.Kind.PROTOCOL, "nothing the camera sends can be recorded");
        return;
      }
      format = new StreamFormat(carried);
      timescales = carried.stream().mapToInt(Track::timescale).toArray();
      primary = format.primary().number();
    }

    @Override
    public void unit(
        int engineTrack, long ptsTicks, long dtsTicks, boolean keyframe, ByteBuffer payload) {
      long nanos = System.nanoTime();
      synchronized (lock) {
        if (!live
            || format == null
            || engineTrack > numbers.length
            || numbers[engineTrack - 1] == 0
            || payload.remaining() > Frames.MAX_UNIT_BYTES) {
          return;
        }
        int track = numbers[engineTrack - 1];
        received++;
        if (track == primary) {
          if (lastUnitNanos == 0) {
            worker.post(() -> started(this));
          }
          lastUnitNanos = nanos;
        }
        Instant now = clock.instant();
        long wallMicros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
        RunClock time = runClock;
        if (time != null) {
          RunClock.Verdict verdict =
              time.next(track, track == primary && keyframe, dtsTicks, wallMicros, nanos);
          if (verdict != RunClock.Verdict.GOOD) {
            Log.line(
                name
                    + (verdict == RunClock.Verdict.STEP
                        ? ": the clock was set, or the camera's runs otherwise; a new run"
                        : ": the camera's timestamps jumped; a new run"));
            ring.endRun(verdict == RunClock.Verdict.STEP ? GapCause.CLOCK_STEP : GapCause.OFFLINE);
            runClock = null;
            time = null;
          }
        }
        if (time == null) {
          if (track != primary || !keyframe) {
            return; // nobody could decode it
          }
          time = new RunClock(timescales, primary, dtsTicks, wallMicros, nanos);
          time.next(track, true, dtsTicks, wallMicros, nanos);
          runClock = time;
          run = Math.max(run + 1, now.toEpochMilli());
          ring.startRun(run, format);
        }
        long dts = time.dtsTicks(track);
        if (dts < 0) {
          return; // sound from before the first picture
        }
        long pts = time.ticks(track, ptsTicks);
        ring.append(track, keyframe, time.capturedMicros(track, pts), pts, dts, payload);
        if (watched) {
          worker.hurry();
        }
      }
    }

    @Override
    public void handOver() {
      handsOver = true;
      worker.hurry();
    }

    @Override
    public void lostPackets(long count) {
      lost += count;
      long now = System.nanoTime();
      if (now - lossToldNanos > LOSS_TOLD_EACH.toNanos()) {
        Log.line(name + ": " + lost + " packets lost");
        lossToldNanos = now;
        lost = 0;
      }
    }

    @Override
    public void failed(CameraException.Kind kind, String why) {
      worker.post(() -> fail(this, kind, why));
    }
  }
}
