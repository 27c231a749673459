package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RtpReceiverTest {
  private static final long SECOND = 1_000_000_000;

  /** {@code ticks since the first, marker, gap, payload}. */
  private final List<String> packets = new ArrayList<>();

  private final RtpReceiver receiver =
      new RtpReceiver(
          Rtp.TYPE,
          90_000,
          (in, at, length, ticks, marker, gap) ->
              packets.add(
                  ticks
                      + (marker ? " marker" : "")
                      + (gap ? " gap" : "")
                      + " "
                      + Rtp.hex(in.slice(at, length))));

  private int take(byte[] packet) throws Fault {
    // In the middle of something, so that reading beyond it would be seen.
    ByteBuffer in = ByteBuffer.allocate(packet.length + 20);
    in.put(7, packet);
    return receiver.packet(in, 7, packet.length, 0);
  }

  @Test
  void countsAcrossTheEndOfNumbers() throws Fault {
    assertThat(take(Rtp.packet(65_534, 0, false, (byte) 1))).isZero();
    assertThat(take(Rtp.packet(65_535, 3600, true, (byte) 2))).isZero();
    assertThat(take(Rtp.packet(0, 7200, false, (byte) 3))).isZero();
    assertThat(take(Rtp.packet(3, 10_800, false, (byte) 4))).isEqualTo(2);
    assertThat(packets).containsExactly("0 01", "3600 marker 02", "7200 03", "10800 gap 04");
  }

  /** RFC 3550, 5.1: 32 bits, which go round after 13 hours. */
  @Test
  void timesGoOnAcrossTheEndOfTimestamps() throws Fault {
    take(Rtp.packet(1, 0xffff_fff0L, false, (byte) 1));
    take(Rtp.packet(2, 0x10, false, (byte) 2));
    take(Rtp.packet(3, 0, false, (byte) 3));
    assertThat(packets).containsExactly("0 01", "32 02", "16 03");
  }

  @Test
  void leavesOutWhatCameTwiceOrTooLate() throws Fault {
    take(Rtp.packet(100, 0, false, (byte) 1));
    take(Rtp.packet(101, 0, false, (byte) 2));
    assertThat(take(Rtp.packet(101, 0, false, (byte) 2))).isZero();
    assertThat(take(Rtp.packet(5, 0, false, (byte) 9))).isZero();
    take(Rtp.packet(102, 0, false, (byte) 3));
    assertThat(packets).containsExactly("0 01", "0 02", "0 03");
  }

  /** RFC 3550, A.1: so far away it is not a loss, but the camera began anew. */
  @Test
  void aJumpIsAGapButNoLoss() throws Fault {
    take(Rtp.packet(100, 0, false, (byte) 1));
    assertThat(take(Rtp.packet(20_000, 9, false, (byte) 2))).isZero();
    assertThat(take(Rtp.packet(100, 18, false, (byte) 3))).isZero();
    assertThat(packets).containsExactly("0 01", "9 gap 02", "18 gap 03");
  }

  /** RFC 3550, 8.2: another source, with another clock; time is that of arrival again. */
  @Test
  void anotherSourceBeginsAnew() throws Fault {
    take(Rtp.packet(1, 100, false, (byte) 1));
    byte[] other = Rtp.packet(7, 500, 0x7000_0000L, false, (byte) 2);
    assertThat(receiver.packet(ByteBuffer.wrap(other), 0, other.length, 2 * SECOND)).isZero();
    assertThat(packets).containsExactly("0 01", "180000 gap 02");
  }

  /** RFC 3550, 5.1 and 5.3.1. */
  @Test
  void passesOverWhatStandsBeforeAndBehindThePayload() throws Fault {
    byte[] csrc = Rtp.packet(1, 0, false, Rtp.hex("00000001 00000002 aa"));
    csrc[0] |= 2;
    take(csrc);
    byte[] extension = Rtp.packet(2, 0, false, Rtp.hex("bede0001 10ff0000 bb"));
    extension[0] |= 0x10;
    take(extension);
    byte[] padding = Rtp.packet(3, 0, false, Rtp.hex("cc 000003"));
    padding[0] |= 0x20;
    take(padding);
    byte[] all = Rtp.packet(4, 0, false, Rtp.hex("00000001 abac0000 dd 01"));
    all[0] |= 0x31;
    take(all);
    assertThat(packets).containsExactly("0 aa", "0 bb", "0 cc", "0 dd");
  }

  @Test
  void takesNothingThatIsNoPacket() throws Fault {
    byte[] good = Rtp.packet(1, 0, false, Rtp.hex("0102030405"));
    for (int length = 0; length < 12; length++) {
      take(Arrays.copyOf(good, length));
    }
    for (int first : new int[] {0x00, 0x40, 0xc0, 0x8f, 0x90}) {
      byte[] bad = good.clone(); // version, too many sources, an extension that is cut off
      bad[0] = (byte) first;
      take(bad);
    }
    byte[] absurd = Rtp.packet(1, 0, false, Rtp.hex("beefffff 00"));
    absurd[0] |= 0x10;
    take(absurd);
    byte[] padding = Rtp.packet(1, 0, false, Rtp.hex("0000ff"));
    padding[0] |= 0x20;
    take(padding);
    byte[] type = good.clone();
    type[1] = 97;
    take(type);
    assertThat(packets).isEmpty();
  }

  /** RFC 3550, 6.4.2 and 6.5. */
  @Test
  void reportsWhatItReceived() throws Fault {
    ByteBuffer out = ByteBuffer.allocate(128);
    receiver.report(out, 0xCAFE, 0);
    assertThat(out.position()).as("nothing to report on").isZero();
    take(Rtp.packet(65_535, 0, false, (byte) 1));
    take(Rtp.packet(0, 0, false, (byte) 2));
    take(Rtp.packet(3, 0, false, (byte) 3));
    byte[] sender = Rtp.hex("80c80006 11223344 aabbccdd eeff0011 00000000 00000003 00000003");
    receiver.control(ByteBuffer.wrap(sender), 0, sender.length, 0);
    receiver.report(out, 0xCAFE, SECOND / 2);
    // 2 of 5 lost: 102/256; cycle 1, number 3; the middle of the sender's time, half a second ago.
    assertThat(Rtp.hex(out.flip()))
        .isEqualTo(
            "81c900070000cafe11223344"
                + "66000002"
                + "00010003"
                + "00000000"
                + "ccddeeff"
                + "00008000"
                + "81ca00030000cafe"
                + "0105766967696c00");
    out.clear();
    receiver.report(out, 0xCAFE, SECOND);
    assertThat(Rtp.hex(out.flip()).substring(24, 32)).as("none since").isEqualTo("00000002");
  }

  /** Many cameras' clocks are hours off: what a report says changes no time of a track alone. */
  @Test
  void believesNoReport() throws Fault {
    take(Rtp.packet(1, 0, false, (byte) 1));
    for (String each :
        List.of(
            "80c80006 11223344 ffffffff ffffffff ffffffff ffffffff ffffffff",
            "80c80006 11223344",
            "80cb0001 11223344",
            "",
            "00".repeat(40))) {
      byte[] bytes = Rtp.hex(each);
      receiver.control(ByteBuffer.wrap(bytes), 0, bytes.length, 0);
    }
    take(Rtp.packet(2, 3600, false, (byte) 2));
    assertThat(packets).containsExactly("0 01", "3600 02");
  }

  // Sound beside pictures: RFC 3550, 6.4.1

  private static final int CAMERAS_TIME = 0x0001_0000;

  private final List<Long> sound = new ArrayList<>();

  private final RtpReceiver follower =
      new RtpReceiver(
          Rtp.TYPE,
          8000,
          (in, at, length, ticks, marker, gap) -> sound.add(ticks),
          Optional.of(receiver));

  private static void report(RtpReceiver to, int seconds, long timestamp, long nanos) {
    ByteBuffer out = ByteBuffer.allocate(28);
    out.put((byte) 0x80).put((byte) 200).putShort((short) 6).putInt(Rtp.SSRC);
    out.putInt(seconds).putInt(0).putInt((int) timestamp).putInt(0).putInt(0);
    to.control(out, 0, 28, nanos);
  }

  /** Twenty milliseconds of sound, the n-th packet, whose timestamps begin at 50 000. */
  private void sound(int number) throws Fault {
    byte[] packet = Rtp.packet(number, 50_000 + number * 160L, true, (byte) 1);
    follower.packet(ByteBuffer.wrap(packet), 0, packet.length, number * SECOND / 50);
  }

  @Test
  void reportsTellHowFarSoundIsFromItsPictures() throws Fault {
    // Both at the same moment of the camera's; the sound that came with the first picture is older.
    report(receiver, CAMERAS_TIME, 900, 0);
    report(follower, CAMERAS_TIME, 50_000 + 4800, 0);
    take(Rtp.packet(1, 900, false, (byte) 1));
    sound(0);
    sound(1);
    assertThat(sound).containsExactly(-4800L, -4640L);
  }

  @Test
  void soundWaitsASecondForItsReport() throws Fault {
    take(Rtp.packet(1, 900, false, (byte) 1));
    settle();
    assertThat(sound).containsExactly(51 * 160L);
  }

  /** Sends sound until no report is waited for any more. */
  private void settle() throws Fault {
    for (int i = 0; i <= 51; i++) {
      sound(i);
    }
  }

  @Test
  void aReportThatComesLateMovesSoundSlowly() throws Fault {
    take(Rtp.packet(1, 900, false, (byte) 1));
    settle();
    report(receiver, CAMERAS_TIME, 900 + 51 * 1800, 51 * SECOND / 50);
    report(follower, CAMERAS_TIME, 50_000 + 51 * 160 + 80, 51 * SECOND / 50);
    for (int i = 52; i < 200; i++) {
      sound(i);
    }
    assertThat(sound.subList(0, 3)).containsExactly(51 * 160L, 52 * 160L - 2, 53 * 160L - 4);
    assertThat(sound).isSorted();
    assertThat(sound.get(sound.size() - 1)).isEqualTo(199 * 160L - 80);
  }

  /** RFC 3550, 4: parts of a second and ticks are rounded, by each camera in its way. */
  @Test
  void whatRoundingMakesOfReportsMovesNothing() throws Fault {
    report(receiver, CAMERAS_TIME, 900, 0);
    report(follower, CAMERAS_TIME, 50_000, 0);
    take(Rtp.packet(1, 900, false, (byte) 1));
    for (int i = 0; i < 50; i++) {
      report(follower, CAMERAS_TIME, 50_000 + i % 8, 0);
      sound(i);
    }
    for (int i = 0; i < 50; i++) {
      assertThat(sound.get(i)).isEqualTo(i * 160L);
    }
    report(follower, CAMERAS_TIME, 50_000 + 8, 0);
    for (int i = 50; i < 60; i++) {
      sound(i);
    }
    assertThat(sound.get(59)).isEqualTo(59 * 160L - 8);
  }

  @Test
  void reportsThatCannotBeChangeNothing() throws Fault {
    take(Rtp.packet(1, 900, false, (byte) 1));
    settle();
    report(receiver, CAMERAS_TIME, 900, 0);
    List<Runnable> lies =
        List.of(
            () -> report(follower, CAMERAS_TIME, 50_000 + 8000 * 3, 0), // too far away
            () -> report(follower, CAMERAS_TIME + 5, 50_000, 0), // another clock
            () -> report(follower, CAMERAS_TIME, 4711_0000, 0), // another timestamp
            () -> report(follower, 0, 50_000 + 800, 0), // no clock
            () -> {
              report(follower, CAMERAS_TIME, 50_000 + 800, 0);
              report(receiver, CAMERAS_TIME, 0x7000_0000L, 0); // the pictures' is another
            });
    for (int i = 0; i < lies.size(); i++) {
      lies.get(i).run();
      sound(52 + 2 * i);
      sound(53 + 2 * i);
      assertThat(sound.get(sound.size() - 1)).as("lie %d", i).isEqualTo((53 + 2 * i) * 160L);
    }
  }

  /** What one source reported says nothing of the next one's timestamps. */
  @Test
  void anotherSourceNeedsAnotherReport() throws Fault {
    take(Rtp.packet(1, 900, false, (byte) 1));
    report(receiver, CAMERAS_TIME, 900, 0);
    report(follower, CAMERAS_TIME, 50_000 + 4800, 0);
    for (int i = 0; i <= 1; i++) {
      byte[] other = Rtp.packet(0x7000_0000, i, 50_000L + i * 8160L, true, (byte) 1);
      follower.packet(ByteBuffer.wrap(other), 0, other.length, i * (51 * SECOND / 50));
    }
    assertThat(sound).containsExactly(8160L);
  }
}
