package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** ONVIF Streaming Specification, 5.1.2.1.1. */
final class DocumentDepacketizerTest {
  private final Rtp.Units out = new Rtp.Units();
  private final DocumentDepacketizer documents = new DocumentDepacketizer(out);

  private void packet(long ticks, String payload, boolean marker, boolean gap) throws Fault {
    byte[] bytes = Rtp.hex(payload);
    ByteBuffer in = ByteBuffer.allocate(bytes.length + 5).put(3, bytes);
    documents.packet(in, 3, bytes.length, ticks, marker, gap);
  }

  @Test
  void inOnePacketOrSeveral() throws Fault {
    packet(1, "aa", true, false);
    packet(2, "bb", false, false);
    packet(2, "cc", false, false);
    packet(2, "dd", true, false);
    assertThat(out.units).containsExactly("1:aa", "2:bbccdd");
  }

  /** Whose beginning was lost is not known: the next marker may be that of the one before. */
  @Test
  void whatLacksAPartIsLeftOut() throws Fault {
    packet(1, "aa", false, false);
    packet(1, "bb", true, true);
    packet(2, "cc", true, false);
    packet(3, "dd", false, true);
    packet(3, "ee", true, false);
    packet(4, "ff", true, false);
    assertThat(out.units).containsExactly("2:cc", "4:ff");
  }

  @Test
  void withoutMarkersTheNextTimestampEndsIt() throws Fault {
    packet(1, "aa", false, false);
    packet(1, "bb", false, false);
    packet(2, "cc", false, false);
    packet(3, "dd", true, false);
    assertThat(out.units).containsExactly("1:aabb", "2:cc", "3:dd");
  }

  @Test
  void oneThatIsTooLongIsLeftOutAndNoMoreThanThat() throws Fault {
    String payload = "61".repeat(60_000);
    for (int i = 0; i < 100; i++) {
      packet(1, payload, i == 99, false);
    }
    assertThat(out.units).isEmpty();
    packet(2, "aa", true, false);
    assertThat(out.units).containsExactly("2:aa");
  }

  @Test
  void nothingIsNoDocument() throws Fault {
    packet(1, "", true, false);
    assertThat(out.units).isEmpty();
  }
}
