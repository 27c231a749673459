package io.vigilnvr.media.mp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.media.ReferenceMp4;
import io.vigilnvr.media.Sample;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FragmentsTest {
  private static final ByteBuffer DATA = ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 0x65});
  private static final Track VIDEO = new Track(1, Codec.H264, 90000, ByteBuffer.allocate(0));
  private static final Track AUDIO = new Track(2, Codec.AAC, 48000, ByteBuffer.allocate(0));

  @Test
  void wrapsWithoutCopying() {
    AccessUnit unit = video(5, 0, 0);
    Fragment fragment = Fragments.wrap(unit, VIDEO, true, 3600);
    unit.buffer().put(AccessUnit.HEADROOM, (byte) 0x7f);
    assertThat(fragment.bytes().get(Fragments.HEADER_BYTES)).isEqualTo((byte) 0x7f);
    assertThat(fragment.byteCount()).isEqualTo(Fragments.HEADER_BYTES + DATA.remaining());
  }

  @Test
  void wrapsAgainToTheSameBytes() {
    AccessUnit unit = video(5, 100, 50);
    byte[] once = Sample.array(Fragments.wrap(unit, VIDEO, true, 3600).bytes());
    assertThat(Sample.array(Fragments.wrap(unit, VIDEO, true, 3600).bytes())).isEqualTo(once);
    assertThat(unit.payload()).isEqualTo(DATA);
  }

  @Test
  void writesWhatTheStandardSaysByteForByte() {
    Fragment fragment = Fragments.wrap(video(0x1_0000_0002L, 0x90, 0x100), VIDEO, true, 3600);
    assertThat(Sample.array(fragment.bytes()))
        .asHexString()
        .isEqualToIgnoringCase(
            ("00000068" + "6d6f6f66")
                + ("00000010" + "6d666864" + "00000000" + "00000002")
                + ("00000050" + "74726166")
                + ("00000010" + "74666864" + "00020000" + "00000001")
                + ("00000014" + "74666474" + "01000000" + "0000000000000100")
                + ("00000024" + "7472756e" + "01000f01" + "00000001" + "00000070")
                + ("00000e10" + "00000005" + "02000000" + "ffffff90")
                + ("0000000d" + "6d646174" + "0000000165"));
  }

  @Test
  void keepsOrderAndTimesOfPicturesThatReferForward() {
    Sample sample = Sample.h264();
    List<ReferenceMp4.Sample> read = ReferenceMp4.samples(sample.file(true));
    assertThat(read).hasSameSizeAs(sample.units());
    assertThat(sample.units()).anyMatch(unit -> unit.ptsTicks() != unit.dtsTicks());
    for (int i = 0; i < read.size(); i++) {
      AccessUnit unit = sample.units().get(i);
      assertThat(read.get(i).dts()).isEqualTo(unit.dtsTicks());
      assertThat(read.get(i).pts()).isEqualTo(unit.ptsTicks());
      assertThat(read.get(i).sync()).isEqualTo(unit.keyframe());
      assertThat(read.get(i).data()).isEqualTo(unit.payload());
      assertThat(read.get(i).number()).isEqualTo((int) unit.sequence());
    }
  }

  @Test
  void saysWhatItHolds() {
    AccessUnit unit = video(5, 100, 50);
    Fragment fragment = Fragments.wrap(unit, VIDEO, true, 3600);
    assertThat(fragment.firstSequence()).isEqualTo(5);
    assertThat(fragment.lastSequence()).isEqualTo(5);
    assertThat(fragment.keyframe()).isTrue();
    assertThat(fragment.dtsTicks()).isEqualTo(50);
    assertThat(fragment.durationTicks()).isEqualTo(3600);
    assertThat(fragment.captured()).isEqualTo(unit.captured());
    assertThat(Fragments.wrap(unit, VIDEO, false, 3600).keyframe()).isFalse();
  }

  @Test
  void boundsDurations() {
    assertThat(Fragments.wrap(video(1, 0, 0), VIDEO, true, -5).durationTicks()).isZero();
    assertThat(Fragments.wrap(video(1, 0, 0), VIDEO, true, 1L << 40).durationTicks())
        .isEqualTo(0xffffffffL);
  }

  @Test
  void refusesTimesBelowZeroAndUnitsOfOtherTracks() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fragments.wrap(video(1, 0, -1), VIDEO, true, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fragments.wrap(video(1, 0, 0), AUDIO, true, 1));
  }

  @Test
  void gathersAudioOfOneDurationWithFourBytesForEach() {
    List<AccessUnit> units = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      units.add(audio(10 + i, 1024L * i));
    }
    Fragment fragment = Fragments.gather(units, AUDIO, false, 1024);
    assertThat(fragment.accessUnits()).isEqualTo(5);
    assertThat(fragment.durationTicks()).isEqualTo(5 * 1024);
    assertThat(fragment.byteCount()).isEqualTo(104 + 5 * 4 + 5 * DATA.remaining());
    List<ReferenceMp4.Sample> read = ReferenceMp4.samples(Sample.array(fragment.bytes()));
    assertThat(read)
        .extracting(ReferenceMp4.Sample::dts)
        .containsExactly(0L, 1024L, 2048L, 3072L, 4096L);
    assertThat(read).allMatch(sample -> sample.sync() && sample.number() == 14);
    assertThat(read).extracting(ReferenceMp4.Sample::data).containsOnly(DATA);
  }

  @Test
  void gathersPicturesWithAllThatDiffers() {
    List<AccessUnit> units = Sample.h264().units().subList(0, 25);
    Fragment fragment = Fragments.gather(units, VIDEO, true, 1800);
    List<ReferenceMp4.Sample> read = ReferenceMp4.samples(Sample.array(fragment.bytes()));
    assertThat(read)
        .extracting(ReferenceMp4.Sample::pts)
        .containsExactlyElementsOf(units.stream().map(AccessUnit::ptsTicks).toList());
    assertThat(read)
        .extracting(ReferenceMp4.Sample::sync)
        .containsExactlyElementsOf(units.stream().map(AccessUnit::keyframe).toList());
    assertThat(read.get(24).duration()).isEqualTo(1800);
  }

  @Test
  void refusesToGatherWhatDoesNotBelongTogether() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fragments.gather(List.of(), AUDIO, false, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fragments.gather(List.of(audio(1, 0), audio(3, 1024)), AUDIO, false, 1))
        .withMessageContaining("3 does not adjoin 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fragments.gather(List.of(audio(1, 1024), audio(2, 0)), AUDIO, false, 1));
  }

  private static AccessUnit video(long sequence, long pts, long dts) {
    return Sample.unit(sequence, 1, pts, dts, true, DATA, 90000);
  }

  private static AccessUnit audio(long sequence, long dts) {
    return Sample.unit(sequence, 2, dts, dts, true, DATA, 48000);
  }
}
