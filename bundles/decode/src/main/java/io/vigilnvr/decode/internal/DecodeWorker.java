package io.vigilnvr.decode.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.health.WorkerSource;
import io.vigilnvr.api.task.Tasks;
import io.vigilnvr.decode.protocol.Connection;
import io.vigilnvr.decode.protocol.Message;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker process, from its start to its end. What is sent before it is there waits. State
 * belongs to the {@link Loop}; one thread starts the process and reads, one writes.
 */
final class DecodeWorker {
  private static final Logger log = LoggerFactory.getLogger(DecodeWorker.class);

  private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
  private static final long ACCEPT_LOOK_MILLIS = 5;

  /** Not looked after for so long: it is this process that did not run, or the machine. */
  private static final long ABSENT_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Tells of a worker's end; on the loop. */
  interface Owner {
    /** A stream is decoded by something. */
    void decodes(StreamId stream, Message.Decoder decoder);

    /**
     * @param expected whether it was to end
     * @param suspects what it may have died of
     */
    void ended(DecodeWorker worker, boolean expected, List<DecodeJob> suspects);
  }

  /** What starts a process that connects to a socket. */
  @FunctionalInterface
  interface Launcher {
    ProcessHandle start(String id, Path socket) throws IOException;
  }

  private final String id;
  private final Loop loop;
  private final Owner owner;
  private final Instant startedAt;
  private final BlockingQueue<Message> out = new LinkedBlockingQueue<>();

  // The loop's.
  private final Map<Integer, DecodeJob> jobs = new HashMap<>();
  private final Map<StreamId, WorkerSource.Decoder> decoders = new LinkedHashMap<>();
  private int lastSession;

  /** Whether sessions take turns, and whose turn it is. */
  private boolean oneByOne;

  private int turn;
  private boolean tooLarge;

  /** The most that its sessions may have taken at a time: not all of it is given back. */
  private long sessionsBytes;

  private List<DecodeJob> late = List.of();
  private boolean running;
  private long runningSinceNanos;
  private boolean ending;
  private boolean ended;
  private String problem = "";
  private long idleSinceNanos = System.nanoTime();
  private long lookedNanos = System.nanoTime();

  private volatile @Nullable ProcessHandle process;
  private volatile List<StreamId> shownStreams = List.of();
  private volatile List<WorkerSource.Decoder> shownDecoders = List.of();

  private DecodeWorker(String id, Loop loop, Owner owner, Instant startedAt) {
    this.id = id;
    this.loop = loop;
    this.owner = owner;
    this.startedAt = startedAt;
  }

  /**
   * @param pause before the process is started, because the last one did not live long
   * @param oneByOne whether it is to be known in whose turn it dies
   */
  static DecodeWorker start(
      String id,
      Launcher launcher,
      Path socket,
      Duration pause,
      boolean oneByOne,
      Loop loop,
      Tasks tasks,
      Owner owner,
      Instant now) {
    DecodeWorker worker = new DecodeWorker(id, loop, owner, now);
    if (oneByOne) {
      worker.oneByOne = true;
      worker.out.add(new Message.OneByOne(true));
    }
    tasks.start("decode-" + id, () -> worker.run(launcher, socket, pause, tasks));
    return worker;
  }

  private void run(Launcher launcher, Path socket, Duration pause, Tasks tasks)
      throws InterruptedException {
    String cause = "";
    Tasks.Handle writer = null;
    try {
      Thread.sleep(pause.toMillis());
      try (SocketChannel channel = connect(launcher, socket)) {
        Connection connection = new Connection(channel);
        Message first = connection.receive();
        if (!(first instanceof Message.Hello hello)) {
          throw new IOException("it did not say hello");
        }
        cause = hello.problem();
        if (cause.isEmpty()) {
          loop.execute(this::nowRunning);
          writer = tasks.start("decode-" + id + "-out", () -> write(connection));
          read(connection);
        }
      }
    } catch (IOException e) {
      log.debug("decode worker {}", id, e);
    } finally {
      ProcessHandle dead = process;
      if (dead != null) {
        dead.destroyForcibly();
      }
      if (writer != null) {
        writer.stop();
      }
      String why = cause;
      loop.execute(() -> end(why));
    }
  }

  private SocketChannel connect(Launcher launcher, Path socket)
      throws IOException, InterruptedException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      server.configureBlocking(false);
      ProcessHandle started = launcher.start(id, socket);
      process = started;
      long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
      while (true) {
        SocketChannel accepted = server.accept();
        if (accepted != null) {
          return accepted;
        }
        if (!started.isAlive() || System.nanoTime() > deadline) {
          throw new IOException("it did not connect");
        }
        Thread.sleep(ACCEPT_LOOK_MILLIS);
      }
    } finally {
      Files.deleteIfExists(socket);
    }
  }

  private void read(Connection connection) throws IOException {
    while (true) {
      Message message = connection.receive();
      loop.execute(() -> told(message));
    }
  }

  private void write(Connection connection) throws InterruptedException {
    try {
      while (true) {
        connection.send(out.take());
      }
    } catch (IOException e) {
      log.debug("decode worker {} takes nothing", id, e);
    }
  }

  // On the loop from here on.

  private void nowRunning() {
    running = true;
    runningSinceNanos = System.nanoTime();
    jobs.values().forEach(DecodeJob::progress);
  }

  private void told(Message message) {
    if (message instanceof Message.Turn now) {
      turn = now.session();
    } else if (message instanceof Message.Taken taken) {
      with(taken.session(), DecodeJob::taken);
    } else if (message instanceof Message.Decoder decoder) {
      with(decoder.session(), job -> decodes(job.stream(), decoder));
    } else if (message instanceof Message.Config config) {
      with(config.session(), job -> job.listener().config(config.codecConfig()));
    } else if (message instanceof Message.Picture picture) {
      with(
          picture.session(),
          job -> {
            job.progress();
            job.listener().picture(picture);
          });
    } else if (message instanceof Message.Drained drained) {
      DecodeJob job = remove(drained.session());
      if (job != null) {
        out.add(new Message.Close(drained.session()));
        job.listener().drained();
      }
    } else if (message instanceof Message.Failed failed) {
      DecodeJob job = remove(failed.session());
      if (job != null) {
        out.add(new Message.Close(failed.session()));
        job.listener().failed(failed.cause());
      }
    }
  }

  private void decodes(StreamId stream, Message.Decoder decoder) {
    var now = new WorkerSource.Decoder(stream, decoder.name(), decoder.left());
    if (!now.equals(decoders.put(stream, now))) {
      shownDecoders = List.copyOf(decoders.values());
      owner.decodes(stream, decoder);
    }
  }

  private void with(int session, Consumer<DecodeJob> step) {
    DecodeJob job = jobs.get(session);
    if (job != null) {
      step.accept(job);
    }
  }

  private @Nullable DecodeJob remove(int session) {
    DecodeJob job = jobs.remove(session);
    show();
    if (jobs.isEmpty()) {
      idleSinceNanos = System.nanoTime();
    }
    return job;
  }

  /** Says whether it can be given work. */
  boolean isUsable() {
    return !ending && !ended;
  }

  void open(DecodeJob job) {
    int session = ++lastSession;
    jobs.put(session, job);
    long all = jobs.values().stream().mapToLong(DecodeJob::mostBytes).sum();
    sessionsBytes = Math.max(sessionsBytes, all);
    show();
    job.opened(
        new DecodeJob.Line() {
          @Override
          public void send(long pts, long dts, boolean keyframe, ByteBuffer payload) {
            out.add(new Message.Unit(session, pts, dts, keyframe, payload));
          }

          @Override
          public void drain() {
            out.add(new Message.Drain(session));
          }

          @Override
          public void close() {
            if (remove(session) != null) {
              out.add(new Message.Close(session));
            }
          }
        });
    out.add(new Message.Open(session, job.request()));
  }

  /** Ends it in order: nothing of it is waited for. */
  void stop() {
    ending = true;
    kill();
  }

  private void kill() {
    ProcessHandle running = process;
    if (running != null) {
      running.destroyForcibly();
    }
  }

  /**
   * Looks after it.
   *
   * @param longestIdle ends it after that
   * @param well sessions need not take turns any more after that
   * @param mostBytes kills it beyond that and what its sessions may have taken at a time; ends it
   *     beyond that alone when it has none
   */
  void look(Duration answer, Duration longestIdle, Duration well, long mostBytes) {
    if (ended || ending) {
      return;
    }
    long now = System.nanoTime();
    if (jobs.isEmpty() && now - idleSinceNanos > longestIdle.toNanos()) {
      stop();
      return;
    }
    boolean wasAbsent = now - lookedNanos > ABSENT_NANOS;
    lookedNanos = now;
    if (!running) {
      return;
    }
    if (wasAbsent) {
      jobs.values().forEach(DecodeJob::progress);
    }
    if (oneByOne && now - runningSinceNanos > well.toNanos()) {
      oneByOne = false;
      out.add(new Message.OneByOne(false));
    }
    late = jobs.values().stream().filter(job -> job.isLate(now, answer.toNanos())).toList();
    if (!late.isEmpty()) {
      log.warn("decode worker {} has not answered for {} s and is killed", id, answer.toSeconds());
      kill();
      return;
    }
    ProcessHandle alive = process;
    long resident = alive == null ? 0 : ProcessMemory.residentBytes(alive.pid());
    long most = mostBytes + sessionsBytes;
    if (jobs.isEmpty() && resident > mostBytes) {
      stop();
    } else if (resident > most) {
      log.warn("decode worker {} needs more than {} MB and is killed", id, most >> 20);
      tooLarge = true;
      kill();
    }
  }

  private void end(String cause) {
    ended = true;
    problem = cause;
    List<DecodeJob> left = new ArrayList<>(jobs.values());
    List<DecodeJob> suspects = suspects();
    jobs.clear();
    boolean expected = ending || !cause.isEmpty();
    owner.ended(this, expected, running ? suspects : List.of());
    for (DecodeJob job : left) {
      if (cause.isEmpty()) {
        job.listener().died();
      } else {
        job.listener().failed(cause);
      }
    }
  }

  /**
   * Whose turn it was, if that is known; or who was late; or all that it had not done yet. Of
   * memory, whose pictures are the largest; nobody if those are of several streams.
   */
  private List<DecodeJob> suspects() {
    if (tooLarge) {
      long most = jobs.values().stream().mapToLong(DecodeJob::mostBytes).max().orElse(0);
      List<DecodeJob> largest =
          jobs.values().stream().filter(job -> job.mostBytes() == most).toList();
      return largest.stream().map(DecodeJob::stream).distinct().count() == 1 ? largest : List.of();
    }
    DecodeJob inTurn = jobs.get(turn);
    if (oneByOne && inTurn != null) {
      return List.of(inTurn);
    }
    return late.isEmpty() ? jobs.values().stream().filter(DecodeJob::isWaiting).toList() : late;
  }

  /** Whether another one could tell more of what it died of. */
  boolean isUndecided() {
    return !oneByOne && !tooLarge;
  }

  /** Whether sessions still took turns. */
  boolean isOneByOne() {
    return oneByOne;
  }

  String id() {
    return id;
  }

  /** Why it could not be used; empty if there was no reason. */
  String problem() {
    return problem;
  }

  long pid() {
    ProcessHandle known = process;
    return known == null ? 0 : known.pid();
  }

  Instant startedAt() {
    return startedAt;
  }

  /** Any thread. */
  List<StreamId> shownStreams() {
    return shownStreams;
  }

  /** Any thread. */
  List<WorkerSource.Decoder> shownDecoders() {
    return shownDecoders;
  }

  private void show() {
    shownStreams = jobs.values().stream().map(DecodeJob::stream).distinct().toList();
  }

  /** For a component that goes. */
  void awaitEnd() {
    ProcessHandle known = process;
    if (known != null) {
      try {
        known.onExit().get(2, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        log.warn("decode worker {} does not end", id);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
