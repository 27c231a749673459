package io.vigilnvr.media.mp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.media.ReferenceMp4;
import io.vigilnvr.media.Sample;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InitSegmentsTest {
  private static final StreamFormat EVERYTHING =
      new StreamFormat(
          List.of(
              Sample.h264().track(),
              new Track(2, Codec.PCMA, 8000, ByteBuffer.allocate(0)),
              Sample.load("aac.mp4", Codec.AAC, 3, 0).track(),
              Sample.load("opus.mp4", Codec.OPUS, 4, 0).track()));

  @Test
  void comesBackAsTheFormatItWasMadeOf() {
    for (Sample sample :
        List.of(
            Sample.h264(),
            Sample.h265(),
            Sample.load("aac.mp4", Codec.AAC, 1, 0),
            Sample.load("opus.mp4", Codec.OPUS, 1, 0))) {
      assertThat(InitSegments.format(InitSegments.of(sample.format()))).contains(sample.format());
    }
  }

  @Test
  void remembersTracksThatMp4DoesNotCarryInTheInfoBox() {
    SegmentInfo info = Sample.h264().info();
    assertThat(InitSegments.format(InitSegments.of(EVERYTHING, info))).contains(EVERYTHING);
    assertThat(InitSegments.format(InitSegments.of(EVERYTHING))).isEmpty();
  }

  @Test
  void readsWhatOthersWrite() {
    for (String name : List.of("h264-high-b.mp4", "h265-b.mp4", "aac.mp4", "opus.mp4")) {
      assertThat(InitSegments.format(ByteBuffer.wrap(Sample.bytes(name)))).as(name).isPresent();
    }
  }

  @Test
  void isTheSameWithoutTheInfoBox() {
    ByteBuffer plain = InitSegments.of(EVERYTHING);
    ByteBuffer told = InitSegments.of(EVERYTHING, Sample.h264().info());
    assertThat(told.remaining()).isGreaterThan(plain.remaining());
    assertThat(InitSegments.strip(told)).isEqualTo(plain);
    assertThat(InitSegments.strip(plain)).isEqualTo(plain);
    assertThat(ReferenceMp4.boxes(Sample.array(told))).containsExactly("ftyp", "uuid", "moov");
  }

  @Test
  void writesTheConfigsOfOthersByteForByte() {
    assertThat(ReferenceMp4.anywhere(Sample.array(InitSegments.of(Sample.h264().format())), "avcC"))
        .isEqualTo(ReferenceMp4.anywhere(Sample.bytes("h264-high-b.mp4"), "avcC"));
    StreamFormat opus = Sample.load("opus.mp4", Codec.OPUS, 1, 0).format();
    assertThat(ReferenceMp4.anywhere(Sample.array(InitSegments.of(opus)), "dOps"))
        .isEqualTo(ReferenceMp4.anywhere(Sample.bytes("opus.mp4"), "dOps"));
  }

  @Test
  void needsATrackThatMp4Carries() {
    StreamFormat telephone =
        new StreamFormat(List.of(new Track(1, Codec.PCMU, 8000, ByteBuffer.allocate(0))));
    assertThatIllegalArgumentException().isThrownBy(() -> InitSegments.of(telephone));
  }

  @Test
  void makesNothingOfWhatIsCutOrFlipped() {
    byte[] init = Sample.array(InitSegments.of(EVERYTHING, Sample.h264().info()));
    for (int length = 0; length < init.length; length++) {
      assertThat(InitSegments.format(ByteBuffer.wrap(init, 0, length).slice()))
          .isNotEqualTo(EVERYTHING);
      InitSegments.strip(ByteBuffer.wrap(init, 0, length).slice());
    }
    for (int at = 0; at < init.length; at++) {
      byte[] flipped = init.clone();
      flipped[at] ^= (byte) 0x81;
      InitSegments.format(ByteBuffer.wrap(flipped));
      InitSegments.strip(ByteBuffer.wrap(flipped));
    }
  }
}
