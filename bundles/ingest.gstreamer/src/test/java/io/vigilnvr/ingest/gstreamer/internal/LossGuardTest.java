package io.vigilnvr.ingest.gstreamer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.media.Codec;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class LossGuardTest {
  private static final String SLICE = "61e0";
  private static final String SPS_AMONG_OTHERS = "7800046742";

  private final LossGuard guard = new LossGuard(Codec.H264);

  private void goesIn(int sequence, boolean marker, String payload) {
    goesIn(guard, sequence, marker, payload);
  }

  private static void goesIn(LossGuard guard, int sequence, boolean marker, String payload) {
    byte[] bytes = HexFormat.of().parseHex(payload);
    ByteBuffer packet = ByteBuffer.allocate(LossGuard.BYTES);
    packet.put((byte) 0x80).put((byte) (marker ? 0xe0 : 0x60)).putShort((short) sequence);
    packet.putInt(0).putInt(7).put(bytes).clear();
    guard.packet(packet);
  }

  @Test
  void allIsWellAsLongAsNothingIsMissing() {
    goesIn(65_534, false, SLICE);
    goesIn(65_535, true, SLICE);
    assertThat(guard.isWhole()).isTrue();
    goesIn(0, true, SLICE);
    assertThat(guard.isWhole()).isTrue();
  }

  @Test
  void thePictureAroundAGapIsBroken() {
    goesIn(1, false, SLICE);
    goesIn(3, false, SLICE);
    assertThat(guard.isWhole()).as("the one before").isFalse();
    goesIn(4, true, SLICE);
    assertThat(guard.isWhole()).isFalse();
    goesIn(5, true, SLICE);
    assertThat(guard.isWhole()).isTrue();
  }

  @Test
  void whatDoesNotComeOutMayBecomeAPartOfTheNext() {
    goesIn(1, false, SLICE);
    goesIn(3, true, SLICE);
    goesIn(4, true, SLICE);
    assertThat(guard.isWhole()).isFalse();
    goesIn(5, true, SLICE);
    assertThat(guard.isWhole()).isTrue();
  }

  @Test
  void withoutMarkersAPictureComesOutWhenTheNextOneBegins() {
    goesIn(1, false, SLICE);
    goesIn(3, false, SLICE);
    assertThat(guard.isWhole()).isFalse();
    goesIn(4, false, SLICE);
    assertThat(guard.isWhole()).as("the one behind the gap").isFalse();
    goesIn(5, false, SLICE);
    assertThat(guard.isWhole()).isTrue();
  }

  @Test
  void whatBeginsForCertainBehindAWholePictureIsWhole() {
    goesIn(1, true, SLICE);
    assertThat(guard.isWhole()).isTrue();
    goesIn(3, false, SPS_AMONG_OTHERS);
    goesIn(4, true, SLICE);
    assertThat(guard.isWhole()).isTrue();
    goesIn(6, true, "0930000000");
    assertThat(guard.isWhole()).isTrue();
    var h265 = new LossGuard(Codec.H265);
    goesIn(h265, 1, true, "0201000000");
    goesIn(h265, 3, true, "4001000000");
    assertThat(h265.isWhole()).isTrue();
    goesIn(h265, 6, true, "6001001840");
    assertThat(h265.isWhole()).isTrue();
    goesIn(h265, 8, true, "0201000000");
    assertThat(h265.isWhole()).isFalse();
  }

  @Test
  void whatIsNoPacketSaysNothing() {
    goesIn(1, true, SLICE);
    guard.packet(ByteBuffer.allocate(11));
    goesIn(2, true, SLICE);
    assertThat(guard.isWhole()).isTrue();
  }
}
