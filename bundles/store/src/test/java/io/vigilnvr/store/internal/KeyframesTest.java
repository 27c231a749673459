package io.vigilnvr.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.vigilnvr.api.record.Segment.Keyframe;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class KeyframesTest {
  @Test
  void areReadAsTheyWereWritten() {
    var keyframes =
        List.of(
            new Keyframe(812, 0),
            new Keyframe(Long.MAX_VALUE, Long.MIN_VALUE),
            new Keyframe(0, Long.MAX_VALUE),
            new Keyframe(-1, -1));
    assertThat(Keyframes.decode(Keyframes.encode(keyframes))).isEqualTo(keyframes);
    assertThat(Keyframes.decode(Keyframes.encode(List.of()))).isEmpty();
  }

  @Test
  void takeLittleSpace() {
    List<Keyframe> minute =
        IntStream.range(0, 30)
            .mapToObj(n -> new Keyframe(812 + n * 1_000_000L, n * 180_000L))
            .toList();
    assertThat(Keyframes.encode(minute)).hasSizeLessThan(220);
  }

  @Test
  void refuseWhatTheyDidNotWrite() {
    assertThatIllegalStateException().isThrownBy(() -> Keyframes.decode(new byte[] {-1}));
    assertThatIllegalStateException()
        .isThrownBy(() -> Keyframes.decode(new byte[] {2, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}));
  }
}
