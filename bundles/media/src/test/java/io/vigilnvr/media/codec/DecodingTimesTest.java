package io.vigilnvr.media.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DecodingTimesTest {
  private static final long FRAME = 3600;

  /** Presentation times, in frames, in decoding order, of n B-frames between two others. */
  private static List<Long> order(int groups, int between) {
    List<Long> order = new ArrayList<>(List.of(0L));
    for (int group = 0; group < groups; group++) {
      long first = 1 + (long) group * (between + 1);
      order.add(first + between);
      for (int i = 0; i < between; i++) {
        order.add(first + i);
      }
    }
    return order;
  }

  private static List<Long> dts(int depth, List<Long> order) {
    DecodingTimes times = new DecodingTimes(depth);
    return order.stream().map(frame -> times.next(100_000 + frame * FRAME, FRAME)).toList();
  }

  private static void assertRising(List<Long> dts) {
    for (int i = 1; i < dts.size(); i++) {
      assertThat(dts.get(i)).isGreaterThan(dts.get(i - 1));
    }
  }

  @Test
  void areThePresentationTimesWithoutReordering() {
    assertThat(dts(0, List.of(0L, 1L, 2L, 3L)))
        .containsExactly(100_000L, 103_600L, 107_200L, 110_800L);
  }

  @Test
  void areEvenAndNeverLaterThanThePresentation() {
    List<Long> order = order(20, 2);
    List<Long> dts = dts(1, order);
    for (int i = 0; i < order.size(); i++) {
      assertThat(dts.get(i)).isEqualTo(100_000 + (i - 1) * FRAME);
      assertThat(dts.get(i)).isLessThanOrEqualTo(100_000 + order.get(i) * FRAME);
    }
  }

  @Test
  void learnADepthThatTheStreamDidNotTell() {
    List<Long> order = order(50, 2);
    List<Long> dts = dts(0, order);
    assertRising(dts);
    for (int i = 20; i < order.size(); i++) {
      assertThat(dts.get(i)).isLessThanOrEqualTo(100_000 + order.get(i) * FRAME);
    }
  }

  @Test
  void learnNoMoreThanIsOutOfOrder() {
    List<Long> order = order(5, 3);
    List<Long> dts = dts(0, order);
    assertRising(dts);
    for (int i = 6; i < order.size(); i++) {
      assertThat(dts.get(i)).isEqualTo(100_000 + (i - 1) * FRAME);
    }
  }

  @Test
  void followAClockThatIsSetBack() {
    DecodingTimes times = new DecodingTimes(1);
    times.next(1_000_000_000, FRAME);
    times.next(1_000_003_600, FRAME);
    assertThat(times.next(5000, FRAME)).isEqualTo(5000 - FRAME);
  }
}
