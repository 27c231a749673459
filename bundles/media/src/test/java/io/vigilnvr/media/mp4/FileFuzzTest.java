package io.vigilnvr.media.mp4;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.media.MemoryChannel;
import io.vigilnvr.media.codec.Codecs;
import io.vigilnvr.media.mp4.SegmentReader.Part;
import io.vigilnvr.media.mp4.SegmentReader.Scan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Whatever a disk gives back: an answer, and never an exception. */
final class FileFuzzTest {
  @FuzzTest(maxDuration = "30s")
  void segments(byte[] data) throws IOException {
    MemoryChannel file = new MemoryChannel(data);
    Scan scan = SegmentReader.scan(file);
    assertThat(file.reads()).isLessThan(100 + data.length);
    assertThat(scan.wholeBytes()).isBetween((long) scan.initBytes(), (long) data.length);
    long at = scan.initBytes();
    for (Part part : scan.parts()) {
      assertThat(part.offset()).isGreaterThanOrEqualTo(at);
      assertThat(part.headerBytes()).isBetween(16, part.bytes());
      assertThat(part.firstSequence()).isBetween(0L, part.lastSequence());
      assertThat(part.durationTicks()).isNotNegative();
      at = part.offset() + part.bytes();
      if (scan.format().isPresent()) {
        SegmentReader.isSound(file, scan.format().get(), part);
      }
    }
    assertThat(at).isLessThanOrEqualTo(scan.wholeBytes());
    Scan cut = SegmentReader.scan(new MemoryChannel(data, (int) scan.wholeBytes()));
    assertThat(cut.parts()).isEqualTo(scan.parts());
    assertThat(cut.wholeBytes()).isEqualTo(scan.wholeBytes());
  }

  @FuzzTest(maxDuration = "30s")
  void initSegments(byte[] data) {
    InitSegments.strip(ByteBuffer.wrap(data));
    InitSegments.format(ByteBuffer.wrap(data))
        .filter(format -> format.tracks().stream().anyMatch(Codecs::isCarried))
        .ifPresent(FileFuzzTest::isUsable);
  }

  @FuzzTest(maxDuration = "30s")
  void fragments(byte[] data) {
    try {
      byte[] header = data.clone();
      Retime.patch(ByteBuffer.wrap(header), 7, 1);
      Retime.patch(ByteBuffer.wrap(header), 7, -1);
    } catch (IllegalArgumentException e) {
      // As promised.
      assertThat(e).hasMessageMatching("not the header of a fragment|decoding time below zero.*");
    }
    Moof.parse(ByteBuffer.wrap(data))
        .ifPresent(
            moof -> {
              assertThat(moof.samples()).isPositive();
              assertThat(moof.payloadBytes()).isNotNegative();
            });
  }

  private static void isUsable(StreamFormat format) {
    ByteBuffer made = InitSegments.of(format);
    assertThat(InitSegments.strip(made)).isEqualTo(made);
    assertThat(Arrays.asList(Codecs.mime(format).split("\"", -1))).hasSize(3);
  }
}
