package io.vigilnvr.media.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Track;
import java.nio.ByteBuffer;
import java.util.List;

/** Whatever a camera sends: an answer, or none, and never an exception. */
final class CodecFuzzTest {
  private static final List<Codec> VIDEO = List.of(Codec.H264, Codec.H265);

  @FuzzTest(maxDuration = "30s")
  void h264Sps(byte[] data) {
    H264Sps.parse(ByteBuffer.wrap(data))
        .ifPresent(
            sps -> {
              assertThat(sps.picture().widthPx()).isBetween(1, 16384);
              assertThat(sps.picture().heightPx()).isBetween(1, 2 * 16384);
            });
  }

  @FuzzTest(maxDuration = "30s")
  void h265Sps(byte[] data) {
    H265Sps.parse(ByteBuffer.wrap(data))
        .ifPresent(
            sps -> {
              assertThat(sps.picture().widthPx()).isBetween(1, 16384);
              assertThat(sps.picture().heightPx()).isBetween(1, 16384);
            });
  }

  @FuzzTest(maxDuration = "30s")
  void startCodes(byte[] data) {
    for (Codec codec : VIDEO) {
      ByteBuffer annexB = ByteBuffer.wrap(data);
      int bytes = NalUnits.lengthPrefixedBytes(codec, annexB);
      assertThat(bytes).isLessThanOrEqualTo(data.length + data.length / 4);
      ByteBuffer target = ByteBuffer.allocate(bytes);
      assertThat(NalUnits.toLengthPrefixed(codec, annexB, target)).isEqualTo(bytes);
      ByteBuffer payload = target.flip();
      assertThat(NalUnits.isWellFormed(payload)).isEqualTo(bytes > 0);
      ByteBuffer back = ByteBuffer.allocate(bytes);
      assertThat(NalUnits.toAnnexB(payload, back)).isEqualTo(bytes);
      ByteBuffer again = ByteBuffer.allocate(bytes);
      NalUnits.toLengthPrefixed(codec, back.flip(), again);
      assertThat(again.flip()).isEqualTo(payload);
    }
  }

  @FuzzTest(maxDuration = "30s")
  void accessUnits(byte[] data) {
    ByteBuffer payload = ByteBuffer.wrap(data);
    for (Codec codec : VIDEO) {
      NalUnits.keyframe(codec, payload);
      NalUnits.isWellFormed(payload);
      assertThat(NalUnits.toAnnexB(payload, ByteBuffer.allocate(data.length)))
          .isLessThanOrEqualTo(data.length);
      NalUnits.codecConfig(codec, NalUnits.parameterSets(codec, payload))
          .ifPresent(config -> isUsable(codec, config));
    }
  }

  @FuzzTest(maxDuration = "30s")
  void videoConfigs(byte[] data) {
    for (Codec codec : VIDEO) {
      ByteBuffer config = ByteBuffer.wrap(data);
      Track track = new Track(1, codec, 90000, config);
      Codecs.rfc6381(track);
      Codecs.picture(track);
      NalUnits.codecConfig(codec, NalUnits.parameterSetsOf(codec, config))
          .ifPresent(made -> isUsable(codec, made));
    }
  }

  @FuzzTest(maxDuration = "30s")
  void audioConfigs(byte[] data) {
    for (Codec codec : List.of(Codec.AAC, Codec.OPUS)) {
      Track track = new Track(1, codec, 48000, ByteBuffer.wrap(data));
      Codecs.rfc6381(track);
      assertThat(Codecs.channels(track)).isBetween(0, 255);
    }
    AudioSpecificConfig.parse(ByteBuffer.wrap(data))
        .filter(config -> config.objectType() < 31)
        .ifPresent(
            config -> assertThat(AudioSpecificConfig.parse(config.encode())).contains(config));
  }

  private static void isUsable(Codec codec, ByteBuffer config) {
    Track track = new Track(1, codec, 90000, config);
    assertThat(Codecs.rfc6381(track)).isNotEmpty();
    assertThat(Codecs.picture(track)).isPresent();
  }
}
