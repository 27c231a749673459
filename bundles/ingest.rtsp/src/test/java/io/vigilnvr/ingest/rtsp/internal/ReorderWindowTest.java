package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReorderWindowTest {
  private static final long MILLI = 1_000_000;

  private final List<Integer> out = new ArrayList<>();
  private final ReorderWindow window =
      new ReorderWindow((in, at, length) -> out.add(in.getShort(at + 2) & 0xffff));

  private void take(int... numbers) throws Fault {
    for (int number : numbers) {
      datagram(number, 20);
    }
  }

  private void large(int number) throws Fault {
    datagram(number, 4000);
  }

  private void datagram(int number, int length) throws Fault {
    ByteBuffer in = ByteBuffer.allocate(length + 3).putShort(5, (short) number);
    window.packet(in, 3, length, 0);
  }

  @Test
  void inOrderGoesThrough() throws Fault {
    take(65_534, 65_535, 0, 1);
    assertThat(out).containsExactly(65_534, 65_535, 0, 1);
  }

  @Test
  void putsInOrderAlsoAcrossTheEndOfNumbers() throws Fault {
    take(65_533, 65_535, 0, 65_534, 2, 1, 3);
    assertThat(out).containsExactly(65_533, 65_534, 65_535, 0, 1, 2, 3);
  }

  @Test
  void givesUpOnWhatIsMissingForTooLong() throws Fault {
    take(1, 3, 4, 6);
    window.tick(50 * MILLI);
    assertThat(out).containsExactly(1);
    window.tick(51 * MILLI);
    assertThat(out).containsExactly(1, 3, 4);
    window.tick(101 * MILLI);
    assertThat(out).as("its own time").containsExactly(1, 3, 4);
    window.tick(102 * MILLI);
    assertThat(out).containsExactly(1, 3, 4, 6);
    take(7);
    assertThat(out).endsWith(6, 7);
  }

  @Test
  void givesUpWhenSoManyCameMeanwhile() throws Fault {
    take(1, 3, 66);
    assertThat(out).containsExactly(1, 3, 66);
    take(67);
    assertThat(out).endsWith(66, 67);
  }

  /** The receiver tells duplicates and late ones; here they only must not disturb. */
  @Test
  void duplicatesDisturbNothing() throws Fault {
    take(1, 3, 3, 3, 2, 2, 1, 4);
    assertThat(out.stream().distinct().toList()).containsExactly(1, 2, 3, 4);
  }

  /** RFC 3550, A.1: so far back the camera began anew. */
  @Test
  void beginsAnewWithTheCamera() throws Fault {
    take(30_000, 30_002, 5, 7, 6, 8);
    assertThat(out).containsExactly(30_000, 30_002, 5, 6, 7, 8);
  }

  @Test
  void largeDatagramsAreNotKeptButPassedOn() throws Fault {
    take(1, 3);
    large(2);
    assertThat(out).containsExactly(1, 2, 3);
    take(5);
    large(6);
    assertThat(out).containsExactly(1, 2, 3, 5, 6);
    take(7);
    assertThat(out).endsWith(7);
  }

  @Test
  void tooShortToHaveANumber() throws Fault {
    window.packet(ByteBuffer.allocate(3), 0, 3, 0);
    assertThat(out).isEmpty();
  }

  @Test
  void anyOrderWithinTheWindowComesOutInOrder() throws Fault {
    var random = new Random(7);
    var numbers = new ArrayList<Integer>();
    for (int i = 0; i < 100_000; i += 16) {
      List<Integer> group = new ArrayList<>();
      for (int j = i; j < i + 16; j++) {
        group.add(j & 0xffff);
      }
      Collections.shuffle(group.subList(i == 0 ? 1 : 0, 16), random);
      numbers.addAll(group);
    }
    for (int number : numbers) {
      take(number);
    }
    assertThat(out).hasSize(numbers.size());
    for (int i = 0; i < out.size(); i++) {
      assertThat(out.get(i)).isEqualTo(i & 0xffff);
    }
  }
}
