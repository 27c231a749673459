package io.vigilnvr.ingest.rtsp.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one thread for all sessions. It wakes for connections that are being made; those that play it
 * reads at ticks: to let data gather costs half of what waking for each packet does.
 */
final class Loop {
  /** What has something to read or send. */
  @FunctionalInterface
  interface Ready {
    void ready(SelectionKey key);
  }

  private static final int SCRATCH_BYTES = 512 * 1024;
  private static final int MOST_LOOK_UPS = 4;

  /** Time limits of sessions that do not play need no more. */
  private static final Duration IDLE_TICK = Duration.ofMillis(200);

  private final long tickNanos;
  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final Selector selector;
  private final Thread thread;
  private volatile boolean ending;

  /** A server for names that does not answer holds a thread for long. */
  private final ThreadPoolExecutor lookUps =
      new ThreadPoolExecutor(
          MOST_LOOK_UPS,
          MOST_LOOK_UPS,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> {
            Thread asking = new Thread(task, "vigil-rtsp-name");
            asking.setDaemon(true);
            return asking;
          });

  // The thread's own.
  private final List<RtspSession> sessions = new ArrayList<>();
  private final Consumer<SelectionKey> ready = this::ready;
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);

  /**
   * @param tick how long data may gather
   */
  Loop(Duration tick) throws IOException {
    tickNanos = tick.toNanos();
    lookUps.allowCoreThreadTimeOut(true);
    selector = Selector.open();
    thread = new Thread(this::run, "vigil-rtsp");
    thread.setDaemon(true);
    thread.start();
  }

  /** Does something on the thread, soon. */
  void execute(Runnable action) {
    inbox.add(action);
    selector.wakeup();
  }

  /** Does something on the thread and waits for it; at once on the thread itself. */
  void call(Runnable action) {
    if (Thread.currentThread() == thread || !thread.isAlive()) {
      action.run();
      return;
    }
    var done = new CountDownLatch(1);
    execute(
        () -> {
          action.run();
          done.countDown();
        });
    boolean interrupted = false;
    while (done.getCount() > 0 && thread.isAlive()) {
      try {
        if (done.await(1, TimeUnit.SECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks a name up, elsewhere, and tells it on the thread; empty if it is not known. */
  void lookUp(String host, Consumer<Optional<InetAddress>> found) {
    String name = host.replaceAll("[\\[\\]]", "");
    if (name.contains(":") || name.matches("[0-9.]+")) {
      execute(() -> found.accept(address(name))); // an address needs no asking
    } else {
      lookUps.execute(
          () -> {
            Optional<InetAddress> address = address(name);
            execute(() -> found.accept(address));
          });
    }
  }

  private static Optional<InetAddress> address(String name) {
    try {
      return Optional.of(InetAddress.getByName(name));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  void close() {
    lookUps.shutdownNow();
    ending = true;
    selector.wakeup();
    try {
      thread.join(Duration.ofSeconds(3).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // For sessions, on the thread

  void add(RtspSession session) {
    sessions.add(session);
  }

  Selector selector() {
    return selector;
  }

  /** Where bytes are read to; its content is good until the session returns. */
  ByteBuffer scratch() {
    return scratch;
  }

  private void run() {
    try {
      long next = System.nanoTime();
      while (!ending || !sessions.isEmpty()) {
        long tick = isAnyPlaying() ? tickNanos : IDLE_TICK.toNanos();
        long wait = Math.max(0, Math.min(tick, next - System.nanoTime()));
        // Rounded up: who wakes just before a tick has to wake again.
        long millis = (wait + 999_999) / 1_000_000;
        if (wait == 0) {
          selector.selectNow(ready);
        } else {
          selector.select(ready, millis);
        }
        for (Runnable action = inbox.poll(); action != null; action = inbox.poll()) {
          action.run();
        }
        long now = System.nanoTime();
        if (now - next >= 0) {
          next = now + tick;
          for (int i = sessions.size() - 1; i >= 0; i--) {
            RtspSession session = sessions.get(i);
            session.tick(now);
            if (session.isGone()) {
              sessions.remove(i);
            }
          }
          // Not each by itself: one look of the worker's is for all of them.
          for (int i = 0; i < sessions.size(); i++) {
            sessions.get(i).handOver();
          }
        }
        if (ending) {
          sessions.forEach(RtspSession::abandon);
          sessions.removeIf(RtspSession::isGone);
        }
      }
      selector.close();
    } catch (IOException e) {
      // Only a selector that cannot go on: every session must say so.
      sessions.forEach(RtspSession::broken);
    }
  }

  private boolean isAnyPlaying() {
    for (int i = 0; i < sessions.size(); i++) {
      if (sessions.get(i).isPlaying()) {
        return true;
      }
    }
    return false;
  }

  private void ready(SelectionKey key) {
    if (key.isValid()) {
      ((Ready) key.attachment()).ready(key);
    }
  }
}
