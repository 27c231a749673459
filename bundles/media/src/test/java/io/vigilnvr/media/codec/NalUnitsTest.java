package io.vigilnvr.media.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.media.ReferenceMp4;
import io.vigilnvr.media.Sample;
import java.io.ByteArrayOutputStream;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NalUnitsTest {
  private static final byte[] IDR = {0x65, 1, 2, 0, 3};
  private static final byte[] SLICE = {0x41, 9};

  /** ffmpeg made the stream with start codes of the file without, and put delimiters in. */
  @Test
  void makesOfStartCodesWhatFfmpegMadeThemOf() {
    assertSameUnits(Codec.H264, "h264-high-b.h264", Sample.h264());
    assertSameUnits(Codec.H265, "h265-b.h265", Sample.h265());
  }

  private static void assertSameUnits(Codec codec, String name, Sample sample) {
    ByteBuffer annexB = ByteBuffer.wrap(Sample.bytes(name));
    int bytes = NalUnits.lengthPrefixedBytes(codec, annexB);
    ByteBuffer target = ByteBuffer.allocate(bytes);
    assertThat(NalUnits.toLengthPrefixed(codec, annexB, target)).isEqualTo(bytes);
    assertThat(target.hasRemaining()).isFalse();
    assertThat(annexB.position()).isZero();
    List<ByteBuffer> converted =
        NalUnits.units(target.flip()).stream()
            .filter(unit -> !isParameterSet(codec, unit))
            .toList();
    List<ByteBuffer> expected =
        sample.units().stream()
            .flatMap(unit -> NalUnits.units(unit.payload()).stream())
            .filter(unit -> !isParameterSet(codec, unit))
            .toList();
    assertThat(converted).hasSizeGreaterThanOrEqualTo(50).isEqualTo(expected);
  }

  private static boolean isParameterSet(Codec codec, ByteBuffer unit) {
    return !NalUnits.sorted(codec, List.of(unit)).isEmpty();
  }

  @Test
  void makesTheConfigThatFfmpegMade() {
    for (String name :
        List.of("h264-high-b.mp4", "h264-main.mp4", "h264-1080.mp4", "h264-interlaced.mp4")) {
      ByteBuffer config = ByteBuffer.wrap(ReferenceMp4.anywhere(Sample.bytes(name), "avcC"));
      ParameterSets sets = NalUnits.parameterSetsOf(Codec.H264, config);
      assertThat(NalUnits.codecConfig(Codec.H264, sets)).as(name).contains(config);
    }
    for (String name : List.of("h265-b.mp4", "h265-main10-1080.mp4")) {
      ByteBuffer config = ByteBuffer.wrap(ReferenceMp4.anywhere(Sample.bytes(name), "hvcC"));
      ParameterSets sets = NalUnits.parameterSetsOf(Codec.H265, config);
      assertThat(NalUnits.codecConfig(Codec.H265, sets)).as(name).contains(config);
    }
  }

  @Test
  void findsParameterSetsInBand() {
    for (Codec codec : List.of(Codec.H264, Codec.H265)) {
      Sample sample = codec == Codec.H264 ? Sample.h264() : Sample.h265();
      String name = codec == Codec.H264 ? "h264-high-b.h264" : "h265-b.h265";
      ByteBuffer annexB = ByteBuffer.wrap(Sample.bytes(name));
      ByteBuffer payload = ByteBuffer.allocate(NalUnits.lengthPrefixedBytes(codec, annexB));
      NalUnits.toLengthPrefixed(codec, annexB, payload);
      ParameterSets found = NalUnits.parameterSets(codec, payload.flip());
      ParameterSets told = NalUnits.parameterSetsOf(codec, sample.track().codecConfig());
      assertThat(found.sps()).isNotEmpty().containsOnly(told.sps().get(0));
      assertThat(found.pps()).isNotEmpty().containsOnly(told.pps().get(0));
      assertThat(found.vps()).hasSameSizeAs(codec == Codec.H264 ? List.of() : found.sps());
    }
  }

  @Test
  void knowsKeyframes() {
    for (Codec codec : List.of(Codec.H264, Codec.H265)) {
      for (AccessUnit unit : (codec == Codec.H264 ? Sample.h264() : Sample.h265()).units()) {
        assertThat(NalUnits.keyframe(codec, unit.payload())).isEqualTo(unit.keyframe());
      }
    }
    assertThat(NalUnits.keyframe(Codec.AAC, ByteBuffer.allocate(3))).isTrue();
  }

  @Test
  void takesEveryRandomAccessPictureOfH265ForAKeyframe() {
    for (int type = 0; type < 32; type++) {
      ByteBuffer payload = prefixed(new byte[] {(byte) (type << 1), 1, 7});
      assertThat(NalUnits.keyframe(Codec.H265, payload))
          .as("type %s", type)
          .isEqualTo(type >= 16 && type <= 21);
    }
  }

  @Test
  void looksBehindWhatPrecedesTheFirstSlice() {
    assertThat(NalUnits.keyframe(Codec.H264, prefixed(new byte[] {0x67, 1}, new byte[] {6}, IDR)))
        .isTrue();
    assertThat(NalUnits.keyframe(Codec.H264, prefixed(new byte[] {0x67, 1}, SLICE))).isFalse();
    assertThat(
            NalUnits.keyframe(
                Codec.H265,
                prefixed(new byte[] {0x42, 1}, new byte[] {2, 1, 1}, new byte[] {38, 1, 1})))
        .isFalse();
  }

  @Test
  void takesStartCodesOfAnyLengthAndZerosAround() {
    byte[] annexB = {9, 9, 0, 0, 0, 0, 0, 1, 0x65, 1, 2, 0, 3, 0, 0, 1, 0x41, 9, 0, 0, 0, 0};
    assertThat(converted(annexB)).isEqualTo(prefixed(IDR, SLICE));
  }

  @Test
  void leavesDelimitersAndFillerOut() {
    byte[] annexB = {
      0, 0, 0, 1, 9, (byte) 0xf0, 0, 0, 1, 0x41, 9, 0, 0, 1, 12, -1, -1, (byte) 0x80
    };
    assertThat(converted(annexB)).isEqualTo(prefixed(SLICE));
  }

  @Test
  void readsFromPositionToLimitOfAnyBuffer() {
    ByteBuffer payload = Sample.h264().units().get(0).payload();
    ByteBuffer around = ByteBuffer.allocateDirect(payload.remaining() + 20);
    around.position(7).put(payload.duplicate()).flip().position(7);
    assertThat(NalUnits.keyframe(Codec.H264, around)).isTrue();
    assertThat(NalUnits.isWellFormed(around)).isTrue();
    assertThat(NalUnits.units(around)).isEqualTo(NalUnits.units(payload));
    ByteBuffer annexB = ByteBuffer.allocateDirect(payload.remaining() + 9).position(9);
    NalUnits.toAnnexB(around, annexB);
    ByteBuffer back = ByteBuffer.allocate(payload.remaining());
    NalUnits.toLengthPrefixed(Codec.H264, annexB.flip().position(9).asReadOnlyBuffer(), back);
    assertThat(back.flip()).isEqualTo(payload);
  }

  @Test
  void makesNothingOfNothing() {
    for (byte[] none : new byte[][] {{}, {0}, {0, 0, 1}, {0, 0, 0, 1, 0, 0, 1}, {1, 2, 3, 4, 5}}) {
      assertThat(converted(none).remaining()).isZero();
    }
  }

  @Test
  void saysWhenTheTargetIsTooSmall() {
    ByteBuffer annexB = ByteBuffer.wrap(new byte[] {0, 0, 1, 0x41, 9});
    assertThatExceptionOfType(BufferOverflowException.class)
        .isThrownBy(() -> NalUnits.toLengthPrefixed(Codec.H264, annexB, ByteBuffer.allocate(5)));
  }

  @Test
  void goesBackToStartCodesInTheSameSpace() {
    ByteBuffer payload = prefixed(IDR, SLICE);
    ByteBuffer annexB = ByteBuffer.allocate(payload.remaining());
    assertThat(NalUnits.toAnnexB(payload, annexB)).isEqualTo(payload.remaining());
    assertThat(converted(annexB.array())).isEqualTo(payload);
  }

  @Test
  void stopsAtLengthsThatAreNotWhole() {
    ByteBuffer payload = prefixed(IDR, SLICE);
    assertThat(NalUnits.isWellFormed(payload)).isTrue();
    for (int cut = 0; cut < payload.limit(); cut++) {
      ByteBuffer part = payload.duplicate().limit(cut);
      assertThat(NalUnits.isWellFormed(part)).isEqualTo(cut == 4 + IDR.length);
      assertThat(NalUnits.units(part)).hasSize(cut >= 4 + IDR.length ? 1 : 0);
    }
    assertThat(NalUnits.isWellFormed(ByteBuffer.allocate(100))).isFalse();
  }

  @Test
  void makesNoConfigOfHalfTheSets() {
    ParameterSets sets = NalUnits.parameterSetsOf(Codec.H265, Sample.h265().track().codecConfig());
    assertThat(NalUnits.codecConfig(Codec.H265, sets)).isPresent();
    assertThat(
            NalUnits.codecConfig(Codec.H265, new ParameterSets(List.of(), sets.sps(), sets.pps())))
        .isEmpty();
    assertThat(NalUnits.codecConfig(Codec.H264, sets)).isEmpty();
    ByteBuffer cut = sets.sps().get(0).slice(0, 5);
    assertThat(
            NalUnits.codecConfig(
                Codec.H265, new ParameterSets(sets.vps(), List.of(cut), sets.pps())))
        .isEmpty();
  }

  private static ByteBuffer converted(byte[] annexB) {
    ByteBuffer target =
        ByteBuffer.allocate(NalUnits.lengthPrefixedBytes(Codec.H264, ByteBuffer.wrap(annexB)));
    NalUnits.toLengthPrefixed(Codec.H264, ByteBuffer.wrap(annexB), target);
    return target.flip();
  }

  private static ByteBuffer prefixed(byte[]... units) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] unit : Arrays.asList(units)) {
      out.writeBytes(ByteBuffer.allocate(4).putInt(0, unit.length).array());
      out.writeBytes(unit);
    }
    return ByteBuffer.wrap(out.toByteArray());
  }
}
