package io.vigilnvr.ingest.rtsp.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

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

  /** Time limits of sessions that do not play need no more. */
  private static final Duration IDLE_TICK = Duration.ofMillis(200);

  private final long tickNanos;
  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final Selector selector;
  private final Thread thread;
  private volatile boolean ending;

  // The thread's own.
  private final List<RtspSession> sessions = new ArrayList<>();
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);

  /**
   * @param tick how long data may gather
   */
  Loop(Duration tick) throws IOException {
    tickNanos = tick.toNanos();
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
        if (done.await(1, java.util.concurrent.TimeUnit.SECONDS)) {
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

  void close() {
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
        long tick = sessions.stream().anyMatch(RtspSession::isPlaying) ? tickNanos : idleNanos();
        long wait = Math.max(0, Math.min(tick, next - System.nanoTime()));
        long millis = Math.max(1, wait / 1_000_000);
        if (wait == 0) {
          selector.selectNow(this::ready);
        } else {
          selector.select(this::ready, millis);
        }
        for (Runnable action = inbox.poll(); action != null; action = inbox.poll()) {
          action.run();
        }
        long now = System.nanoTime();
        if (now - next >= 0) {
          next = now + tick;
          for (RtspSession session : sessions) {
            session.tick(now);
          }
          sessions.removeIf(RtspSession::isGone);
        }
        if (ending) {
          sessions.forEach(RtspSession::abandon);
          sessions.removeIf(RtspSession::isGone);
        }
      }
      selector.close();
    } catch (IOException e) {
      // Only a selector that cannot go on: every session must say so.
      sessions.forEach(RtspSession::abandon);
    }
  }

  private void ready(SelectionKey key) {
    if (key.isValid()) {
      ((Ready) key.attachment()).ready(key);
    }
  }

  private static long idleNanos() {
    return IDLE_TICK.toNanos();
  }
}
