package io.vigilnvr.ingest.worker;

import io.vigilnvr.api.ingest.IngestEngine;
import io.vigilnvr.ingest.protocol.Fingerprint;
import io.vigilnvr.ingest.protocol.Frames;
import io.vigilnvr.ingest.protocol.Message;
import io.vigilnvr.ingest.protocol.ProcessStart;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The program. One thread reads the platform's wishes, watches the streams and, when an engine
 * hands over, or every 20 ms for those that do not, writes what all streams have to the socket at
 * once; engines have threads of their own.
 */
public final class Worker implements WorkerStream.Surroundings {
  /**
   * Letting data gather makes one wake-up of both sides of many. Engines that let it gather
   * themselves say when they are done, so it does not wait twice.
   */
  private static final int FLUSH_MILLIS = 20;

  private static final int IDLE_MILLIS = 250;

  /**
   * What many cameras send between two looks; the system may give less. Else each takes several.
   */
  private static final int SEND_BYTES = 1 << 20;

  private static final long PULSE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Duration LONGEST_STOP = Duration.ofMillis(2500);

  /** Connections that do not close; one camera may have two, so this is the process' own fault. */
  private static final int MOST_STUCK = 12;

  private static final long LONGEST_LOG_BYTES = 1 << 20;

  /** Longer than a group of pictures, so that what the next one needs is still there. */
  private static final int FORGET_PULSES = 10;

  /** Garbage is collected when so much was left to it, so that the process shrinks again. */
  private static final long SHRINK_BYTES = 32L << 20;

  private final Options options;
  private final Limits limits;
  private final List<IngestEngine> engines;
  private final Clock clock;
  private final Selector selector;
  private final ServerSocketChannel server;
  private final String salt = Fingerprint.newSalt();
  private final Chunks chunks = new Chunks();
  private final Backoff backoff = new Backoff(RandomGenerator.getDefault());
  private final Map<Integer, WorkerStream> streams = new LinkedHashMap<>();
  private final List<WorkerStream> leaving = new ArrayList<>();
  private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
  private final Executor aside =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "vigil-close");
            thread.setDaemon(true);
            return thread;
          });

  private @Nullable Platform platform;
  private @Nullable SelectionKey platformKey;
  private long lonelySinceNanos = System.nanoTime();
  private long nextPulseNanos = System.nanoTime();
  private long stopDeadlineNanos;
  private long pulses;
  private long mostBytes;

  /** Of the heap, what rings may have; the rest is for what engines put together. */
  private final long ringMemory = Runtime.getRuntime().maxMemory() / 3 * 2;

  private final AtomicBoolean hurried = new AtomicBoolean();
  private boolean tightened;
  private volatile boolean stopping;

  Worker(Options options, Limits limits, List<IngestEngine> engines, Clock clock)
      throws IOException {
    this.options = options;
    this.limits = limits;
    this.engines = List.copyOf(engines);
    this.clock = clock;
    selector = Selector.open();
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    Files.deleteIfExists(options.socket());
    server.bind(UnixDomainSocketAddress.of(options.socket()));
    Files.setPosixFilePermissions(options.socket(), PosixFilePermissions.fromString("rw-------"));
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    writeNote();
  }

  /** Says where this worker is; whole or not at all. */
  private void writeNote() throws IOException {
    Path draft = options.note().resolveSibling(options.note().getFileName() + ".new");
    Files.writeString(
        draft,
        "id="
            + options.id()
            + "\npid="
            + ProcessHandle.current().pid()
            + "\nstarted="
            + ProcessStart.ticks(ProcessHandle.current().pid()).orElseThrow()
            + "\nsocket="
            + options.socket()
            + "\ndigest="
            + options.digest()
            + "\n");
    Files.move(draft, options.note(), StandardCopyOption.ATOMIC_MOVE);
  }

  private static long startedAtMillis() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .orElseThrow(() -> new IllegalStateException("no start time"))
        .toEpochMilli();
  }

  /** Works until it is stopped or its lease is over. */
  void run() throws IOException {
    Log.line("worker " + options.id() + " is ready; engines: " + schemes());
    while (true) {
      long nanos = System.nanoTime();
      for (Runnable task = posted.poll(); task != null; task = posted.poll()) {
        task.run();
      }
      for (WorkerStream stream : streams.values()) {
        stream.tick(nanos);
      }
      leaving.forEach(stream -> stream.tick(nanos));
      leaving.removeIf(WorkerStream::freeIfEnded);
      pulse(nanos);
      hurried.set(false); // what comes from here on is for another look
      flush();
      if (isOver(nanos)) {
        break;
      }
      selector.select(patienceMillis());
      for (SelectionKey key : selector.selectedKeys()) {
        handle(key);
      }
      selector.selectedKeys().clear();
    }
    close();
  }

  /** Where all engines say when they have something, the clock alone need not wake anybody. */
  private long patienceMillis() {
    if (platform != null) {
      for (WorkerStream stream : streams.values()) {
        if (stream.comesUntold()) {
          return FLUSH_MILLIS;
        }
      }
    }
    return IDLE_MILLIS;
  }

  private boolean isOver(long nanos) {
    if (stopping) {
      if (stopDeadlineNanos == 0) {
        Log.line("stopping");
        stopDeadlineNanos = nanos + LONGEST_STOP.toNanos();
        streams.values().forEach(WorkerStream::end);
      }
      Platform current = platform;
      return nanos - stopDeadlineNanos > 0
          || (streams.values().stream().allMatch(WorkerStream::hasEnded)
              && leaving.isEmpty()
              && (current == null || current.idle()));
    }
    if (platform == null && nanos - lonelySinceNanos > limits.lease().toNanos()) {
      Log.line("no platform for " + limits.lease() + ", ending");
      stopping = true;
    }
    return false;
  }

  private void close() throws IOException {
    if (platform != null) {
      platform.close();
    }
    server.close();
    selector.close();
    Files.deleteIfExists(options.socket());
    removeNote();
    Log.line("stopped");
  }

  /** Not that of a successor, which has the same name. */
  private void removeNote() throws IOException {
    if (Files.exists(options.note())
        && Files.readString(options.note()).contains("\nsocket=" + options.socket() + "\n")) {
      Files.delete(options.note());
    }
  }

  /** Ends {@link #run} soon. Any thread. */
  void stop() {
    stopping = true;
    selector.wakeup();
  }

  private void handle(SelectionKey key) throws IOException {
    if (!key.isValid()) {
      return;
    }
    if (key.isAcceptable()) {
      SocketChannel channel = server.accept();
      if (channel != null) {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BYTES);
        channel.register(selector, SelectionKey.OP_READ, new Platform(channel));
      }
    } else if (key.isReadable()) {
      Platform from = (Platform) key.attachment();
      try {
        from.read(message -> handle(from, key, message));
      } catch (IOException e) {
        drop(from, e.getMessage());
      }
    }
  }

  private void drop(Platform gone, @Nullable String why) {
    gone.close();
    if (gone != platform) {
      return;
    }
    Log.line("no platform any more: " + why);
    platform = null;
    platformKey = null;
    lonelySinceNanos = System.nanoTime();
    streams.values().forEach(WorkerStream::pause);
    streams.values().forEach(stream -> stream.watched(false));
    streams.values().stream()
        .filter(WorkerStream::passing)
        .toList()
        .forEach(stream -> remove(stream.handle()));
  }

  private void handle(Platform from, SelectionKey key, Message message) {
    if (message instanceof Message.Hello hello) {
      welcome(from, key, hello);
    } else if (from != platform) {
      Log.line("a message before the greeting: ignored");
    } else if (message instanceof Message.Open open) {
      open(open);
    } else if (message instanceof Message.Resume resume) {
      WorkerStream stream = streams.get(resume.handle());
      if (stream != null) {
        stream.resume(resume.sequence(), resume.windowBytes());
      }
    } else if (message instanceof Message.Acknowledge acknowledge) {
      WorkerStream stream = streams.get(acknowledge.handle());
      if (stream != null) {
        stream.acknowledge(acknowledge.sequence());
      }
    } else if (message instanceof Message.Watched watched) {
      WorkerStream stream = streams.get(watched.handle());
      if (stream != null) {
        stream.watched(watched.watched());
      }
    } else if (message instanceof Message.Close closed) {
      remove(closed.handle());
    } else if (message instanceof Message.Stop) {
      stopping = true;
    }
  }

  private void welcome(Platform from, SelectionKey key, Message.Hello hello) {
    int version = Math.min(hello.newestVersion(), Frames.NEWEST_VERSION);
    if (version < Math.max(hello.oldestVersion(), Frames.OLDEST_VERSION)) {
      version = 0;
    }
    if (version > 0) {
      if (platform != null) {
        drop(platform, "another one came");
      }
      platform = from;
      platformKey = key;
    }
    from.send(
        new Message.Welcome(
            version,
            options.id(),
            ProcessHandle.current().pid(),
            startedAtMillis(),
            options.digest(),
            salt,
            schemes(),
            streams.values().stream().map(WorkerStream::held).toList()));
    streams.values().forEach(stream -> from.send(stream.status()));
    from.welcome = version > 0;
    if (version == 0) {
      try {
        from.flush(List.of(), key);
      } catch (IOException e) {
        Log.line("a platform of another version left", e);
      }
    }
  }

  private List<String> schemes() {
    return engines.stream()
        .flatMap(engine -> engine.schemes().stream())
        .distinct()
        .sorted()
        .toList();
  }

  private void open(Message.Open open) {
    WorkerStream stream = streams.get(open.handle());
    if (stream == null) {
      stream = new WorkerStream(open, limits, chunks, this, backoff, clock);
      streams.put(open.handle(), stream);
      stream.resume(open.sequence(), open.windowBytes());
      changed(stream);
      stream.connect();
    } else {
      stream.resume(open.sequence(), open.windowBytes());
      stream.replaceSource(open.source(), open.fingerprint());
    }
  }

  private void remove(int handle) {
    WorkerStream stream = streams.remove(handle);
    if (stream != null) {
      stream.end();
      leaving.add(stream);
    }
  }

  private void flush() {
    Platform current = platform;
    SelectionKey key = platformKey;
    if (current != null && key != null) {
      try {
        current.flush(streams.values(), key);
      } catch (IOException e) {
        drop(current, e.getMessage());
      }
    }
  }

  private void pulse(long nanos) {
    if (nanos - nextPulseNanos < 0) {
      return;
    }
    nextPulseNanos = nanos + PULSE_NANOS;
    long ringBytes = streams.values().stream().mapToLong(WorkerStream::ringBytes).sum();
    share(ringBytes);
    if (++pulses % FORGET_PULSES == 0) {
      chunks.forget();
    }
    mostBytes = Math.max(mostBytes, chunks.bytes());
    if (mostBytes - chunks.bytes() > SHRINK_BYTES) {
      mostBytes = chunks.bytes();
      System.gc();
    }
    Platform current = platform;
    if (current != null) {
      current.send(
          new Message.Pulse(
              ringBytes,
              streams.values().stream()
                  .map(stream -> new Message.Count(stream.handle(), stream.received()))
                  .toList()));
    }
    shortenLog();
  }

  /** While the platform is away rings grow; together they must not be more than there is. */
  private void share(long ringBytes) {
    boolean tight = ringBytes > ringMemory / 4 * 3;
    if (tight || tightened) {
      tightened = tight;
      long each = tight ? ringMemory / Math.max(1, streams.size()) : Long.MAX_VALUE;
      streams.values().forEach(stream -> stream.ringLimit(each));
    }
  }

  /** The file is open for appending, so what comes next is written at its new end. */
  private void shortenLog() {
    try {
      if (Files.size(options.log()) > LONGEST_LOG_BYTES) {
        try (FileChannel file = FileChannel.open(options.log(), StandardOpenOption.WRITE)) {
          file.truncate(0);
        }
      }
    } catch (IOException e) {
      // No log is no reason to stop receiving.
    }
  }

  @Override
  public void post(Runnable task) {
    posted.add(task);
    selector.wakeup();
  }

  /** Many streams may say so at once, and one look is enough for them all. */
  @Override
  public void hurry() {
    if (hurried.compareAndSet(false, true)) {
      selector.wakeup();
    }
  }

  @Override
  public void aside(Runnable task) {
    aside.execute(task);
  }

  @Override
  public List<IngestEngine> engines(String scheme) {
    String wanted = scheme.toLowerCase(Locale.ROOT);
    return engines.stream()
        .filter(engine -> engine.schemes().contains(wanted))
        .sorted(Comparator.comparingInt(IngestEngine::preference).reversed())
        .toList();
  }

  @Override
  public void changed(WorkerStream stream) {
    if (platform != null && streams.get(stream.handle()) == stream) {
      platform.send(stream.status());
    }
  }

  @Override
  public void stuck(WorkerStream stream) {
    int hanging = streams.values().stream().mapToInt(WorkerStream::hanging).sum();
    if (hanging >= MOST_STUCK) {
      Log.line("too many connections do not close, ending");
      Runtime.getRuntime().halt(3);
    }
  }
}
