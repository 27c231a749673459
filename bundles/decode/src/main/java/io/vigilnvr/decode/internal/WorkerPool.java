package io.vigilnvr.decode.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.decode.DecodeSink;
import io.vigilnvr.api.decode.DecodeUnavailableException;
import io.vigilnvr.api.task.Tasks;
import io.vigilnvr.decode.protocol.Message;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts workers when there is work, and ends them when there is none. All on the {@link Loop}, but
 * for {@link #workers}.
 *
 * <p>Single pictures and what goes on for long have a worker each, so that a picture that brings
 * its worker down does not disturb those who watch. A worker that dies of one of several streams is
 * followed by one in which sessions take turns, until it is plain which it was: only that is to
 * blame.
 */
final class WorkerPool implements DecodeWorker.Owner {
  private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** A worker that lived so long was well. */
  private static final Duration WELL = Duration.ofMinutes(1);

  private static final Duration BLOCKED = Duration.ofMinutes(1);
  private static final int STRIKES = 2;

  /** What workers are for. */
  enum Kind {
    PICTURES("pictures"),
    STREAMS("streams");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    static Kind of(DecodeWorker worker) {
      return worker.id().equals(PICTURES.word) ? PICTURES : STREAMS;
    }
  }

  /**
   * How much workers may take.
   *
   * @param idle a worker without work ends after it
   * @param bytes of memory
   * @param answer a worker that has work and gives no sign for so long is killed
   */
  record Limits(int workers, Duration idle, long bytes, Duration answer) {}

  /** Where a worker's socket is to be. */
  @FunctionalInterface
  interface Sockets {
    Path newSocket(String id);
  }

  private final Loop loop;
  private final Tasks tasks;
  private final Clock clock;
  private final Limits limits;
  private final DecodeWorker.Launcher launcher;
  private final Sockets sockets;
  private final Map<Kind, DecodeWorker> byKind = new EnumMap<>(Kind.class);
  private final Map<StreamId, Deque<Long>> strikes = new HashMap<>();

  /** Decoders that were found not to work, and of which camera that was said. */
  private record Told(CameraId camera, String decoder) {}

  private final Set<Told> told = new HashSet<>();

  /** Whose last worker died, and it was not plain of what: sessions of the next take turns. */
  private final Set<Kind> oneByOne = EnumSet.noneOf(Kind.class);

  private Duration pause = Duration.ZERO;
  private long startedNanos;
  private String problem = "";
  private long problemNanos;
  private volatile List<DecodeWorker> shown = List.of();

  WorkerPool(
      Loop loop,
      Tasks tasks,
      Clock clock,
      Limits limits,
      DecodeWorker.Launcher launcher,
      Sockets sockets) {
    this.loop = loop;
    this.tasks = tasks;
    this.clock = clock;
    this.limits = limits;
    this.launcher = launcher;
    this.sockets = sockets;
  }

  /**
   * Opens a session in a worker, and starts one if there is none.
   *
   * @throws DecodeUnavailableException if that makes no sense now
   */
  void open(Kind kind, DecodeJob job) {
    check(job.stream());
    Kind placed = limits.workers() == 1 ? Kind.PICTURES : kind;
    DecodeWorker worker = byKind.get(placed);
    if (worker == null || !worker.isUsable()) {
      worker = start(placed);
    }
    worker.open(job);
  }

  private void check(StreamId stream) {
    long now = System.nanoTime();
    Deque<Long> times = strikes.get(stream);
    if (times != null && times.size() >= STRIKES) {
      long left = BLOCKED.toNanos() - (now - times.getLast());
      if (left > 0) {
        throw new DecodeUnavailableException(
            "decoding this camera's pictures has failed twice; it is tried again soon",
            Duration.ofNanos(left).plusSeconds(1));
      }
      strikes.remove(stream);
    }
    if (!problem.isEmpty()) {
      Duration left = LONGEST_PAUSE.minusNanos(now - problemNanos);
      if (!left.isNegative() && !left.isZero()) {
        throw new DecodeUnavailableException(problem, left.plusSeconds(1));
      }
      problem = "";
    }
  }

  private DecodeWorker start(Kind kind) {
    startedNanos = System.nanoTime();
    DecodeWorker worker =
        DecodeWorker.start(
            kind.word,
            launcher,
            sockets.newSocket(kind.word),
            pause,
            oneByOne.contains(kind),
            loop,
            tasks,
            this,
            clock.instant());
    byKind.put(kind, worker);
    show();
    return worker;
  }

  /** Says once of each camera which decoder has failed. */
  @Override
  public void decodes(StreamId stream, Message.Decoder decoder) {
    for (DecodeSink.Left left : decoder.left()) {
      if (told.add(new Told(stream.camera(), left.decoder()))) {
        log.warn(
            "{} is decoded by {}, and not by {}: {}",
            stream,
            decoder.name(),
            left.decoder(),
            left.cause());
      }
    }
  }

  @Override
  public void ended(DecodeWorker worker, boolean expected, List<DecodeJob> suspects) {
    byKind.values().remove(worker);
    show();
    List<StreamId> streams = suspects.stream().map(DecodeJob::stream).distinct().toList();
    boolean undecided = streams.size() > 1 && worker.isUndecided();
    Kind kind = Kind.of(worker);
    if (!expected && (undecided || worker.isOneByOne())) {
      oneByOne.add(kind);
    } else {
      oneByOne.remove(kind);
    }
    problem = worker.problem();
    problemNanos = System.nanoTime();
    if (!problem.isEmpty()) {
      log.warn("nothing can be decoded: {}", problem);
    }
    if (expected) {
      pause = Duration.ZERO;
      return;
    }
    log.warn("decode worker {} died while it had pictures of {}", worker.id(), streams);
    if (!undecided) {
      suspects.forEach(this::strike);
    }
    if (problemNanos - startedNanos > WELL.toNanos()) {
      pause = Duration.ZERO;
    } else if (pause.isZero()) {
      pause = FIRST_PAUSE;
    } else if (pause.compareTo(LONGEST_PAUSE) < 0) {
      pause = pause.multipliedBy(2);
    }
  }

  /**
   * Counts what had been tried anew since the last strike: workers that die together, whatever
   * kills them, say no more of a stream than one does, nor do two jobs in one worker.
   */
  private void strike(DecodeJob suspect) {
    Deque<Long> times = strikes.computeIfAbsent(suspect.stream(), key -> new ArrayDeque<>());
    times.removeIf(time -> problemNanos - time > BLOCKED.toNanos());
    if (times.isEmpty() || suspect.isOpenedAfter(times.getLast())) {
      times.add(problemNanos);
    }
  }

  private void show() {
    shown = List.copyOf(byKind.values());
  }

  void look() {
    for (DecodeWorker worker : new ArrayList<>(byKind.values())) {
      worker.look(limits.answer(), limits.idle(), WELL, limits.bytes());
    }
  }

  /** Any thread. */
  List<DecodeWorker> workers() {
    return shown;
  }

  /** Any thread; the loop has ended. */
  void close() {
    List<DecodeWorker> left = shown;
    left.forEach(DecodeWorker::stop);
    left.forEach(DecodeWorker::awaitEnd);
  }
}
