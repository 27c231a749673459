package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.api.media.Codec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VideoDepacketizerTest {
  // Slices: first_mb_in_slice is 0 in "80", and not in "40".
  private static final String IDR = "6580aa";
  private static final String IDR_REST = "6540bb";
  private static final String P = "4180cc";
  private static final String SPS = "6742c01e";
  private static final String PPS = "68cb8320";
  private static final String SEI = "0605010180";
  private static final String AUD = "09f0";

  private final Rtp.Units out = new Rtp.Units();
  private final List<String> sets = new ArrayList<>();
  private VideoDepacketizer depacketizer = of(Codec.H264);

  private VideoDepacketizer of(Codec codec) {
    return new VideoDepacketizer(codec, out, nal -> sets.add(HexFormat.of().formatHex(nal)));
  }

  private void packet(long ticks, String payload) throws Fault {
    packet(ticks, payload, false, false);
  }

  private void last(long ticks, String payload) throws Fault {
    packet(ticks, payload, true, false);
  }

  private void afterLoss(long ticks, String payload) throws Fault {
    packet(ticks, payload, false, true);
  }

  private void packet(long ticks, String payload, boolean marker, boolean gap) throws Fault {
    byte[] bytes = Rtp.hex(payload);
    ByteBuffer in = ByteBuffer.allocate(bytes.length + 9).put(5, bytes);
    depacketizer.packet(in, 5, bytes.length, ticks, marker, gap);
  }

  private static String nal(String nal) {
    return String.format("%08x", nal.length() / 2) + nal;
  }

  // RFC 6184

  /** 5.6. */
  @Test
  void singleNalUnits() throws Fault {
    last(0, IDR);
    last(1, P);
    assertThat(out.units).containsExactly("0:" + nal(IDR), "1:" + nal(P));
  }

  /** 5.7.1: STAP-A. */
  @Test
  void severalInAPacket() throws Fault {
    last(0, "78 0004" + SPS + "0004" + PPS + "0005" + SEI + "0003" + IDR);
    assertThat(sets).containsExactly(SPS, PPS);
    assertThat(out.units).containsExactly("0:" + nal(SEI) + nal(IDR));
  }

  @Test
  void severalInAPacketThatIsCutShort() throws Fault {
    last(0, "78 0003" + IDR + "0009 65");
    last(1, "78 0000 0003" + IDR);
    last(2, "78 0001 65");
    last(3, "78 00");
    last(4, "78");
    assertThat(out.units).containsExactly("0:" + nal(IDR));
  }

  /** 5.8: FU-A. */
  @Test
  void oneInSeveralPackets() throws Fault {
    packet(0, "7c85 80aa");
    packet(0, "7c05 bbbb");
    last(0, "7c45 cc");
    assertThat(out.units).containsExactly("0:" + nal("6580aabbbbcc"));
  }

  @Test
  void aFragmentThatBeginsAndEndsInOnePacket() throws Fault {
    // 5.8 forbids it; cheap encoders do it.
    last(0, "7cc5 80aa");
    assertThat(out.units).containsExactly("0:" + nal("6580aa"));
  }

  @Test
  void whatLacksItsStartMiddleOrEndIsLeftOut() throws Fault {
    packet(0, "7c05 bb", false, true); // the start is missing
    last(0, "7c45 cc");
    packet(1, "7c85 80aa");
    packet(1, "7c45 cc", true, true); // a middle one
    packet(2, "7c85 80aa"); // the end, and with it the marker
    last(3, P);
    packet(4, "7c85 80aa"); // the end, and another begins at once
    packet(4, "7c81 80dd");
    last(4, "7c41 ee");
    packet(5, "7c85 80aa"); // the end, and a whole one follows
    last(5, P);
    assertThat(out.units).containsExactly("3:" + nal(P), "4:" + nal("6180ddee"), "5:" + nal(P));
  }

  /**
   * A picture that lacks a slice is none: what is in its place is a smear until the next keyframe.
   */
  @Test
  void leavesOutPicturesThatLackASlice() throws Fault {
    packet(0, IDR);
    packet(0, "7c85 40aa");
    afterLoss(0, IDR_REST);
    last(0, IDR_REST);
    last(1, P);
    assertThat(out.units).containsExactly("1:" + nal(P));
  }

  /**
   * Which picture the missing packets were of is not known, unless the next one begins for sure.
   */
  @Test
  void leavesOutWhatMayLackItsBeginningOrEnd() throws Fault {
    packet(0, P); // its end may be missing, and the beginning of the next
    packet(1, P, true, true);
    last(2, P);
    packet(3, P); // only its end
    afterLoss(4, SPS);
    last(4, IDR);
    packet(5, "78 0004" + SPS + "0003" + IDR, true, true); // one between, and this is whole
    packet(6, "0930", false, true);
    last(6, P);
    assertThat(out.units)
        .containsExactly(
            "2:" + nal(P), "4:" + nal(IDR), "5:" + nal(IDR), "6:" + nal("0930") + nal(P));
  }

  /** RFC 3550, 5.1: padding alone; nothing stands behind it in what was read. */
  @Test
  void anEmptyPacketAfterALossIsNoBeginning() throws Fault {
    depacketizer.packet(ByteBuffer.allocate(5), 5, 0, 0, false, true);
    last(1, "6588");
    assertThat(out.units).hasSize(1);
  }

  /** 5.1: a receiver must not rely on the marker. */
  @Test
  void withoutMarkersTheNextTimestampEndsAPicture() throws Fault {
    packet(0, IDR);
    packet(0, IDR_REST);
    packet(3600, P);
    packet(7200, P);
    assertThat(out.units).containsExactly("0:" + nal(IDR) + nal(IDR_REST), "3600:" + nal(P));
  }

  /**
   * Some cameras mark each slice; that is noticed with the first picture, and then no marker
   * counts.
   */
  @Test
  void withMarkersOnEachSliceTheNextTimestampEndsAPicture() throws Fault {
    for (int picture = 0; picture < 3; picture++) {
      last(picture, IDR);
      last(picture, IDR_REST);
      last(picture, IDR_REST);
    }
    last(3, P);
    assertThat(out.units)
        .containsExactly(
            "0:" + nal(IDR),
            "0:" + nal(IDR_REST) + nal(IDR_REST),
            "1:" + nal(IDR) + nal(IDR_REST) + nal(IDR_REST),
            "2:" + nal(IDR) + nal(IDR_REST) + nal(IDR_REST));
  }

  @Test
  void whatIsNoPictureMakesNone() throws Fault {
    last(0, AUD);
    last(1, SEI);
    last(2, SPS);
    packet(3, AUD);
    packet(3, SEI);
    last(3, P);
    assertThat(sets).containsExactly(SPS);
    assertThat(out.units).containsExactly("3:" + nal(AUD) + nal(SEI) + nal(P));
  }

  @Test
  void parameterSetsInFragmentsAreTakenOutToo() throws Fault {
    packet(0, "7c87 42c0");
    packet(0, "7c47 1e");
    last(0, IDR);
    assertThat(sets).containsExactly("6742c01e");
    assertThat(out.units).containsExactly("0:" + nal(IDR));
  }

  /** 5.2, table 1: reserved ones, and those of the interleaved mode, which nobody negotiated. */
  @Test
  void leavesOutWhatIsNoNalUnit() throws Fault {
    for (String nonsense :
        List.of("0080aa", "e580aa", "1980aa", "1a80aa", "1d80aa", "1f80aa", "7c9c 80aa", "65")) {
      last(0, nonsense);
    }
    last(1, "");
    last(2, P);
    assertThat(out.units).containsExactly("2:" + nal(P));
  }

  @Test
  void boundsAPicture() {
    byte[] packet = new byte[60_000];
    packet[0] = 0x41;
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 300; i++) {
                depacketizer.packet(ByteBuffer.wrap(packet), 0, packet.length, 0, false, false);
              }
            })
        .isInstanceOf(Fault.class)
        .hasMessageContaining("16 MiB");
    assertThat(out.units).isEmpty();
  }

  // RFC 7798

  @Test
  void h265() throws Fault {
    depacketizer = of(Codec.H265);
    String vps = "40010c01";
    String sps = "42010101";
    String pps = "4401c172";
    String idr = "2601af11";
    last(0, "6001 0004" + vps + "0004" + sps + "0004" + pps + "0004" + idr); // 4.4.2
    packet(1, "6201 93 af");
    packet(1, "6201 13 22");
    last(1, "6201 53 33"); // 4.4.3
    last(2, "0201 d0 44");
    packet(3, "0201 d0 55");
    last(3, "0201 50 66"); // not the first of its picture
    packet(4, "6201 93 af");
    last(5, "0201 d0 77");
    assertThat(sets).containsExactly(vps, sps, pps);
    assertThat(out.units)
        .containsExactly(
            "0:" + nal(idr),
            "1:" + nal("2601af2233"),
            "2:" + nal("0201d044"),
            "3:" + nal("0201d055") + nal("02015066"),
            "5:" + nal("0201d077"));
  }

  @Test
  void h265LeavesOutPacketsOfOtherKinds() throws Fault {
    depacketizer = of(Codec.H265);
    last(0, "6401 00000000"); // PACI, 4.4.4
    last(1, "7e01 00");
    last(2, "0201");
    last(3, "6201 b1 00");
    assertThat(out.units).isEmpty();
  }
}
