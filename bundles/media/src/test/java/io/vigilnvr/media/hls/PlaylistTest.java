package io.vigilnvr.media.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vigilnvr.api.media.Codec;
import io.vigilnvr.media.Ffmpeg;
import io.vigilnvr.media.MemoryChannel;
import io.vigilnvr.media.Sample;
import io.vigilnvr.media.mp4.SegmentReader;
import io.vigilnvr.media.mp4.SegmentReader.Part;
import io.vigilnvr.media.mp4.SegmentReader.Scan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlaylistTest {
  private final StringBuilder out = new StringBuilder();

  @Test
  void writesRangesOfFiles() throws Exception {
    Playlist playlist = Playlist.vod(out, Duration.ofMillis(2001));
    playlist.discontinuity();
    playlist.map("a.mp4", 900);
    playlist.at(Instant.parse("2026-03-01T12:00:00.123999Z"));
    playlist.part("a.mp4", 900, 5000, Duration.ofMillis(2001));
    playlist.map("a.mp4", 900);
    playlist.part("a.mp4", 5900, 4000, Duration.ofNanos(1_999_999_999));
    playlist.discontinuity();
    playlist.map("b.mp4", 950);
    playlist.part("b.mp4", 950, 5_000_000_000L, Duration.ofMillis(40));
    playlist.end();
    assertThat(out.toString())
        .isEqualTo(
            """
            #EXTM3U
            #EXT-X-VERSION:7
            #EXT-X-TARGETDURATION:3
            #EXT-X-MEDIA-SEQUENCE:0
            #EXT-X-PLAYLIST-TYPE:VOD
            #EXT-X-INDEPENDENT-SEGMENTS
            #EXT-X-MAP:URI="a.mp4",BYTERANGE="900@0"
            #EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:00:00.123Z
            #EXTINF:2.001000,
            #EXT-X-BYTERANGE:5000@900
            a.mp4
            #EXTINF:1.999999,
            #EXT-X-BYTERANGE:4000@5900
            a.mp4
            #EXT-X-DISCONTINUITY
            #EXT-X-MAP:URI="b.mp4",BYTERANGE="950@0"
            #EXTINF:0.040000,
            #EXT-X-BYTERANGE:5000000000@950
            b.mp4
            #EXT-X-ENDLIST
            """);
  }

  @Test
  void neverPromisesPartsOfNoLength() throws Exception {
    Playlist.vod(out, Duration.ZERO).end();
    assertThat(out.toString()).contains("TARGETDURATION:1\n").endsWith("#EXT-X-ENDLIST\n");
  }

  @Test
  void refusesUrisThatWouldBreakALine() throws Exception {
    Playlist playlist = Playlist.vod(out, Duration.ofSeconds(1));
    int before = out.length();
    for (String uri : List.of("", "a b", "a\nb", "a\"b", "#a", "a\u007f")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> playlist.part(uri, 0, 1, Duration.ofSeconds(1)));
      assertThatIllegalArgumentException().isThrownBy(() -> playlist.map(uri, 1));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> playlist.part("a", 0, 0, Duration.ofSeconds(1)));
    assertThat(out).hasSize(before);
  }

  @Test
  void ffmpegPlaysIt(@TempDir Path directory) throws Exception {
    Ffmpeg.assumePresent();
    Playlist playlist = Playlist.vod(out, Duration.ofSeconds(1));
    Sample sample = Sample.load("h264-main.mp4", Codec.H264, 1, 0);
    List<String> names = List.of("a.mp4", "b.mp4");
    for (String name : names) {
      long shift = 90_000L * names.indexOf(name);
      byte[] file =
          Sample.file(sample.format(), sample.info(), sample.moved(shift).fragments(), true);
      Files.write(directory.resolve(name), file);
      Scan scan = SegmentReader.scan(new MemoryChannel(file));
      Part last = scan.parts().get(scan.parts().size() - 1);
      playlist.map("a.mp4", scan.initBytes());
      playlist.part(
          name,
          scan.initBytes(),
          last.offset() + last.bytes() - scan.initBytes(),
          Duration.ofSeconds(1));
    }
    playlist.end();
    Files.writeString(directory.resolve("day.m3u8"), out);
    Ffmpeg.ffmpeg(directory, "-xerror", "-i", "day.m3u8", "-f", "null", "-");
    assertThat(
            Ffmpeg.probe(
                directory,
                "-count_packets",
                "-show_entries",
                "stream=nb_read_packets",
                "-of",
                "csv=p=0",
                "day.m3u8"))
        .contains("50");
  }
}
