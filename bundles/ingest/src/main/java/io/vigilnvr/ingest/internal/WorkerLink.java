package io.vigilnvr.ingest.internal;

import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.task.Tasks;
import io.vigilnvr.ingest.protocol.FrameReader;
import io.vigilnvr.ingest.protocol.Frames;
import io.vigilnvr.ingest.protocol.Message;
import io.vigilnvr.ingest.protocol.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker and the connection to it: a thread that reads, one that writes. Ends once, with the
 * connection.
 */
class WorkerLink {
  /**
   * How much of a stream may be on its way to the disk; what is more stays in the worker's ring. Of
   * 4 Mb/s half a minute.
   */
  static final long WINDOW_BYTES = 16 << 20;

  private static final Logger log = LoggerFactory.getLogger(WorkerLink.class);

  private static final int READ_BYTES = 256 << 10;
  private static final Duration LONGEST_START = Duration.ofSeconds(20);
  private static final long CONNECT_PAUSE_MILLIS = 50;
  private static final long ACKNOWLEDGE_MILLIS = 250;

  /** What is told of streams that have no line: a probe's. */
  interface Visitor {
    void message(Message message);

    void unit(AccessUnit unit);
  }

  private final String id;
  private final Path socket;
  private final boolean adopted;
  private final Runnable changed;

  private final LinkedBlockingQueue<Message> queue = new LinkedBlockingQueue<>();
  private final Map<Integer, StreamLine> lines = new ConcurrentHashMap<>();
  private final Map<Integer, Visitor> visitors = new ConcurrentHashMap<>();

  /** Guarded by itself, so that a line is not told an old one last. */
  private final Map<Integer, Message.Status> statuses = new HashMap<>();

  private final Map<String, Message.Held> unclaimed = new ConcurrentHashMap<>();
  private final AtomicInteger handles = new AtomicInteger(1);
  private final CountDownLatch over = new CountDownLatch(1);

  private volatile @Nullable ProcessHandle process;
  private volatile @Nullable SocketChannel channel;
  private volatile Message.@Nullable Welcome welcome;
  private volatile boolean heard = true;
  private int quietLooks;
  private volatile long ringBytes;
  private volatile boolean stopping;

  WorkerLink(
      String id, Path socket, boolean adopted, @Nullable ProcessHandle process, Runnable changed) {
    this.id = id;
    this.socket = socket;
    this.adopted = adopted;
    this.process = process;
    this.changed = changed;
  }

  void start(Tasks tasks) {
    tasks.start("ingest-worker-" + id, this::readAll);
    tasks.start("ingest-worker-" + id + "-out", this::writeAll);
  }

  String id() {
    return id;
  }

  Path socket() {
    return socket;
  }

  boolean adopted() {
    return adopted;
  }

  /** The process, once it is known. */
  Optional<ProcessHandle> process() {
    return Optional.ofNullable(process);
  }

  void started(ProcessHandle child) {
    process = child;
  }

  /** What the worker said of itself; empty until it has. */
  Optional<Message.Welcome> welcome() {
    return Optional.ofNullable(welcome);
  }

  boolean isOver() {
    return over.getCount() == 0;
  }

  boolean awaitEnd(Duration longest) throws InterruptedException {
    return over.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * How often in a row nothing was heard since the last look. Counted, not timed: a platform that
   * was suspended itself must not take its workers for dead.
   */
  int quietLooks() {
    quietLooks = heard ? 0 : quietLooks + 1;
    heard = false;
    return quietLooks;
  }

  long ringBytes() {
    return ringBytes;
  }

  List<StreamLine> lines() {
    return List.copyOf(lines.values());
  }

  boolean hasVisitors() {
    return !visitors.isEmpty();
  }

  /** Streams that the worker has from before, and nobody has asked for yet. */
  Map<String, Message.Held> unclaimed() {
    return unclaimed;
  }

  /** Told to stop; it is not an accident when it ends. */
  boolean isStopping() {
    return stopping;
  }

  void stop() {
    stopping = true;
    send(new Message.Stop());
  }

  /** Queues a message. Never blocks. */
  void send(Message message) {
    queue.add(message);
  }

  int newHandle() {
    return handles.getAndIncrement();
  }

  /** What is told of the stream is the line's; what is known already is told at once. */
  void attach(int handle, StreamLine line) {
    synchronized (statuses) {
      lines.put(handle, line);
      Message.Status known = statuses.get(handle);
      if (known != null) {
        line.told(known);
      }
    }
  }

  void detach(int handle) {
    lines.remove(handle);
  }

  void visit(int handle, Visitor visitor) {
    visitors.put(handle, visitor);
  }

  void leave(int handle) {
    visitors.remove(handle);
    send(new Message.Close(handle));
  }

  /** Lets go of the worker; it goes on without us. */
  void disconnect() {
    SocketChannel open = channel;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        log.debug("worker {}: closing its connection", id, e);
      }
    }
    over.countDown();
  }

  private void readAll() throws InterruptedException {
    try (SocketChannel open = connect()) {
      channel = open;
      if (isOver()) {
        return;
      }
      send(new Message.Hello(Frames.OLDEST_VERSION, Frames.NEWEST_VERSION));
      FrameReader reader = new FrameReader();
      ByteBuffer bytes = ByteBuffer.allocateDirect(READ_BYTES);
      FrameReader.Handler handler =
          new FrameReader.Handler() {
            @Override
            public void message(Message message) throws IOException {
              take(message);
            }

            @Override
            public void unit(int handle, AccessUnit unit) {
              StreamLine line = lines.get(handle);
              if (line != null) {
                line.unit(WorkerLink.this, unit);
              } else {
                Visitor visitor = visitors.get(handle);
                if (visitor != null) {
                  visitor.unit(unit);
                }
              }
            }
          };
      while (open.read(bytes.clear()) >= 0) {
        heard = true;
        reader.read(bytes.flip(), handler);
      }
    } catch (ProtocolException e) {
      log.error("worker {} is not understood: {}", id, e.getMessage());
    } catch (IOException e) {
      log.debug("worker {}: its connection ended", id, e);
    } finally {
      over.countDown();
      changed.run();
    }
  }

  /** A new worker takes a moment until it listens. */
  private SocketChannel connect() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LONGEST_START.toNanos();
    while (true) {
      try {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
      } catch (IOException e) {
        ProcessHandle running = process;
        boolean dead = running != null && !running.isAlive();
        if (adopted || dead || isOver() || System.nanoTime() - deadline > 0) {
          throw e;
        }
        heard = true;
        TimeUnit.MILLISECONDS.sleep(CONNECT_PAUSE_MILLIS);
      }
    }
  }

  private void take(Message message) throws IOException {
    if (message instanceof Message.Welcome greeting) {
      for (Message.Held held : greeting.streams()) {
        unclaimed.put(held.name(), held);
        handles.accumulateAndGet(held.handle() + 1, Math::max);
      }
      welcome = greeting;
      changed.run();
      if (greeting.version() == 0) {
        throw new ProtocolException("no version of the protocol in common");
      }
    } else if (message instanceof Message.Status status) {
      synchronized (statuses) {
        statuses.put(status.handle(), status);
        StreamLine line = lines.get(status.handle());
        if (line != null) {
          line.told(status);
          changed.run();
        }
      }
      visitor(status.handle()).ifPresent(visitor -> visitor.message(status));
    } else if (message instanceof Message.Run run) {
      StreamLine line = lines.get(run.handle());
      if (line != null) {
        line.run(this, run);
      }
      visitor(run.handle()).ifPresent(visitor -> visitor.message(run));
    } else if (message instanceof Message.Lost lost) {
      StreamLine line = lines.get(lost.handle());
      if (line != null) {
        line.lost(this, lost);
      }
    } else if (message instanceof Message.Interrupted interrupted) {
      StreamLine line = lines.get(interrupted.handle());
      if (line != null) {
        line.interrupted(this, interrupted.cause());
      }
    } else if (message instanceof Message.Pulse pulse) {
      ringBytes = pulse.ringBytes();
      for (Message.Count count : pulse.counts()) {
        StreamLine line = lines.get(count.handle());
        if (line != null) {
          line.received(this, count.received());
        }
      }
    }
  }

  private Optional<Visitor> visitor(int handle) {
    return Optional.ofNullable(visitors.get(handle));
  }

  /** All at once: each write wakes the worker. */
  private static void write(List<Message> batch, SocketChannel to) throws IOException {
    var frames = new ByteArrayOutputStream();
    for (Message message : batch) {
      frames.writeBytes(Frames.encode(message));
    }
    ByteBuffer bytes = ByteBuffer.wrap(frames.toByteArray());
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  private void writeAll() throws InterruptedException {
    Map<Integer, Long> sent = new HashMap<>();
    List<Message> batch = new ArrayList<>();
    while (!isOver()) {
      Message first = queue.poll(ACKNOWLEDGE_MILLIS, TimeUnit.MILLISECONDS);
      SocketChannel open = channel;
      if (open == null) {
        if (first != null) {
          batch.add(first); // until it is connected
        }
        continue;
      }
      if (first != null) {
        batch.add(first);
      }
      queue.drainTo(batch);
      lines.forEach(
          (handle, line) -> {
            long upTo = line.acknowledged();
            if (upTo > sent.getOrDefault(handle, -1L)) {
              sent.put(handle, upTo);
              batch.add(new Message.Acknowledge(handle, upTo));
            }
          });
      try {
        write(batch, open);
      } catch (IOException e) {
        return; // the reader learns it too
      }
      batch.clear();
    }
  }
}
