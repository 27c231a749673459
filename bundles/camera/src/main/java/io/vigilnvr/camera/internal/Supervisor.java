package io.vigilnvr.camera.internal;

import io.vigilnvr.api.camera.CameraConfig;
import io.vigilnvr.api.camera.CameraDescription;
import io.vigilnvr.api.camera.CameraDriver;
import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraSession;
import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.api.camera.CameraStatus;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.Ingest;
import io.vigilnvr.api.ingest.IngestStatus;
import io.vigilnvr.api.ingest.IngestStatus.Phase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one camera connected: asks its driver where the streams are, has ingest pull them, tries
 * again when the driver's session is lost, and says how the camera is.
 *
 * <p>One task ({@link #run}) does all of that; it alone opens, closes and releases lines, so these
 * calls need no lock. Everything else only changes what it works towards and wakes it: {@link
 * #setUp}, {@link #wake}, {@link #end}, {@link #letGo}. Lines outlive sessions: while a source
 * stays the same, its line is not touched, whatever happens to the driver.
 */
final class Supervisor {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);
  private static final int MAX_CAUSE = 300;

  /**
   * What the camera is to be.
   *
   * @param settings secrets in clear
   * @param fault why it cannot work, if that is known
   */
  record SetUp(
      String driver, boolean enabled, Map<String, Object> settings, Optional<String> fault) {
    @Override
    public String toString() {
      return "SetUp[" + driver + "]";
    }
  }

  /** What the supervisor finds around it; each is asked when it is needed. */
  interface Surroundings {
    Optional<CameraDriver> driver(String id);

    boolean installed(CameraDriver driver);

    Optional<Ingest> ingest();

    /** Called under the supervisor's lock; must only take a note. */
    void announce(CameraId camera, CameraStatus status);
  }

  /** How a line is, as ingest told last. */
  private static final class Watched {
    volatile @Nullable IngestStatus status;
  }

  private record OpenLine(StreamSource source, Ingest.Line line, Watched watched) {}

  /** How the camera is apart from its lines. */
  private record Own(CameraState state, Instant since, Optional<String> cause) {}

  /** A session, and what it was made of. */
  private record Connected(
      CameraSession session, SetUp setUp, CameraDriver driver, Ingest ingest) {}

  private enum End {
    NOT_YET,
    /** The camera is not wanted any more. */
    CLOSE,
    /** Another instance takes over. */
    RELEASE
  }

  private final CameraId id;
  private final Surroundings surroundings;
  private final Clock clock;
  private final Patience patience;

  /** Opens once the task has ended and all lines are closed. */
  private final CountDownLatch ended = new CountDownLatch(1);

  /** The task's own. */
  private final Map<StreamRole, OpenLine> lines = new EnumMap<>(StreamRole.class);

  private @Nullable Ingest linesOf;

  /** Guards all that follows; nothing but notes are taken under it. */
  private final Object lock = new Object();

  private final WorthSaying said;
  private SetUp setUp;
  private long generation;
  private End end = End.NOT_YET;
  private @Nullable Connected connected;
  private Own own;
  private Map<StreamRole, Watched> watched = Map.of();
  private CameraStatus status;

  private final Outage outage = new Outage();

  /** Why it does not stream, while the next try is under way. */
  private Optional<String> trouble = Optional.empty();

  Supervisor(CameraId id, SetUp setUp, Surroundings surroundings, Clock clock, Patience patience) {
    this.id = id;
    this.setUp = setUp;
    this.surroundings = surroundings;
    this.clock = clock;
    this.patience = patience;
    this.said = new WorthSaying(clock);
    CameraState state = setUp.enabled() ? CameraState.CONNECTING : CameraState.DISABLED;
    this.own = new Own(state, clock.instant(), Optional.empty());
    this.status = new CameraStatus(own.state, own.since, own.cause, List.of());
  }

  /** Without streams. */
  CameraStatus status() {
    synchronized (lock) {
      return status;
    }
  }

  /** Works towards another set-up from now on; call {@link #wake} afterwards. */
  void setUp(SetUp next) {
    synchronized (lock) {
      if (!next.equals(setUp)) {
        setUp = next;
        trouble = Optional.empty();
        outage.forget();
      }
    }
  }

  String driver() {
    synchronized (lock) {
      return setUp.driver();
    }
  }

  /** Looks again: the set-up, the driver or ingest may be another. */
  void wake() {
    Optional<CameraSession> outdated;
    synchronized (lock) {
      generation++;
      lock.notifyAll();
      Connected now = connected;
      outdated = now == null || current(now) ? Optional.empty() : Optional.of(now.session);
    }
    outdated.ifPresent(this::close);
  }

  /** The camera is not wanted any more: closes everything, soon. */
  void end() {
    finish(End.CLOSE);
  }

  /** Another instance takes over: lets go of the lines, so that the streams go on. */
  void letGo() {
    finish(End.RELEASE);
  }

  private void finish(End how) {
    Optional<CameraSession> session;
    synchronized (lock) {
      if (end == End.NOT_YET) {
        end = how;
      }
      generation++;
      lock.notifyAll();
      session = Optional.ofNullable(connected).map(Connected::session);
    }
    session.ifPresent(this::close);
  }

  /** Returns once nothing of the camera is open any more. */
  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /** The task: works until it is told to end, or interrupted. */
  void run() throws InterruptedException {
    try {
      int failures = 0;
      boolean starting = true;
      while (!ending()) {
        long seen;
        SetUp now;
        synchronized (lock) {
          seen = generation;
          now = setUp;
        }
        Optional<CameraDriver> driver = surroundings.driver(now.driver());
        Optional<Ingest> ingest = surroundings.ingest();
        if (!now.enabled()) {
          closeLines();
          be(CameraState.DISABLED, "switched off");
          await(seen, Optional.empty());
          failures = 0;
        } else if (now.fault().isPresent()) {
          closeLines();
          be(CameraState.ERROR, now.fault().orElseThrow());
          await(seen, Optional.empty());
        } else if (driver.isEmpty() && starting) {
          // Bundles start in any order.
          starting = false;
          be(CameraState.CONNECTING, "waiting for the driver " + now.driver());
          await(seen, Optional.of(patience.replacement()));
        } else if (driver.isEmpty()) {
          be(CameraState.ERROR, "driver missing: " + now.driver());
          if (!await(seen, Optional.of(patience.replacement()))) {
            closeLines();
            await(seen, Optional.empty());
          }
          failures = 0;
        } else if (ingest.isEmpty()) {
          be(CameraState.CONNECTING, "waiting for ingest to start");
          await(seen, Optional.empty());
        } else {
          starting = false;
          long start = System.nanoTime();
          Optional<Duration> pause =
              connect(now, driver.orElseThrow(), ingest.orElseThrow(), failures);
          boolean lasted = System.nanoTime() - start >= patience.healthy().toNanos();
          if (pause.isPresent()) {
            failures = lasted ? 0 : failures + 1;
            // The longest wait is for a change: such settings are not tried again.
            await(seen, pause.filter(length -> !length.isNegative()));
          } else {
            failures = 0;
          }
        }
      }
    } finally {
      boolean release;
      synchronized (lock) {
        release = end == End.RELEASE;
      }
      endLines(release);
      ended.countDown();
    }
  }

  private static final Duration UNTIL_CHANGED = Duration.ofSeconds(-1);

  /**
   * One session, from its start to its end.
   *
   * @return how long to wait before the next; empty if something has changed and it can be tried at
   *     once
   */
  private Optional<Duration> connect(SetUp now, CameraDriver driver, Ingest ingest, int failures)
      throws InterruptedException {
    be(CameraState.CONNECTING, "");
    CameraSession session;
    try {
      session = driver.connect(new CameraConfig(id, now.settings()));
    } catch (CameraException e) {
      return Optional.of(failed(e, failures));
    } catch (RuntimeException e) {
      return Optional.of(broken(now, e, failures));
    }
    try {
      var mine = new Connected(session, now, driver, ingest);
      synchronized (lock) {
        if (end != End.NOT_YET || !current(mine)) {
          return Optional.empty();
        }
        connected = mine;
      }
      pull(ingest, session.description());
      be(CameraState.STREAMING, "");
      session.awaitEnd();
      synchronized (lock) {
        if (end != End.NOT_YET || !current(mine)) {
          return Optional.empty();
        }
      }
      return Optional.of(
          failed(
              new CameraException(CameraException.Kind.UNREACHABLE, "the connection ended"),
              failures));
    } catch (CameraException e) {
      return Optional.of(failed(e, failures));
    } catch (RuntimeException e) {
      return Optional.of(broken(now, e, failures));
    } finally {
      synchronized (lock) {
        connected = null;
      }
      close(session);
    }
  }

  private Duration failed(CameraException e, int failures) {
    String cause = String.valueOf(e.getMessage());
    log.debug("{}: session failed", id, e);
    switch (e.kind()) {
      case UNAUTHORIZED -> {
        be(CameraState.UNAUTHORIZED, cause);
        return patience.unauthorized();
      }
      case CONFIGURATION -> {
        closeLines();
        be(CameraState.ERROR, cause);
        return UNTIL_CHANGED;
      }
      default -> {
        be(CameraState.BACKOFF, cause);
        return patience.backOff(failures);
      }
    }
  }

  private Duration broken(SetUp now, RuntimeException e, int failures) {
    if (failures == 0 && surroundings.driver(now.driver()).isPresent()) {
      log.error("{}: driver {} failed", id, now.driver(), e);
    } else {
      log.debug("{}: driver {} failed again, or as it went", id, now.driver(), e);
    }
    be(CameraState.BACKOFF, "the driver " + now.driver() + " failed; see the log");
    return patience.backOff(failures);
  }

  /** Whether a session is of what is wanted and there now; under the lock. */
  private boolean current(Connected session) {
    return session.setUp.equals(setUp)
        && surroundings.installed(session.driver)
        && surroundings.ingest().filter(ingest -> ingest == session.ingest).isPresent();
  }

  private boolean ending() {
    synchronized (lock) {
      return end != End.NOT_YET;
    }
  }

  /** Waits for a change, for ever or so long; says whether there was one. */
  private boolean await(long seen, Optional<Duration> atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.map(Duration::toNanos).orElse(0L);
    synchronized (lock) {
      while (generation == seen && end == End.NOT_YET) {
        if (atMost.isEmpty()) {
          lock.wait();
        } else {
          long left = deadline - System.nanoTime();
          if (left <= 0) {
            return false;
          }
          lock.wait(left / 1_000_000, (int) (left % 1_000_000));
        }
      }
      return true;
    }
  }

  /** Has ingest pull what the camera offers; what is pulled from there already is left alone. */
  private void pull(Ingest ingest, CameraDescription description) {
    if (linesOf != ingest) {
      // The lines of a former ingest are no more; what its workers do is the new one's to adopt.
      endLines(true);
      linesOf = ingest;
    }
    for (StreamRole role : StreamRole.values()) {
      OpenLine open = lines.get(role);
      StreamSource source = description.streams().get(role);
      if (open != null && !open.source.equals(source)) {
        lines.remove(role);
        // Of a stream that goes on from elsewhere the numbering and the ring go on too.
        endLine(open, source != null);
        open = null;
      }
      if (open == null && source != null) {
        var news = new Watched();
        Ingest.Line line =
            ingest.open(
                new StreamId(id, role),
                source,
                (stream, now) -> {
                  news.status = now;
                  refresh();
                });
        if (news.status == null) {
          news.status = line.status();
        }
        lines.put(role, new OpenLine(source, line, news));
      }
    }
    showLines();
  }

  private void closeLines() {
    endLines(false);
  }

  private void endLines(boolean release) {
    lines.values().forEach(line -> endLine(line, release));
    lines.clear();
    showLines();
  }

  private void endLine(OpenLine open, boolean release) {
    try {
      if (release) {
        open.line.release();
      } else {
        open.line.close();
      }
    } catch (RuntimeException e) {
      log.warn("{}: a line did not end as it should", id, e);
    }
  }

  private void showLines() {
    var now = new EnumMap<StreamRole, Watched>(StreamRole.class);
    lines.forEach((role, line) -> now.put(role, line.watched));
    synchronized (lock) {
      watched = now;
    }
    refresh();
  }

  private void close(CameraSession session) {
    try {
      session.close();
    } catch (RuntimeException e) {
      log.warn("{}: the driver's session did not close as it should", id, e);
    }
  }

  private void be(CameraState state, String cause) {
    Optional<String> why = cause.isEmpty() ? Optional.empty() : Optional.of(clean(cause));
    synchronized (lock) {
      Instant since = own.state == state ? own.since : clock.instant();
      own = new Own(state, since, why);
      refresh();
    }
  }

  private void refresh() {
    synchronized (lock) {
      if (end != End.NOT_YET) {
        return;
      }
      CameraStatus next = outage.place(withTrouble(combined()));
      if (next.equals(status)) {
        return;
      }
      boolean other = next.state() != status.state();
      status = next;
      if (other) {
        say(next);
        surroundings.announce(id, next);
      }
    }
  }

  private void say(CameraStatus now) {
    if (!said.isNews(now.state(), now.cause())) {
      return;
    }
    if (now.cause().isPresent()) {
      log.info("{}: {}, {}", id, now.state().word(), now.cause().orElseThrow());
    } else {
      log.info("{}: {}", id, now.state().word());
    }
  }

  /**
   * The session's state where it is bad, else that of the main stream; if only the small stream is
   * in trouble, the camera streams, and the cause says what is wrong.
   */
  private CameraStatus combined() {
    IngestStatus main = line(StreamRole.MAIN);
    boolean mainStreams = main != null && main.phase() == Phase.STREAMING;
    boolean reconnecting = own.state == CameraState.CONNECTING && own.cause.isEmpty();
    if (own.state != CameraState.STREAMING && !(reconnecting && mainStreams)) {
      return new CameraStatus(own.state, own.since, own.cause, List.of());
    }
    if (main == null) {
      return new CameraStatus(CameraState.CONNECTING, own.since, Optional.empty(), List.of());
    }
    Optional<String> cause = main.cause().map(Supervisor::clean);
    if (mainStreams) {
      cause = subTrouble();
    }
    return new CameraStatus(state(main.phase()), main.since(), cause, List.of());
  }

  private Optional<String> subTrouble() {
    IngestStatus sub = line(StreamRole.SUB);
    if (sub == null || sub.phase() == Phase.STREAMING || sub.phase() == Phase.CONNECTING) {
      return Optional.empty();
    }
    String why = sub.cause().map(Supervisor::clean).orElse(state(sub.phase()).word());
    return Optional.of("sub stream: " + why);
  }

  /** A new try does not make the reason of the last failure go away. */
  private CameraStatus withTrouble(CameraStatus next) {
    switch (next.state()) {
      case STREAMING, DISABLED -> trouble = Optional.empty();
      case CONNECTING -> {
        if (next.cause().isEmpty() && trouble.isPresent()) {
          return new CameraStatus(next.state(), next.since(), trouble, List.of());
        }
      }
      default -> trouble = next.cause();
    }
    return next;
  }

  private @Nullable IngestStatus line(StreamRole role) {
    Watched line = watched.get(role);
    return line == null ? null : line.status;
  }

  private static CameraState state(Phase phase) {
    return switch (phase) {
      case CONNECTING -> CameraState.CONNECTING;
      case STREAMING -> CameraState.STREAMING;
      case STALLED -> CameraState.STALLED;
      case BACKOFF -> CameraState.BACKOFF;
      case UNAUTHORIZED -> CameraState.UNAUTHORIZED;
      case ERROR -> CameraState.ERROR;
    };
  }

  /** Causes may repeat what a camera said: nothing of it may break lines or drive terminals. */
  private static String clean(String cause) {
    String plain = cause.replaceAll("\\p{Cntrl}+", " ").strip();
    return plain.length() > MAX_CAUSE ? plain.substring(0, MAX_CAUSE) + "…" : plain;
  }
}
