package io.vigilnvr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FrameMarkTest {
  private static final byte[] CAMERA = "front/main".getBytes(StandardCharsets.US_ASCII);

  @Test
  void isReadBackFromTheMiddleOfAnything() {
    byte[] sei = new byte[200];
    int length = FrameMark.write(sei, Sample.Video.H265, CAMERA, 0, 1_700_000_000_123_456L);
    ByteBuffer bytes = ByteBuffer.allocate(1000).position(300).put(sei, 0, length).flip();
    assertThat(FrameMark.in(bytes))
        .containsExactly(new FrameMark("front/main", 0, 1_700_000_000_123_456L));
    assertThat(bytes.position()).isZero();
  }

  @Test
  void isAnSeiMessageWithoutEmulation() {
    byte[] sei = new byte[200];
    int length = FrameMark.write(sei, Sample.Video.H264, CAMERA, Long.MAX_VALUE, Long.MAX_VALUE);
    assertThat(length).isLessThanOrEqualTo(FrameMark.maxBytes(CAMERA));
    assertThat(sei[0]).isEqualTo((byte) 6);
    assertThat(sei[1]).isEqualTo((byte) 5);
    assertThat((int) sei[2]).isEqualTo(length - 4);
    assertThat(sei[length - 1]).isEqualTo((byte) 0x80);
    assertThat(IntStream.range(0, length)).noneMatch(i -> sei[i] == 0);
  }

  @Test
  void isNotSeenInWhatIsCutOrOfAnotherUuid() {
    byte[] sei = new byte[200];
    int length = FrameMark.write(sei, Sample.Video.H264, CAMERA, 7, 8);
    assertThat(FrameMark.in(ByteBuffer.wrap(sei, 0, length - 12))).isEmpty();
    sei[5] ^= 1;
    assertThat(FrameMark.in(ByteBuffer.wrap(sei, 0, length))).isEmpty();
  }

  @Test
  void namesWhatIsMissingOrTwiceOrOutOfOrder() {
    assertThat(FrameMark.problem(marks(5, 6, 7))).isEmpty();
    assertThat(FrameMark.problem(marks(5, 9))).hasValue("frames 6 to 8 are missing");
    assertThat(FrameMark.problem(marks(5, 5))).hasValue("frame 5 is there twice");
    assertThat(FrameMark.problem(marks(5, 6, 4))).hasValue("frame 4 comes after 6");
  }

  private static List<FrameMark> marks(long... numbers) {
    return java.util.Arrays.stream(numbers).mapToObj(n -> new FrameMark("a/b", n, 0)).toList();
  }
}
