package io.vigilnvr.record.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Whatever a journal's record holds: an entry that comes back as it is, or none. */
final class JournalFuzzTest {
  @FuzzTest(maxDuration = "30s")
  void entries(byte[] data) {
    JournalCodec.decode(ByteBuffer.wrap(data))
        .ifPresent(
            entry -> assertThat(JournalCodec.decode(JournalCodec.encode(entry))).contains(entry));
  }
}
