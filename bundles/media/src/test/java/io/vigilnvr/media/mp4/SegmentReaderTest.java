package io.vigilnvr.media.mp4;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.media.MemoryChannel;
import io.vigilnvr.media.Sample;
import io.vigilnvr.media.mp4.SegmentReader.Part;
import io.vigilnvr.media.mp4.SegmentReader.Scan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SegmentReaderTest {
  @Test
  void findsWhatWasWritten() throws IOException {
    Sample sample = Sample.h264();
    byte[] file = sample.file(true);
    Scan scan = scan(file);
    assertThat(scan.info()).contains(sample.info());
    assertThat(scan.format()).contains(sample.format());
    assertThat(scan.sealed()).isTrue();
    assertThat(scan.wholeBytes()).isEqualTo(file.length);
    List<Fragment> fragments = sample.fragments();
    assertThat(scan.parts()).hasSameSizeAs(fragments);
    long at = scan.initBytes();
    for (int i = 0; i < fragments.size(); i++) {
      Fragment fragment = fragments.get(i);
      assertThat(scan.parts().get(i))
          .isEqualTo(
              new Part(
                  at,
                  Fragments.HEADER_BYTES,
                  fragment.byteCount(),
                  1,
                  fragment.firstSequence(),
                  fragment.lastSequence(),
                  fragment.dtsTicks(),
                  fragment.durationTicks(),
                  fragment.keyframe()));
      at += fragment.byteCount();
    }
  }

  @Test
  void findsTheLastWholeFragmentWhereverTheFileIsCut() throws IOException {
    byte[] file = mixed();
    Scan whole = scan(file);
    assertThat(whole.parts()).hasSizeGreaterThan(60);
    int trailer = file.length - (int) end(whole.parts().get(whole.parts().size() - 1));
    assertThat(trailer).isPositive();
    int parts = 0;
    for (int cut = 0; cut < file.length; cut++) {
      if (parts < whole.parts().size() && end(whole.parts().get(parts)) <= cut) {
        parts++;
      }
      long end =
          parts > 0
              ? end(whole.parts().get(parts - 1))
              : cut < whole.initBytes() ? 0 : whole.initBytes();
      Scan scan = SegmentReader.scan(new MemoryChannel(file, cut));
      if (scan.parts().size() != parts || scan.wholeBytes() != end || scan.sealed()) {
        throw new AssertionError("cut at " + cut + ": " + scan);
      }
      if (parts > 0) {
        assertThat(scan.parts().get(parts - 1)).isEqualTo(whole.parts().get(parts - 1));
      }
    }
  }

  @Test
  void stopsAtATailOfZerosOrGarbage() throws IOException {
    Sample sample = Sample.h264();
    byte[] file = sample.file(false);
    byte[] zeros = Arrays.copyOf(file, file.length + 5000);
    assertThat(scan(zeros).wholeBytes()).isEqualTo(file.length);
    assertThat(scan(zeros).parts()).hasSize(50);
    byte[] ones = zeros.clone();
    Arrays.fill(ones, file.length, ones.length, (byte) 0xff);
    assertThat(scan(ones).wholeBytes()).isEqualTo(file.length);
  }

  @Test
  void stopsWhereHeadersContradictEachOther() throws IOException {
    Sample sample = Sample.h264();
    byte[] file = sample.file(false);
    Part tenth = scan(file).parts().get(9);
    int sampleSize = (int) tenth.offset() + Fragments.HEADER_BYTES - 8 - 12;
    file[sampleSize + 3]++;
    Scan scan = scan(file);
    assertThat(scan.parts()).hasSize(9);
    assertThat(scan.wholeBytes()).isEqualTo(tenth.offset());
  }

  @Test
  void seesPayloadsThatNeverReachedTheDisk() throws IOException {
    Sample sample = Sample.h264();
    byte[] file = sample.file(false);
    StreamFormat format = sample.format();
    List<Part> parts = scan(file).parts();
    for (Part part : parts) {
      assertThat(SegmentReader.isSound(new MemoryChannel(file), format, part)).isTrue();
      byte[] lost = file.clone();
      int payload = (int) part.offset() + part.headerBytes();
      Arrays.fill(lost, payload, (int) end(part), (byte) 0);
      assertThat(SegmentReader.isSound(new MemoryChannel(lost), format, part)).isFalse();
    }
    Part largest = parts.get(0);
    byte[] torn = file.clone();
    Arrays.fill(torn, (int) end(largest) - 512, (int) end(largest), (byte) 0);
    assertThat(SegmentReader.isSound(new MemoryChannel(torn), format, largest)).isFalse();
  }

  @Test
  void seesAudioThatNeverReachedTheDisk() throws IOException {
    Sample sample = Sample.load("aac.mp4", Codec.AAC, 1, 0);
    byte[] file = sample.file(false);
    Part part = scan(file).parts().get(3);
    assertThat(SegmentReader.isSound(new MemoryChannel(file), sample.format(), part)).isTrue();
    Arrays.fill(file, (int) part.offset() + part.headerBytes(), (int) end(part), (byte) 0);
    assertThat(SegmentReader.isSound(new MemoryChannel(file), sample.format(), part)).isFalse();
  }

  @Test
  void buildsSequencesAgainBeyondTheirLow32Bits() throws IOException {
    for (long first : new long[] {0, 0xffffffffL - 20, 0x5_ffff_fff0L, 0x7fff_ffff_0000_0000L}) {
      Sample sample = Sample.load("h264-high-b.mp4", Codec.H264, 1, first);
      List<Part> parts = scan(sample.file(false)).parts();
      for (int i = 0; i < parts.size(); i++) {
        assertThat(parts.get(i).firstSequence()).isEqualTo(first + i);
        assertThat(parts.get(i).lastSequence()).isEqualTo(first + i);
      }
    }
  }

  @Test
  void buildsSequencesAgainAcrossHoles() throws IOException {
    Sample sample = Sample.h264();
    List<Fragment> fragments = new ArrayList<>();
    long sequence = 0xffff_fff0L;
    for (AccessUnit unit : sample.units()) {
      sequence += unit.keyframe() ? 1_000_000_000 : 3;
      AccessUnit moved =
          Sample.unit(
              sequence,
              1,
              unit.ptsTicks(),
              unit.dtsTicks(),
              unit.keyframe(),
              unit.payload(),
              90000);
      fragments.add(Fragments.wrap(moved, sample.track(), true, 3600));
    }
    SegmentInfo info =
        new SegmentInfo("door", "main", 1, 1, 0xffff_fff0L, Sample.START, 0, 90000, 1);
    byte[] file = Sample.file(sample.format(), info, fragments, false);
    assertThat(scan(file).parts())
        .extracting(Part::lastSequence)
        .containsExactlyElementsOf(fragments.stream().map(Fragment::lastSequence).toList());
  }

  @Test
  void countsTheUnitsOfGatheredFragments() throws IOException {
    Sample sample = Sample.load("aac.mp4", Codec.AAC, 1, 100);
    List<Fragment> fragments =
        List.of(
            Fragments.gather(sample.units().subList(0, 5), sample.track(), true, 1024),
            Fragments.gather(sample.units().subList(5, 12), sample.track(), true, 1024));
    List<Part> parts = scan(Sample.file(sample.format(), sample.info(), fragments, false)).parts();
    assertThat(parts).extracting(Part::firstSequence).containsExactly(100L, 105L);
    assertThat(parts).extracting(Part::lastSequence).containsExactly(104L, 111L);
    assertThat(parts).extracting(Part::durationTicks).containsExactly(5 * 1024L, 7 * 1024L);
  }

  @Test
  void readsFilesOfOthers() throws IOException {
    for (String name : List.of("h264-high-b.mp4", "h265-b.mp4", "aac.mp4", "opus.mp4")) {
      byte[] file = Sample.bytes(name);
      Scan scan = scan(file);
      assertThat(scan.info()).as(name).isEmpty();
      assertThat(scan.format()).as(name).isPresent();
      assertThat(scan.parts()).as(name).hasSizeGreaterThan(40);
      assertThat(scan.wholeBytes()).as(name).isEqualTo(file.length);
    }
  }

  @Test
  void readsHeadersOnly() throws IOException {
    Sample sample = Sample.h264();
    List<Fragment> fragments = new ArrayList<>();
    ByteBuffer large = ByteBuffer.allocate(100_000);
    for (int i = 0; i < 50; i++) {
      AccessUnit unit = Sample.unit(i, 1, 3600L * i, 3600L * i, i == 0, large, 90000);
      fragments.add(Fragments.wrap(unit, sample.track(), true, 3600));
    }
    MemoryChannel file =
        new MemoryChannel(Sample.file(sample.format(), sample.info(), fragments, false));
    assertThat(SegmentReader.scan(file).parts()).hasSize(50);
    assertThat(file.bytesRead()).isLessThan(60 * 4096);
  }

  @Test
  void survivesAnyDamage() throws IOException {
    byte[] file = mixed();
    Random random = new Random(20260301);
    for (int round = 0; round < 3000; round++) {
      byte[] damaged = file.clone();
      for (int i = 0; i < 1 + round % 8; i++) {
        damaged[random.nextInt(round % 2 == 0 ? 2000 : damaged.length)] = (byte) random.nextInt();
      }
      Scan scan = scan(damaged);
      assertThat(scan.wholeBytes()).isLessThanOrEqualTo(damaged.length);
      long at = scan.initBytes();
      for (Part part : scan.parts()) {
        assertThat(part.offset()).isGreaterThanOrEqualTo(at);
        at = end(part);
      }
      assertThat(at).isLessThanOrEqualTo(scan.wholeBytes());
    }
  }

  private static Scan scan(byte[] file) throws IOException {
    return SegmentReader.scan(new MemoryChannel(file));
  }

  private static long end(Part part) {
    return part.offset() + part.bytes();
  }

  /** Pictures and, between them, gathered audio. */
  private static byte[] mixed() {
    Sample video = Sample.h264();
    Sample audio = Sample.load("aac.mp4", Codec.AAC, 2, 0);
    StreamFormat format = new StreamFormat(List.of(video.track(), audio.track()));
    List<Fragment> fragments = new ArrayList<>();
    long sequence = 0;
    int heard = 0;
    for (AccessUnit unit : video.units()) {
      fragments.add(Fragments.wrap(renumbered(unit, sequence++, 90000), video.track(), true, 3600));
      if (fragments.size() % 3 == 0 && heard + 5 <= audio.units().size()) {
        List<AccessUnit> gathered = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          gathered.add(renumbered(audio.units().get(heard++), sequence++, 48000));
        }
        fragments.add(Fragments.gather(gathered, audio.track(), false, 1024));
      }
    }
    return Sample.file(format, video.info(), fragments, true);
  }

  private static AccessUnit renumbered(AccessUnit unit, long sequence, int timescale) {
    return Sample.unit(
        sequence,
        unit.track(),
        unit.ptsTicks(),
        unit.dtsTicks(),
        unit.keyframe(),
        unit.payload(),
        timescale);
  }
}
