package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** AAC (RFC 3640), and what is one frame in one packet. */
final class SoundTest {
  private static final Map<String, String> HBR =
      Map.of("mode", "AAC-hbr", "sizelength", "13", "indexlength", "3", "indexdeltalength", "3");

  private final Rtp.Units out = new Rtp.Units();

  private static Sdp.Media media(Map<String, String> format) {
    return new Sdp.Media("audio", 97, "MPEG4-GENERIC", 48_000, 2, format, "");
  }

  private static void packet(Depacketizer to, long ticks, boolean gap, String payload)
      throws Fault {
    byte[] bytes = Rtp.hex(payload);
    ByteBuffer in = ByteBuffer.allocate(bytes.length + 5).put(3, bytes);
    to.packet(in, 3, bytes.length, ticks, true, gap);
  }

  /** 3.3.6; each frame is 1024 samples (ISO/IEC 14496-3, 4.5.1.1). */
  @Test
  void severalFramesInAPacket() throws Fault {
    var aac = new AacDepacketizer(media(HBR), out);
    packet(aac, 1000, false, "0030 0010 0008 0018 aaaa bb cccccc");
    assertThat(out.units).containsExactly("1000:aaaa", "2024:bb", "3048:cccccc");
  }

  /** 3.3.5: six bits of size, two of index. */
  @Test
  void lowBitRate() throws Fault {
    var aac = new AacDepacketizer(media(Map.of("mode", "AAC-lbr")), out);
    packet(aac, 0, false, "0010 08 04 aaaa bb");
    assertThat(out.units).containsExactly("0:aaaa", "1024:bb");
  }

  /** Some cameras say the mode alone; it fixes the lengths: 3.3.5 and 3.3.6. */
  @Test
  void lengthsAreThoseOfTheMode() throws Fault {
    var aac = new AacDepacketizer(media(Map.of("mode", "AAC-hbr")), out);
    packet(aac, 0, false, "0010 0010 aaaa");
    assertThat(out.units).containsExactly("0:aaaa");
  }

  /** 3.2.1: each part says how large the whole is. */
  @Test
  void oneFrameInSeveralPackets() throws Fault {
    var aac = new AacDepacketizer(media(HBR), out);
    packet(aac, 0, false, "0010 0028 aaaa");
    packet(aac, 0, false, "0010 0028 bbbb");
    packet(aac, 0, false, "0010 0028 cc");
    assertThat(out.units).containsExactly("0:aaaabbbbcc");
  }

  @Test
  void leavesOutFramesThatLackAPart() throws Fault {
    var aac = new AacDepacketizer(media(HBR), out);
    packet(aac, 0, false, "0010 0028 aaaa");
    packet(aac, 0, true, "0010 0028 cc"); // a part is missing
    packet(aac, 1024, false, "0010 0028 aaaa");
    packet(aac, 2048, false, "0010 0010 dddd"); // the rest is missing
    packet(aac, 3072, false, "0010 0028 aaaa");
    packet(aac, 3072, false, "0010 0010 eeee"); // the same, and no other time
    packet(aac, 4096, false, "0010 0028 aaaaaaaa");
    packet(aac, 4096, false, "0010 0018 bb"); // says another size, and less than came
    assertThat(out.units).containsExactly("2048:dddd", "3072:eeee");
  }

  @Test
  void takesNothingFromNonsense() throws Fault {
    var aac = new AacDepacketizer(media(HBR), out);
    for (String nonsense :
        new String[] {
          "", "00", "0010", "ffff 0010 aaaa", "0000 aaaa", "0010 0000", "000c 0010 aaaa"
        }) {
      packet(aac, 0, false, nonsense);
    }
    packet(aac, 0, false, "0020 0008 0028 aa bb"); // the second one is cut short
    assertThat(out.units).containsExactly("0:aa");
  }

  @Test
  void knowsWhatItUnderstands() {
    assertThat(AacDepacketizer.understands(media(HBR))).isTrue();
    assertThat(AacDepacketizer.understands(media(Map.of("mode", "aac-HBR")))).isTrue();
    assertThat(AacDepacketizer.understands(media(Map.of()))).isFalse();
    assertThat(AacDepacketizer.understands(media(Map.of("mode", "CELP-cbr")))).isFalse();
    assertThat(AacDepacketizer.understands(media(Map.of("sizelength", "17")))).isFalse();
    assertThat(AacDepacketizer.understands(media(Map.of("sizelength", "13", "indexlength", "99"))))
        .isFalse();
  }

  /** Opus: RFC 7587, 4.2; G.711: RFC 3551, 4.5.14. */
  @Test
  void oneFrameInOnePacket() throws Fault {
    var whole = new WholeDepacketizer(out);
    packet(whole, 0, false, "fc0102");
    packet(whole, 960, true, "");
    packet(whole, 1920, false, "d5");
    assertThat(out.units).containsExactly("0:fc0102", "1920:d5");
  }
}
