package io.vigilnvr.ingest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.ingest.protocol.FrameReader;
import io.vigilnvr.ingest.protocol.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RingTest {
  private static final long WINDOW = 1 << 30;

  private final ByteBuffer out = ByteBuffer.allocate(1 << 20);
  private final FrameReader reader = new FrameReader();
  private final List<Object> heard = new ArrayList<>();
  private long micros = 1_000_000;

  /** Takes all that the ring gives, through a buffer of the given size. */
  private void drain(Ring ring, int size) throws IOException {
    int room = size;
    while (true) {
      out.clear().limit(room);
      int needed = ring.drain(out);
      boolean wrote = out.position() > 0;
      reader.read(
          out.flip(),
          new FrameReader.Handler() {
            @Override
            public void message(Message message) {
              heard.add(message);
            }

            @Override
            public void unit(int handle, AccessUnit unit) {
              assertThat(unit.payload().getLong(0)).isEqualTo(unit.ptsTicks());
              heard.add(unit.sequence());
            }
          });
      if (needed == Ring.NOTHING) {
        return;
      }
      room = wrote ? size : needed;
    }
  }

  private void append(Ring ring, boolean keyframe, int bytes) {
    micros += 40_000;
    ByteBuffer payload = ByteBuffer.allocate(bytes).putLong(0, micros);
    ring.append(1, keyframe, micros, micros, micros, payload);
  }

  /** Groups of ten. */
  private void append(Ring ring, int units, int bytes) {
    for (int i = 0; i < units; i++) {
      append(ring, i % 10 == 0, bytes);
    }
  }

  private static Ring ring(long bytes) {
    return new Ring(1, 100, new Ring.Bounds(bytes, Duration.ofSeconds(60)), new Chunks());
  }

  private static List<Object> numbers(long first, long last) {
    List<Object> numbers = new ArrayList<>();
    for (long number = first; number <= last; number++) {
      numbers.add(number);
    }
    return numbers;
  }

  @Test
  void sendsRunsAndTheirUnitsInOrder() throws IOException {
    Ring ring = ring(1 << 20);
    ring.resume(100, WINDOW);
    ring.startRun(5, FakeEngine.FORMAT);
    append(ring, 20, 700);
    ring.endRun(GapCause.STALLED);
    ring.startRun(6, FakeEngine.FORMAT);
    append(ring, 1, 700);
    drain(ring, 3000);
    assertThat(heard.get(0)).isEqualTo(new Message.Run(1, 5, FakeEngine.FORMAT));
    assertThat(heard.subList(1, 21)).isEqualTo(numbers(100, 119));
    assertThat(heard.subList(21, heard.size()))
        .containsExactly(
            new Message.Interrupted(1, GapCause.STALLED),
            new Message.Run(1, 6, FakeEngine.FORMAT),
            120L);
  }

  @Test
  void sendsAgainWhatWasNotAcknowledged() throws IOException {
    Ring ring = ring(1 << 20);
    ring.resume(100, WINDOW);
    ring.startRun(5, FakeEngine.FORMAT);
    append(ring, 25, 700);
    drain(ring, 5000);
    ring.acknowledge(107);
    ring.pause();
    heard.clear();
    append(ring, 5, 700);
    drain(ring, 5000);
    assertThat(heard).isEmpty();
    ring.resume(108, WINDOW);
    drain(ring, 5000);
    assertThat(heard.remove(0)).isEqualTo(new Message.Run(1, 5, FakeEngine.FORMAT));
    assertThat(heard).isEqualTo(numbers(108, 129));
  }

  @Test
  void keepsLittleOnceItIsAcknowledged() throws IOException {
    Ring ring = ring(1 << 20);
    ring.resume(100, WINDOW);
    ring.startRun(5, FakeEngine.FORMAT);
    for (int i = 0; i < 100; i++) {
      append(ring, 10, 700);
      drain(ring, 5000);
      ring.acknowledge(ring.nextSequence() - 1);
      assertThat(ring.heldBytes()).isBetween(7000L, 7500L); // the current group
    }
  }

  @Test
  void givesUpWholeGroupsAndSaysSo() throws IOException {
    Ring ring = ring(20_000);
    ring.resume(100, WINDOW);
    ring.startRun(5, FakeEngine.FORMAT);
    append(ring, 3, 700);
    drain(ring, 5000);
    ring.pause();
    append(ring, 50, 700);
    assertThat(ring.heldBytes()).isLessThanOrEqualTo(20_000);
    heard.clear();
    ring.resume(103, WINDOW);
    drain(ring, 5000);
    Message.Lost lost = (Message.Lost) heard.get(0);
    assertThat(lost.firstSequence()).isEqualTo(103);
    assertThat(lost.cause()).isEqualTo(GapCause.PLATFORM);
    assertThat((lost.lastSequence() + 1 - 103) % 10).isZero(); // a keyframe comes next
    assertThat(heard.get(1)).isEqualTo(new Message.Run(1, 5, FakeEngine.FORMAT));
    assertThat(heard.subList(2, heard.size())).isEqualTo(numbers(lost.lastSequence() + 1, 152));
  }

  @Test
  void countsWhatItCannotKeepEvenOfOneEndlessGroup() throws IOException {
    Ring ring = ring(20_000);
    ring.startRun(5, FakeEngine.FORMAT);
    append(ring, true, 700);
    for (int i = 0; i < 60; i++) {
      append(ring, false, 700);
    }
    append(ring, true, 700);
    ring.resume(100, WINDOW);
    drain(ring, 5000);
    assertThat(heard)
        .containsExactly(
            new Message.Lost(1, 100, 160, GapCause.PLATFORM),
            new Message.Run(1, 5, FakeEngine.FORMAT),
            161L);
  }

  @Test
  void keepsNoLongerThanItsTime() throws IOException {
    Ring ring = ring(1 << 30);
    ring.startRun(5, FakeEngine.FORMAT);
    append(ring, 3000, 10); // two minutes
    ring.resume(100, WINDOW);
    drain(ring, 5000);
    Message.Lost lost = (Message.Lost) heard.get(0);
    assertThat(lost.lastSequence() - 100 + 1).isBetween(1490L, 1510L);
  }

  @Test
  void sendsNoMoreThanTheWindow() throws IOException {
    Ring ring = ring(1 << 20);
    ring.resume(100, 5000);
    ring.startRun(5, FakeEngine.FORMAT);
    append(ring, 100, 957); // 1000 with the header
    drain(ring, 50_000);
    assertThat(heard.subList(1, heard.size())).isEqualTo(numbers(100, 104));
    heard.clear();
    ring.acknowledge(102);
    drain(ring, 50_000);
    assertThat(heard).isEqualTo(numbers(105, 107));
  }

  @Test
  void sendsAUnitThatIsLargerThanTheWindowOrTheBuffer() throws IOException {
    Ring ring = ring(1 << 20);
    ring.resume(100, 5000);
    ring.startRun(5, FakeEngine.FORMAT);
    append(ring, true, 300_000);
    append(ring, false, 300_000);
    drain(ring, 4000);
    assertThat(heard.subList(1, heard.size())).isEqualTo(numbers(100, 100));
    ring.acknowledge(100);
    drain(ring, 4000);
    assertThat(heard.subList(1, heard.size())).isEqualTo(numbers(100, 101));
  }

  /** Whoever asks may have what is before it in memory alone. */
  @Test
  void dropsNothingBecauseItWasNotAskedFor() throws IOException {
    Ring ring = ring(1 << 20);
    ring.resume(100, WINDOW);
    ring.startRun(5, FakeEngine.FORMAT);
    append(ring, 40, 700);
    ring.resume(140, WINDOW);
    append(ring, 10, 700);
    ring.resume(103, WINDOW);
    drain(ring, 5000);
    assertThat(heard.subList(1, heard.size())).isEqualTo(numbers(103, 149));
  }

  @Test
  void goesOnAtANumberThatItNeverReached() throws IOException {
    Ring ring = ring(1 << 20);
    ring.startRun(5, FakeEngine.FORMAT);
    append(ring, 20, 700);
    assertThat(ring.resume(5000, WINDOW)).isFalse();
    ring.startRun(6, FakeEngine.FORMAT);
    append(ring, 2, 700);
    drain(ring, 5000);
    assertThat(heard).containsExactly(new Message.Run(1, 6, FakeEngine.FORMAT), 5000L, 5001L);
  }

  /** Each number is sent or told as lost, once and in order, whatever happens in between. */
  @Test
  void losesNoNumberSilently() throws IOException {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Ring ring = ring(30_000 + random.nextInt(100_000));
      heard.clear();
      long run = 1;
      long expected = 100;
      ring.resume(100, 40_000);
      for (int step = 0; step < 400; step++) {
        switch (random.nextInt(12)) {
          case 0 -> ring.endRun(random.nextBoolean() ? GapCause.OFFLINE : null);
          case 1 -> ring.acknowledge(expected - 1 - random.nextInt(5));
          case 2 -> ring.acknowledge(expected - 1);
          case 3 -> {
            ring.pause();
            expected = Math.max(100, expected - random.nextInt(3));
            ring.resume(expected, 40_000);
          }
          case 4, 5, 6 -> drain(ring, 2000);
          default -> {
            if (!ring.inRun()) {
              ring.startRun(run++, FakeEngine.FORMAT);
              append(ring, true, 100);
            }
            append(ring, random.nextInt(8) == 0, 8 + random.nextInt(9000));
          }
        }
        for (Object each : heard) {
          if (each instanceof Long number) {
            assertThat(number).as("seed %d", seed).isEqualTo(expected);
            expected++;
          } else if (each instanceof Message.Lost lost) {
            assertThat(lost.firstSequence()).as("seed %d", seed).isEqualTo(expected);
            expected = lost.lastSequence() + 1;
          }
        }
        heard.clear();
      }
    }
  }

  @Test
  void holdsLessWhileManyShareTheMemory() throws IOException {
    Ring ring = ring(1 << 20);
    ring.startRun(5, FakeEngine.FORMAT);
    append(ring, 100, 700);
    assertThat(ring.heldBytes()).isGreaterThan(70_000);
    ring.limit(20_000);
    append(ring, 10, 700);
    assertThat(ring.heldBytes()).isLessThanOrEqualTo(20_000);
    ring.limit(Long.MAX_VALUE);
    append(ring, 100, 700);
    assertThat(ring.heldBytes()).as("its own bound again").isGreaterThan(70_000);
  }

  @Test
  void chunksAreUsedAgainAndNotHoarded() {
    var chunks = new Chunks();
    var taken = new ArrayList<byte[]>();
    for (int i = 0; i < 1000; i++) {
      taken.add(chunks.take());
    }
    byte[] last = taken.remove(999);
    chunks.give(last);
    assertThat(chunks.take()).isSameAs(last);
    taken.add(last);
    taken.forEach(chunks::give);
    assertThat(chunks.spare()).as("as much may be needed again").isEqualTo(1000);
    chunks.forget();
    assertThat(chunks.bytes()).isEqualTo(1000L * Chunks.BYTES);
    chunks.forget();
    assertThat(chunks.spare()).as("not needed for long").isEqualTo(64);
  }

  @Test
  void givesAllItsChunksBack() {
    var chunks = new Chunks();
    Ring ring = new Ring(1, 100, new Ring.Bounds(64 << 20, Duration.ofSeconds(60)), chunks);
    ring.startRun(5, FakeEngine.FORMAT);
    append(ring, 100, 50_000);
    assertThat(chunks.used()).isGreaterThan(30);
    ring.free();
    assertThat(chunks.used()).isZero();
  }
}
