package io.vigilnvr.record.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.stream.StreamRecorder;
import io.vigilnvr.media.mp4.Fragments;
import io.vigilnvr.media.mp4.InitSegments;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What hub and worker do for one stream: numbers, keeps what is not acknowledged, sends again. */
final class FakeStream {
  static final int TICKS = 3600;
  static final int GOP = 25;

  private static final byte[] AVC_CONFIG =
      HexFormat.of()
          .parseHex(
              "0142c028ffe10017"
                  + "6742c028da01e0089f97011000003e90000ea600f1832a"
                  + "01000468ce3c80");

  static final StreamFormat FORMAT =
      new StreamFormat(List.of(new Track(1, Codec.H264, 90_000, ByteBuffer.wrap(AVC_CONFIG))));

  private static final Duration FRAME = Duration.ofMillis(40);

  /** The ring: of each unit the run and the fragment. */
  private record Kept(long run, Fragment fragment) {}

  private final Rig rig;
  private final StreamId id;
  private final TreeMap<Long, Kept> ring = new TreeMap<>();
  private final Random random = new Random(7);
  private StreamRecorder.@Nullable Session session;
  private long sessionRun = -1;
  long next;
  long acknowledged = -1;
  private long run;
  private long pictures;
  private Instant anchor = Instant.EPOCH;

  /** So many pictures are in a group. */
  int gop = GOP;

  /** So large is a keyframe at least. */
  int bytes = 2000;

  /** How much faster the run's wall clock goes than the media, in parts per million. */
  long slewPpm;

  FakeStream(Rig rig, StreamId id) {
    this.rig = rig;
    this.id = id;
  }

  /** What the hub does when it meets a recorder. */
  FakeStream attach() {
    StreamRecorder.Session opened = rig.engine.open(id, this::acknowledge);
    long resumeAt = rig.engine.nextSequence(id);
    session = opened;
    sessionRun = -1;
    if (ring.isEmpty() && run == 0) {
      next = resumeAt;
      return this;
    }
    long first = ring.isEmpty() ? next : ring.firstKey();
    if (first > resumeAt) {
      opened.lost(resumeAt, first - 1, GapCause.PLATFORM);
    }
    ring.tailMap(resumeAt).values().forEach(this::send);
    return this;
  }

  FakeStream attachTo(Rig started) {
    assertThat(started).isSameAs(rig);
    return attach();
  }

  private void acknowledge(long sequence) {
    acknowledged = Math.max(acknowledged, sequence);
    ring.headMap(sequence, true).clear();
  }

  private void send(Kept kept) {
    StreamRecorder.Session to = session;
    if (to != null) {
      if (sessionRun != kept.run()) {
        sessionRun = kept.run();
        to.run(kept.run(), FORMAT, InitSegments.of(FORMAT));
      }
      to.fragment(kept.fragment());
    }
  }

  FakeStream run() {
    run = Math.max(run + 1, rig.clock.millis());
    pictures = 0;
    anchor = rig.clock.instant();
    return this;
  }

  /** So many pictures come, and the time they take goes by. */
  FakeStream pictures(int count) {
    for (int i = 0; i < count; i++) {
      Fragment fragment = picture();
      rig.clock.advance(FRAME);
      Kept kept = new Kept(run, fragment);
      ring.put(fragment.firstSequence(), kept);
      send(kept);
    }
    return this;
  }

  /** Like {@link #pictures}, with a cycle of the flusher each second. */
  FakeStream flow(int count) {
    for (int left = count; left > 0; left -= GOP) {
      pictures(Math.min(left, GOP));
      rig.cycle();
    }
    return this;
  }

  /** So many pictures are never seen. */
  FakeStream skip(int count) {
    for (int i = 0; i < count; i++) {
      picture();
      rig.clock.advance(FRAME);
    }
    return this;
  }

  private Fragment picture() {
    boolean keyframe = pictures % gop == 0;
    int bytes = (keyframe ? this.bytes : 200) + random.nextInt(100);
    ByteBuffer buffer = ByteBuffer.allocate(AccessUnit.HEADROOM + 4 + bytes);
    buffer.position(AccessUnit.HEADROOM);
    buffer.putInt(bytes).put((byte) (keyframe ? 0x65 : 0x41));
    while (buffer.hasRemaining()) {
      buffer.put((byte) (1 + random.nextInt(255)));
    }
    long ticks = pictures * TICKS;
    var unit = new AccessUnit(next, 1, captured(), ticks, ticks, keyframe, buffer.flip());
    next++;
    pictures++;
    return Fragments.wrap(unit, FORMAT.track(1), true, TICKS);
  }

  private Instant captured() {
    Duration media = FRAME.multipliedBy(pictures);
    return anchor.plus(media).plusNanos(media.toNanos() / 1_000_000 * slewPpm);
  }

  void lost(long first, long last, GapCause cause) {
    StreamRecorder.Session to = session;
    if (to != null) {
      to.lost(first, last, cause);
    }
  }

  void interrupted(GapCause cause) {
    StreamRecorder.Session to = session;
    if (to != null) {
      to.interrupted(cause);
    }
  }

  void close() {
    StreamRecorder.Session to = session;
    session = null;
    if (to != null) {
      to.close();
    }
  }

  /** The worker is gone, and with it what was not acknowledged; another starts where it may. */
  FakeStream lose() {
    ring.clear();
    session = null;
    run = 0;
    return this;
  }

  /** The process that had the session is gone. */
  FakeStream detach() {
    session = null;
    return this;
  }

  boolean hasKept(long sequence) {
    return ring.containsKey(sequence);
  }
}
