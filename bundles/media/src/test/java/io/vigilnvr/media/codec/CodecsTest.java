package io.vigilnvr.media.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.media.Sample;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CodecsTest {
  /** Profile, level, size, pixel shape and rate are what ffprobe says of the same files. */
  @ParameterizedTest
  @CsvSource({
    "h264-high-b.mp4,      H264, avc1.64000c,      320,  180,  1,  1, 25",
    "h264-main.mp4,        H264, avc1.4d400c,      320,  180,  1,  1, 25",
    "h264-1080.mp4,        H264, avc1.42c028,      1920, 1080, 1,  1, 29.97",
    "h264-interlaced.mp4,  H264, avc1.64001e,      720,  568,  16, 15, 25",
    "h265-b.mp4,           H265, hvc1.1.6.L60.90,  320,  180,  1,  1, 25",
    "h265-main10-1080.mp4, H265, hvc1.2.4.L120.90, 1920, 1080, 1,  1, 20",
  })
  void readsVideo(
      String name,
      Codec codec,
      String word,
      int width,
      int height,
      int wide,
      int high,
      double rate) {
    Track track = Sample.load(name, codec, 1, 0).track();
    assertThat(Codecs.rfc6381(track)).isEqualTo(word);
    Picture picture = Codecs.picture(track).orElseThrow();
    assertThat(picture.widthPx()).isEqualTo(width);
    assertThat(picture.heightPx()).isEqualTo(height);
    assertThat(picture.pixelWidth() * high).isEqualTo(picture.pixelHeight() * wide);
    assertThat(Math.round(picture.frameRate() * 100)).isEqualTo(Math.round(rate * 100));
    assertThat(Codecs.channels(track)).isZero();
  }

  /** Depths are what ffprobe calls has_b_frames. */
  @ParameterizedTest
  @CsvSource({
    "h264-high-b.mp4,      H264, 2",
    "h264-main.mp4,        H264, 0",
    "h264-1080.mp4,        H264, 0",
    "h264-interlaced.mp4,  H264, 2",
    "h265-b.mp4,           H265, 2",
    "h265-main10-1080.mp4, H265, 2",
  })
  void readsByHowMuchPicturesAreOutOfOrder(String name, Codec codec, int depth) {
    assertThat(Codecs.reorderDepth(Sample.load(name, codec, 1, 0).track())).isEqualTo(depth);
  }

  /** Of encoders that have B-frames, and no bitstream_restriction in their SPS. */
  @ParameterizedTest
  @CsvSource({
    "674d401f965281806f4d41818190000003001000000301484001, 1",
    "6742401f965281806f4d41818190000003001000000301484001, 0", // the same, of the baseline profile
  })
  void takesOnePictureToBeOutOfOrderWhereItIsLeftOpen(String sps, int depth) {
    assertThat(H264Sps.parse(ByteBuffer.wrap(HexFormat.of().parseHex(sps))))
        .hasValueSatisfying(
            read -> {
              assertThat(read.reorderDepth()).isEqualTo(depth);
              assertThat(read.picture().frameRate()).isEqualTo(10);
            });
  }

  @Test
  void readsAudio() {
    Track aac = Sample.load("aac.mp4", Codec.AAC, 1, 0).track();
    assertThat(Codecs.rfc6381(aac)).isEqualTo("mp4a.40.2");
    assertThat(Codecs.channels(aac)).isEqualTo(1);
    assertThat(Codecs.picture(aac)).isEmpty();
    Track opus = Sample.load("opus.mp4", Codec.OPUS, 1, 0).track();
    assertThat(Codecs.rfc6381(opus)).isEqualTo("opus");
    assertThat(Codecs.channels(opus)).isEqualTo(1);
  }

  @Test
  void namesAllThatMp4Carries() {
    Track video = Sample.h264().track();
    Track telephone = new Track(2, Codec.PCMA, 8000, ByteBuffer.allocate(0));
    Track aac = Sample.load("aac.mp4", Codec.AAC, 3, 0).track();
    assertThat(Codecs.mime(new StreamFormat(List.of(video, telephone, aac))))
        .isEqualTo("video/mp4; codecs=\"avc1.64000c,mp4a.40.2\"");
    assertThat(Codecs.isCarried(telephone)).isFalse();
    assertThat(Codecs.mime(Sample.load("opus.mp4", Codec.OPUS, 1, 0).format()))
        .isEqualTo("audio/mp4; codecs=\"opus\"");
  }

  @Test
  void takesNoProfileThatDoesNotExist() {
    ByteBuffer sps =
        NalUnits.parameterSetsOf(Codec.H264, Sample.h264().track().codecConfig()).sps().get(0);
    byte[] bytes = new byte[sps.remaining()];
    sps.get(sps.position(), bytes);
    assertThat(H264Sps.parse(ByteBuffer.wrap(bytes))).isPresent();
    bytes[1] = 21;
    assertThat(H264Sps.parse(ByteBuffer.wrap(bytes))).isEmpty();
  }

  @Test
  void saysNothingOfBrokenConfigs() {
    for (Codec codec : Codec.values()) {
      for (int length : new int[] {0, 1, 6}) {
        Track track = new Track(1, codec, 90000, ByteBuffer.allocate(length));
        assertThat(Codecs.rfc6381(track)).isEmpty();
        assertThat(Codecs.picture(track)).isEmpty();
      }
    }
  }

  /** ISO/IEC 14496-15, E.3, has these examples. */
  @Test
  void namesH265AsTheStandardDoes() {
    byte[] config = new byte[23];
    config[0] = 1;
    config[1] = 1;
    config[2] = 0x60;
    config[6] = (byte) 0xb0;
    config[12] = 93;
    assertThat(Codecs.rfc6381(new Track(1, Codec.H265, 90000, ByteBuffer.wrap(config))))
        .isEqualTo("hvc1.1.6.L93.B0");
    config[1] = (byte) 0x64;
    config[2] = 0x08;
    config[7] = 0x23;
    config[12] = 120;
    assertThat(Codecs.rfc6381(new Track(1, Codec.H265, 90000, ByteBuffer.wrap(config))))
        .isEqualTo("hvc1.A4.10.H120.B0.23");
  }

  @Test
  void makesOpusConfigs() {
    byte[] config = Sample.array(Codecs.opusConfig(2, 312, 48000));
    assertThat(config).containsExactly(0, 2, 1, 0x38, 0, 0, (byte) 0xbb, (byte) 0x80, 0, 0, 0);
    assertThatIllegalArgumentException().isThrownBy(() -> Codecs.opusConfig(6, 0, 48000));
  }

  @ParameterizedTest
  @CsvSource({
    "1190,       2, 48000, 2",
    "1210,       2, 44100, 2",
    "1408,       2, 16000, 1",
    "2b098800,   5, 24000, 1",
    "178003E8 08,2, 2000,  1",
    "F8E6 4000,  39, 48000, 2",
  })
  void readsAudioSpecificConfigs(String hex, int type, int rate, int channels) {
    ByteBuffer config = ByteBuffer.wrap(hex(hex));
    assertThat(AudioSpecificConfig.parse(config))
        .contains(new AudioSpecificConfig(type, rate, channels));
  }

  @Test
  void writesTheAudioSpecificConfigsThatItReads() {
    for (int rate : new int[] {7350, 8000, 11025, 48000, 96000, 2000, 50000}) {
      for (int channels : new int[] {0, 1, 2, 6, 8}) {
        AudioSpecificConfig config = new AudioSpecificConfig(2, rate, channels);
        assertThat(AudioSpecificConfig.parse(config.encode())).contains(config);
      }
    }
    assertThat(new AudioSpecificConfig(2, 48000, 2).encode())
        .isEqualTo(ByteBuffer.wrap(hex("1190")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AudioSpecificConfig(2, 48000, 7).encode());
  }

  @Test
  void readsNothingFromHalfAnAudioSpecificConfig() {
    assertThat(AudioSpecificConfig.parse(ByteBuffer.wrap(hex("11")))).isEmpty();
    assertThat(AudioSpecificConfig.parse(ByteBuffer.wrap(hex("0000")))).isEmpty();
    assertThat(AudioSpecificConfig.parse(ByteBuffer.wrap(hex("1790")))).isEmpty();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", "").toLowerCase(Locale.ROOT));
  }
}
