package io.vigilnvr.stream.internal;

import static io.vigilnvr.stream.internal.Fakes.DOOR;
import static io.vigilnvr.stream.internal.Fakes.WITH_SOUND;
import static io.vigilnvr.stream.internal.Fakes.await;
import static io.vigilnvr.stream.internal.Fakes.picture;
import static io.vigilnvr.stream.internal.Fakes.sound;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.stream.StreamHub.Feed;
import io.vigilnvr.api.stream.StreamHub.Upstream;
import io.vigilnvr.api.stream.StreamRecorder;
import io.vigilnvr.api.stream.StreamViewer;
import io.vigilnvr.api.stream.StreamViewer.Item;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A stream at full speed, while recorders are replaced and viewers come, go and are slow. */
final class StressTest {
  private static final long UNITS = 150_000;
  private static final long NOTHING = -1;

  /** What recorders have in common: each goes on where the last one ended, and says what is odd. */
  private static final class Disk {
    final AtomicLong next = new AtomicLong();
    final Queue<String> oddities = new ConcurrentLinkedQueue<>();
  }

  private record DiskRecorder(Disk disk) implements StreamRecorder {
    @Override
    public Session open(StreamId stream, Acknowledgement acknowledgement) {
      return new Session() {
        @Override
        public void run(long run, StreamFormat format, ByteBuffer init) {}

        @Override
        public void fragment(Fragment fragment) {
          if (!disk.next.compareAndSet(fragment.firstSequence(), fragment.lastSequence() + 1)) {
            disk.oddities.add("got " + fragment.firstSequence() + ", not " + disk.next);
          }
          acknowledgement.upTo(fragment.lastSequence());
        }

        @Override
        public void lost(long firstSequence, long lastSequence, GapCause cause) {
          disk.oddities.add("lost " + firstSequence + "-" + lastSequence);
        }

        @Override
        public void interrupted(GapCause cause) {}

        @Override
        public void close() {}
      };
    }

    @Override
    public long nextSequence(StreamId stream) {
      return disk.next.get();
    }
  }

  /** Takes from its queue on a thread of its own, with a pause after each item. */
  private static final class Reader implements StreamViewer {
    private final Semaphore ready = new Semaphore(0);
    private final long pauseNanos;
    private final ConcurrentLinkedQueue<Item> taken = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<StreamViewer.Queue> queues = new ConcurrentLinkedQueue<>();
    private volatile boolean stop;
    private final Thread thread = new Thread(this::read, "viewer");

    Reader(long pauseNanos) {
      this.pauseNanos = pauseNanos;
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void ready(StreamViewer.Queue queue) {
      if (queues.isEmpty()) {
        queues.add(queue);
      }
      ready.release();
    }

    private void read() {
      try {
        while (!stop) {
          if (ready.tryAcquire(10, TimeUnit.MILLISECONDS)) {
            var from = queues.element();
            for (var item = from.poll(); item.isPresent(); item = from.poll()) {
              taken.add(item.orElseThrow());
              if (pauseNanos > 0) {
                LockSupport.parkNanos(pauseNanos);
              }
            }
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    long seen() {
      long units = 0;
      for (Item item : taken) {
        if (item instanceof Item.Media media) {
          units += media.fragment().accessUnits();
        } else if (item instanceof Item.Dropped dropped) {
          units += dropped.accessUnits();
        }
      }
      return units;
    }

    /** Says where the story does not add up. */
    List<String> oddities() {
      var odd = new ArrayList<String>();
      long next = NOTHING;
      long dropped = 0;
      for (Item item : taken) {
        if (item instanceof Item.Dropped told) {
          dropped += told.accessUnits();
        } else if (item instanceof Item.Media media) {
          Fragment fragment = media.fragment();
          if (next != NOTHING && fragment.firstSequence() != next + dropped) {
            odd.add("got " + fragment.firstSequence() + " after " + next + " and " + dropped);
          }
          if ((next == NOTHING || dropped > 0) && !fragment.keyframe()) {
            odd.add("starts without a keyframe at " + fragment.firstSequence());
          }
          dropped = 0;
          next = fragment.lastSequence() + 1;
        }
      }
      return odd;
    }
  }

  @Test
  void losesNothingAndDoublesNothingWhateverComesAndGoes() throws Exception {
    var hub = new FragmentHub(new Fakes.Threads(), Clock.systemUTC());
    var disk = new Disk();
    var resume = new AtomicLong(NOTHING);
    var upstream =
        new Upstream() {
          final AtomicLong acknowledged = new AtomicLong(NOTHING);

          @Override
          public void resumeAt(long sequence) {
            resume.set(sequence);
          }

          @Override
          public void acknowledge(long sequence) {
            acknowledged.set(sequence);
          }
        };
    hub.setRecorder(new DiskRecorder(disk));
    Feed feed = hub.feed(DOOR, upstream);
    await(() -> resume.get() != NOTHING);
    var fast = new Reader(0);
    var slow = new Reader(20_000);
    hub.watch(DOOR, 1 << 30, fast);
    hub.watch(DOOR, 40_000, slow);
    // Ingest: one thread, that goes back to where it is told, as the ring does.
    var feeder =
        new Thread(
            () -> {
              long sequence = 0;
              while (sequence < UNITS || disk.next.get() < UNITS) {
                long again = resume.getAndSet(NOTHING);
                if (again != NOTHING) {
                  sequence = again;
                  feed.run(1, WITH_SOUND);
                }
                if (sequence < UNITS) {
                  // Two of sound after each picture; a keyframe each 60 units.
                  long picture = sequence / 3;
                  feed.unit(
                      sequence % 3 == 0
                          ? picture(sequence, picture * 3600, picture % 20 == 0, 300)
                          : sound(sequence, picture * 1920 + (sequence % 3 - 1) * 960));
                  sequence++;
                } else {
                  // The end: the last sound is flushed.
                  feed.lost(UNITS + 10, UNITS + 9, GapCause.OFFLINE);
                  feed.run(1, WITH_SOUND);
                }
              }
            },
            "ingest");
    feeder.start();
    int replaced = 0;
    int visitors = 0;
    var oddVisits = new ArrayList<String>();
    while (feeder.isAlive()) {
      var next = new DiskRecorder(disk);
      hub.setRecorder(next);
      replaced++;
      var visitor = new Fakes.Viewer(true);
      var visit = hub.watch(DOOR, 1 << 20, visitor);
      LockSupport.parkNanos(2_000_000);
      visit.close();
      visitors++;
      List<Long> seen = visitor.sequences();
      for (int i = 1; i < seen.size(); i++) {
        if (seen.get(i) != seen.get(i - 1) + 1) {
          oddVisits.add("got " + seen.get(i) + " after " + seen.get(i - 1));
        }
      }
      if (replaced % 3 == 0) {
        hub.unsetRecorder(next);
        LockSupport.parkNanos(500_000);
      }
    }
    feeder.join();
    await(() -> fast.seen() == UNITS);
    // The slow one may still be owed what was dropped last: it is told at the next keyframe.
    assertThat(disk.oddities).isEmpty();
    assertThat(disk.next.get()).isEqualTo(UNITS);
    assertThat(fast.oddities()).isEmpty();
    assertThat(slow.oddities()).isEmpty();
    assertThat(slow.taken).anyMatch(item -> item instanceof Item.Dropped);
    assertThat(oddVisits).isEmpty();
    assertThat(replaced).isGreaterThan(5);
    assertThat(visitors).isGreaterThan(5);
    assertThat(upstream.acknowledged.get()).isEqualTo(UNITS - 1);
    fast.stop = true;
    slow.stop = true;
  }

  /** A fragment and its views of the bytes; the rest of the way leaves no garbage. */
  @Test
  void aUnitCostsLittleGarbage() {
    var hub = new FragmentHub(new Fakes.Threads(), Clock.systemUTC());
    var upstream = new Fakes.Upstream();
    hub.setRecorder(new DiskRecorder(new Disk()));
    Feed feed = hub.feed(DOOR, upstream);
    await(() -> upstream.resumed.size() == 1);
    feed.run(1, Fakes.PICTURES);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    var units = new AccessUnit[4000];
    for (int i = 0; i < units.length; i++) {
      units[i] = picture(i);
    }
    for (int i = 0; i < 2000; i++) {
      feed.unit(units[i]);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 2000; i < 4000; i++) {
      feed.unit(units[i]);
    }
    long perUnit = (threads.getCurrentThreadAllocatedBytes() - before) / 2000;
    assertThat(perUnit).isLessThan(400);
  }
}
