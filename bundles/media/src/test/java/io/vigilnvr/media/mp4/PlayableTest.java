package io.vigilnvr.media.mp4;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.media.Ffmpeg;
import io.vigilnvr.media.MemoryChannel;
import io.vigilnvr.media.Sample;
import io.vigilnvr.media.mp4.SegmentReader.Part;
import io.vigilnvr.media.mp4.SegmentReader.Scan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ffmpeg makes of our files. */
final class PlayableTest {
  private Path directory = Path.of(".");

  @BeforeEach
  void needFfmpeg(@TempDir Path folder) {
    directory = folder;
    Ffmpeg.assumePresent();
  }

  @Test
  void everyCodecDecodesWithoutComplaint() throws Exception {
    for (Sample sample :
        List.of(
            Sample.h264(),
            Sample.h265(),
            Sample.load("h264-interlaced.mp4", Codec.H264, 1, 0),
            Sample.load("h265-main10-1080.mp4", Codec.H265, 1, 0),
            Sample.load("aac.mp4", Codec.AAC, 1, 0),
            Sample.load("opus.mp4", Codec.OPUS, 1, 0))) {
      write(sample.file(true));
      Ffmpeg.ffmpeg(directory, "-xerror", "-i", "a.mp4", "-f", "null", "-");
      assertThat(
              Ffmpeg.probe(
                  directory,
                  "-count_packets",
                  "-show_entries",
                  "stream=nb_read_packets",
                  "-of",
                  "csv=p=0",
                  "a.mp4"))
          .containsExactly(Integer.toString(sample.units().size()));
    }
  }

  @Test
  void ffprobeSeesTheTimesThatWereWritten() throws Exception {
    for (Sample sample : List.of(Sample.h264(), Sample.h265())) {
      write(sample.file(true));
      List<String> expected =
          sample.units().stream()
              .map(
                  unit ->
                      unit.ptsTicks()
                          + ","
                          + unit.dtsTicks()
                          + ","
                          + unit.payloadBytes()
                          + (unit.keyframe() ? ",K_" : ",__"))
              .toList();
      assertThat(
              Ffmpeg.probe(
                  directory,
                  "-show_entries",
                  "packet=pts,dts,size,flags",
                  "-of",
                  "csv=p=0",
                  "a.mp4"))
          .isEqualTo(expected);
      assertThat(sample.units()).anyMatch(unit -> unit.ptsTicks() > unit.dtsTicks());
    }
  }

  @Test
  void picturesComeOutInOrder() throws Exception {
    write(Sample.h264().file(true));
    List<Long> shown =
        Ffmpeg.probe(directory, "-show_entries", "frame=pts", "-of", "csv=p=0", "a.mp4").stream()
            .map(line -> line.replace(",", ""))
            .filter(line -> !line.isEmpty())
            .map(Long::parseLong)
            .toList();
    assertThat(shown).hasSize(50).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void decodedPicturesAreThoseOfTheSource() throws Exception {
    Files.write(directory.resolve("source.mp4"), Sample.bytes("h264-high-b.mp4"));
    write(Sample.h264().file(true));
    assertThat(Ffmpeg.ffmpeg(directory, "-i", "a.mp4", "-f", "md5", "-"))
        .isEqualTo(Ffmpeg.ffmpeg(directory, "-i", "source.mp4", "-f", "md5", "-"));
  }

  @Test
  void seeksWithAndWithoutTrailer() throws Exception {
    for (boolean sealed : new boolean[] {true, false}) {
      write(Sample.h264().file(sealed));
      assertThat(
              Ffmpeg.probe(
                  directory,
                  "-read_intervals",
                  "1.5%+#1",
                  "-show_entries",
                  "packet=dts",
                  "-of",
                  "csv=p=0",
                  "a.mp4"))
          .containsExactly("90000");
    }
  }

  @Test
  void aFileCutAnywhereBehindAFragmentPlays() throws Exception {
    byte[] file = Sample.h264().file(false);
    Scan scan = SegmentReader.scan(new MemoryChannel(file));
    for (int count : new int[] {1, 7, 30}) {
      Part last = scan.parts().get(count - 1);
      write(Arrays.copyOf(file, (int) last.offset() + last.bytes()));
      Ffmpeg.ffmpeg(directory, "-xerror", "-i", "a.mp4", "-f", "null", "-");
    }
  }

  @Test
  void pictureAndSoundPlayTogether() throws Exception {
    Sample video = Sample.load("h264-main.mp4", Codec.H264, 1, 0);
    Sample audio = Sample.load("aac.mp4", Codec.AAC, 2, 1000);
    StreamFormat format = new StreamFormat(List.of(video.track(), audio.track()));
    List<Fragment> fragments = new ArrayList<>(video.fragments());
    fragments.add(Fragments.gather(audio.units().subList(0, 47), audio.track(), false, 1024));
    write(Sample.file(format, video.info(), fragments, true));
    Ffmpeg.ffmpeg(directory, "-xerror", "-i", "a.mp4", "-f", "null", "-");
    assertThat(
            Ffmpeg.probe(
                directory,
                "-count_packets",
                "-show_entries",
                "stream=codec_name,nb_read_packets",
                "-of",
                "csv=p=0",
                "a.mp4"))
        .containsExactly("h264,25", "aac,47");
  }

  @Test
  void anExportOfSeveralRunsIsOneContinuousFile() throws Exception {
    Sample one = Sample.load("h264-main.mp4", Codec.H264, 1, 0);
    Sample later = Sample.load("h264-main.mp4", Codec.H264, 1, 500);
    byte[] first = one.file(true);
    byte[] second =
        Sample.file(later.format(), later.info(), later.moved(7_000_000).fragments(), true);
    Retime export = new Retime(one.format());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Sample.array(InitSegments.of(one.format())));
    append(export, 1, first, out);
    append(export, 2, second, out);
    write(out.toByteArray());
    assertThat(export.duration()).isEqualTo(Duration.ofSeconds(2));
    Ffmpeg.ffmpeg(directory, "-xerror", "-i", "a.mp4", "-f", "null", "-");
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      expected.add(Integer.toString(3600 * i));
    }
    assertThat(Ffmpeg.probe(directory, "-show_entries", "packet=dts", "-of", "csv=p=0", "a.mp4"))
        .isEqualTo(expected);
  }

  private static void append(Retime export, long run, byte[] file, ByteArrayOutputStream out)
      throws IOException {
    for (Part part : SegmentReader.scan(new MemoryChannel(file)).parts()) {
      ByteBuffer bytes = ByteBuffer.allocate(part.bytes());
      bytes.put(file, (int) part.offset(), part.bytes()).flip();
      if (export.next(run, part, bytes.duplicate().limit(part.headerBytes()))) {
        out.writeBytes(Sample.array(bytes));
      }
    }
  }

  private void write(byte[] file) throws IOException {
    Files.write(directory.resolve("a.mp4"), file);
  }
}
