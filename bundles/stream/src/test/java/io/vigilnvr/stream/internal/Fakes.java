package io.vigilnvr.stream.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamRecorder;
import io.vigilnvr.api.stream.StreamViewer;
import io.vigilnvr.api.task.Tasks;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Hand-written stand-ins for what is around the hub. */
final class Fakes {
  static final StreamId DOOR = new StreamId(new CameraId("door"), StreamRole.MAIN);
  static final Instant START = Instant.parse("2026-11-22T14:00:00Z");

  /** 640 × 480, baseline: a parameter set as encoders write it. */
  private static final byte[] AVCC = {
    1,
    0x42,
    (byte) 0xc0,
    0x1e,
    (byte) 0xff,
    (byte) 0xe1,
    0,
    15,
    0x67,
    0x42,
    (byte) 0xc0,
    0x1e,
    (byte) 0xd9,
    0,
    (byte) 0xa0,
    0x3d,
    (byte) 0xa1,
    0,
    0,
    3,
    0,
    1,
    0,
    1,
    0,
    4,
    0x68,
    (byte) 0xcb,
    (byte) 0x83,
    (byte) 0xcb
  };

  static final Track VIDEO = new Track(1, Codec.H264, 90000, ByteBuffer.wrap(AVCC));
  static final Track AUDIO =
      new Track(2, Codec.AAC, 48000, ByteBuffer.wrap(new byte[] {0x11, (byte) 0x90}));
  static final StreamFormat PICTURES = new StreamFormat(List.of(VIDEO));
  static final StreamFormat WITH_SOUND = new StreamFormat(List.of(VIDEO, AUDIO));

  private Fakes() {}

  static AccessUnit picture(long sequence, long ticks, boolean keyframe, int bytes) {
    return unit(sequence, 1, ticks, 90000, keyframe, bytes);
  }

  /** 25 pictures in a second, each tenth of them a keyframe, numbered from 0. */
  static AccessUnit picture(long sequence) {
    return picture(sequence, sequence * 3600, sequence % 10 == 0, 100);
  }

  static AccessUnit sound(long sequence, long ticks) {
    return unit(sequence, 2, ticks, 48000, true, 40);
  }

  private static AccessUnit unit(
      long sequence, int track, long ticks, int timescale, boolean keyframe, int bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(AccessUnit.HEADROOM + bytes);
    buffer.putLong(AccessUnit.HEADROOM, sequence);
    Instant captured = START.plusNanos(ticks * 1_000_000_000L / timescale);
    return new AccessUnit(sequence, track, captured, ticks, ticks, keyframe, buffer);
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not come true within 60 s");
      }
      Thread.onSpinWait();
    }
  }

  /** Threads as they are. */
  static final class Threads implements Tasks {
    private final List<Thread> started;

    Threads() {
      this(new CopyOnWriteArrayList<>());
    }

    /** Notes them in the order in which they are started. */
    Threads(List<Thread> started) {
      this.started = started;
    }

    @Override
    public Handle start(String name, Body body) {
      var thread =
          new Thread(
              () -> {
                try {
                  body.run();
                } catch (Exception e) {
                  Thread.currentThread().interrupt();
                }
              },
              "vigil-" + name);
      thread.setDaemon(true);
      started.add(thread);
      thread.start();
      return thread::interrupt;
    }

    @Override
    public Handle repeat(String name, Duration pause, Body body) {
      throw new UnsupportedOperationException("not needed");
    }
  }

  /** Notes what is asked of ingest. */
  static class Upstream implements StreamHub.Upstream {
    final List<Long> resumed = new CopyOnWriteArrayList<>();
    final AtomicLong acknowledged = new AtomicLong(-1);
    final List<Boolean> watched = new CopyOnWriteArrayList<>();

    @Override
    public void watched(boolean now) {
      watched.add(now);
    }

    @Override
    public void resumeAt(long sequence) {
      resumed.add(sequence);
    }

    @Override
    public void acknowledge(long sequence) {
      acknowledged.accumulateAndGet(sequence, Math::max);
    }
  }

  /** Notes what it is given; acknowledges when told to. */
  static final class Recorder implements StreamRecorder {
    final List<String> calls = new CopyOnWriteArrayList<>();
    final List<Fragment> fragments = new CopyOnWriteArrayList<>();
    volatile long next;
    volatile boolean immediate;
    volatile boolean closed;
    volatile Optional<Acknowledgement> acknowledgement = Optional.empty();
    private volatile boolean inside;

    Recorder(long next) {
      this.next = next;
    }

    @Override
    public Session open(StreamId stream, Acknowledgement upstream) {
      acknowledgement = Optional.of(upstream);
      return new Session() {
        @Override
        public void run(long run, StreamFormat format, ByteBuffer init) {
          alone(() -> calls.add("run " + run));
        }

        @Override
        public void fragment(Fragment fragment) {
          alone(
              () -> {
                calls.add(fragment.firstSequence() + "-" + fragment.lastSequence());
                fragments.add(fragment);
                next = fragment.lastSequence() + 1;
                if (immediate) {
                  upstream.upTo(fragment.lastSequence());
                }
              });
        }

        @Override
        public void lost(long firstSequence, long lastSequence, GapCause cause) {
          alone(
              () -> {
                calls.add("lost " + firstSequence + "-" + lastSequence + " " + cause.word());
                next = lastSequence + 1;
              });
        }

        @Override
        public void interrupted(GapCause cause) {
          alone(() -> calls.add("interrupted " + cause.word()));
        }

        @Override
        public void close() {
          alone(() -> closed = true);
        }
      };
    }

    private void alone(Runnable call) {
      if (inside || closed) {
        calls.add("TWO AT A TIME, OR AFTER CLOSE");
      }
      inside = true;
      call.run();
      inside = false;
    }

    @Override
    public long nextSequence(StreamId stream) {
      return next;
    }
  }

  /** Takes everything at once, or only when told to. */
  static final class Viewer implements StreamViewer {
    final List<Item> items = new ArrayList<>();
    volatile int readyCalls;
    volatile Optional<Queue> queue = Optional.empty();
    private final boolean eager;

    Viewer(boolean eager) {
      this.eager = eager;
    }

    @Override
    public synchronized void ready(Queue from) {
      readyCalls = readyCalls + 1;
      queue = Optional.of(from);
      if (eager) {
        take();
      }
    }

    synchronized void take() {
      queue.ifPresent(
          from -> {
            for (var item = from.poll(); item.isPresent(); item = from.poll()) {
              items.add(item.orElseThrow());
            }
          });
    }

    synchronized List<Long> sequences() {
      var all = new ArrayList<Long>();
      for (Item item : items) {
        if (item instanceof Item.Media media) {
          for (long i = media.fragment().firstSequence();
              i <= media.fragment().lastSequence();
              i++) {
            all.add(i);
          }
        }
      }
      return all;
    }

    /** The story in short: {@code init 0k 1 2 dropped:3 …}. */
    synchronized String story() {
      var words = new ArrayList<String>();
      for (Item item : items) {
        if (item instanceof Item.Init) {
          words.add("init");
        } else if (item instanceof Item.Media media) {
          Fragment fragment = media.fragment();
          words.add(fragment.firstSequence() + (fragment.keyframe() ? "k" : ""));
        } else if (item instanceof Item.Dropped dropped) {
          words.add("dropped:" + dropped.accessUnits());
        } else if (item instanceof Item.Ended ended) {
          words.add("ended:" + ended.cause());
        }
      }
      return String.join(" ", words);
    }
  }
}
