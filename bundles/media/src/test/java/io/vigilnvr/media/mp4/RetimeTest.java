package io.vigilnvr.media.mp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.media.ReferenceMp4;
import io.vigilnvr.media.Sample;
import io.vigilnvr.media.mp4.SegmentReader.Part;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RetimeTest {
  private static final Track VIDEO = Sample.h264().track();
  private static final Track AUDIO = Sample.load("aac.mp4", Codec.AAC, 2, 0).track();
  private static final ByteBuffer DATA = ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 0x65});

  private final Retime export = new Retime(new StreamFormat(List.of(VIDEO, AUDIO)));

  @Test
  void startsAtZeroAndGoesOnAsRecorded() {
    assertThat(put(1, 1, 900_000, true)).isZero();
    assertThat(put(1, 2, 480_512, true)).isEqualTo(512);
    assertThat(put(1, 1, 903_600, false)).isEqualTo(3600);
    assertThat(put(1, 1, 990_000, false)).as("a hole stays a hole").isEqualTo(90_000);
  }

  @Test
  void numbersFragmentsFromOne() {
    for (int i = 1; i <= 3; i++) {
      ByteBuffer header = header(1, 3600L * i, true);
      assertThat(export.next(1, part(1, 3600L * i, true), header)).isTrue();
      assertThat(header.getInt(20)).isEqualTo(i);
    }
  }

  @Test
  void leavesOutWhatPrecedesTheFirstKeyframe() {
    assertThat(put(1, 2, 0, true)).isNegative();
    assertThat(put(1, 1, 0, false)).isNegative();
    assertThat(put(1, 1, 3600, true)).isZero();
    assertThat(put(1, 2, 1024, true)).as("before the keyframe in time").isNegative();
    assertThat(put(1, 2, 1920, true)).isZero();
  }

  @Test
  void leavesOutWhatComesTwice() {
    assertThat(put(1, 1, 0, true)).isZero();
    assertThat(put(1, 1, 0, true)).isNegative();
    assertThat(put(1, 1, 3600, false)).isEqualTo(3600);
  }

  @Test
  void joinsRunsWithoutAGap() {
    put(1, 1, 0, true);
    put(1, 2, 0, true);
    put(1, 1, 3600, false);
    assertThat(put(2, 1, 500_000, false)).as("no keyframe yet").isNegative();
    assertThat(put(2, 1, 503_600, true)).isEqualTo(7200);
    assertThat(put(2, 2, 268_586, true)).isEqualTo(3840 - 1);
    assertThat(export.duration()).isEqualTo(Duration.ofMillis(120));
  }

  @Test
  void keepsSoundFromOverlappingAtTheJoint() {
    put(1, 1, 0, true);
    put(1, 2, 3000, true);
    put(2, 1, 0, true);
    assertThat(put(2, 2, 1000, true)).isNegative();
    assertThat(put(2, 2, 2999, true)).isNegative();
    assertThat(put(2, 2, 3000, true)).isEqualTo(4920);
  }

  @Test
  void pausesWhereAsked() {
    put(1, 1, 0, true);
    export.pause(Duration.ofSeconds(2));
    assertThat(put(2, 1, 0, true)).isEqualTo(183_600);
  }

  @Test
  void knowsTimesFarFromZero() {
    long far = Long.MAX_VALUE / 4;
    assertThat(put(1, 1, far, true)).isZero();
    assertThat(put(1, 1, far + 3600, false)).isEqualTo(3600);
  }

  @Test
  void changesNothingButNumberAndTime() {
    ByteBuffer header = header(1, 3600, true);
    byte[] before = Sample.array(header);
    Retime.patch(header, 77, -3600);
    ByteBuffer after = header.duplicate();
    assertThat(after.getInt(20)).isEqualTo(77);
    after.putInt(20, 0).putLong(60, 3600);
    assertThat(Sample.array(after)).isEqualTo(before);
  }

  @Test
  void refusesWhatIsNoFragment() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retime.patch(ByteBuffer.allocate(112), 1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retime.patch(header(1, 3600, true), 1, -3601));
  }

  /** Time in the export, or −1 if left out. */
  private long put(long run, int track, long dts, boolean keyframe) {
    ByteBuffer header = header(track, dts, keyframe);
    byte[] before = Sample.array(header);
    if (!export.next(run, part(track, dts, keyframe), header)) {
      assertThat(Sample.array(header)).isEqualTo(before);
      return -1;
    }
    return header.getLong(60);
  }

  private static Part part(int track, long dts, boolean keyframe) {
    int duration = track == 1 ? 3600 : 1920;
    return new Part(0, 112, 117, track, 0, 0, dts, duration, keyframe && track == 1);
  }

  /** A whole fragment: more than is needed. */
  private static ByteBuffer header(int track, long dts, boolean keyframe) {
    Track of = track == 1 ? VIDEO : AUDIO;
    byte[] bytes =
        Sample.array(
            Fragments.wrap(
                    Sample.unit(0, track, dts, dts, keyframe, DATA, of.timescale()), of, true, 3600)
                .bytes());
    assertThat(ReferenceMp4.samples(bytes)).hasSize(1);
    return ByteBuffer.wrap(bytes);
  }
}
