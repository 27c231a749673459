package io.vigilnvr.live.internal;

import static io.vigilnvr.live.internal.Fakes.init;
import static io.vigilnvr.live.internal.Fakes.picture;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.stream.StreamViewer.Item;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class HlsRingTest {
  private final Fakes.Stream stream = new Fakes.Stream();
  private final HlsRing ring = new HlsRing("main", Runnable::run, 0);

  HlsRingTest() {
    ring.fedBy(stream.watch(ring));
  }

  /** Pictures, each 25th of them a keyframe. */
  private void pictures(long first, long last) {
    pictures(first, last, 10);
  }

  private void pictures(long first, long last, int bytes) {
    LongStream.rangeClosed(first, last).forEach(i -> stream.offer(picture(i, i % 25 == 0, bytes)));
  }

  private String text() {
    return ring.playlist(0).orElseThrow();
  }

  private List<String> parts() {
    return text().lines().filter(line -> line.endsWith(".m4s")).toList();
  }

  @Test
  void cutsPartsAtKeyframes() throws IOException {
    stream.offer(init("a"));
    pictures(0, 75);
    assertThat(text())
        .isEqualTo(
            """
            #EXTM3U
            #EXT-X-VERSION:7
            #EXT-X-TARGETDURATION:1
            #EXT-X-MEDIA-SEQUENCE:0
            #EXT-X-DISCONTINUITY-SEQUENCE:0
            #EXT-X-INDEPENDENT-SEGMENTS
            #EXT-X-MAP:URI="main/init-1.mp4"
            #EXT-X-PROGRAM-DATE-TIME:2026-11-22T14:00:00.000Z
            #EXTINF:1.000,
            main/0.m4s
            #EXT-X-PROGRAM-DATE-TIME:2026-11-22T14:00:01.000Z
            #EXTINF:1.000,
            main/1.m4s
            #EXT-X-PROGRAM-DATE-TIME:2026-11-22T14:00:02.000Z
            #EXTINF:1.000,
            main/2.m4s
            """);
    HlsPart part = ring.part(1, 0).orElseThrow();
    var out = new ByteArrayOutputStream();
    part.writeTo(out);
    assertThat(out.size()).isEqualTo(250);
    assertThat(part.byteCount()).isEqualTo(250);
    assertThat(out.toString(UTF_8)).startsWith("25").contains("49");
    assertThat(ring.init(1, 0)).isPresent();
    assertThat(ring.init(2, 0)).isEmpty();
    assertThat(ring.part(3, 0)).isEmpty();
  }

  @Test
  void givesNothingBeforeThereIsEnough() throws InterruptedException {
    stream.offer(init("a"));
    pictures(0, 74);
    assertThat(ring.playlist(0)).isEmpty();
    assertThat(ring.awaitPlaylist(Duration.ZERO).orElseThrow()).contains("main/1.m4s");
  }

  @Test
  void isBoundedAndGoesOnCounting() {
    stream.offer(init("a"));
    pictures(0, 25 * 20);
    assertThat(parts()).hasSize(6).startsWith("main/14.m4s").endsWith("main/19.m4s");
    assertThat(text()).contains("#EXT-X-MEDIA-SEQUENCE:14\n");
    assertThat(ring.part(11, 0)).isPresent();
    assertThat(ring.part(10, 0)).isEmpty();
  }

  @Test
  void isBoundedInBytes() {
    stream.offer(init("a"));
    // 2.5 MB for each part: five of them fit.
    pictures(0, 25 * 8, 100_000);
    assertThat(parts()).hasSize(5).endsWith("main/7.m4s");
  }

  @Test
  void leavesOutAPartThatIsTooLarge() {
    stream.offer(init("a"));
    pictures(0, 75);
    pictures(76, 99, 400_000);
    pictures(100, 125);
    assertThat(parts()).containsExactly("main/0.m4s", "main/1.m4s", "main/2.m4s", "main/3.m4s");
    assertThat(text()).contains("main/2.m4s\n#EXT-X-DISCONTINUITY\n");
    assertThat(text().split("EXT-X-MAP", -1)).hasSize(2);
  }

  @Test
  void marksAnotherRun() {
    stream.offer(init("a"));
    pictures(0, 60);
    stream.offer(new Item.Ended("offline"), init("b"));
    pictures(100, 125);
    assertThat(text())
        .contains("#EXTINF:0.440,\nmain/2.m4s\n#EXT-X-DISCONTINUITY\n")
        .contains("#EXT-X-MAP:URI=\"main/init-2.mp4\"")
        .contains("#EXT-X-DISCONTINUITY-SEQUENCE:0\n");
    pictures(126, 100 + 25 * 9);
    assertThat(text())
        .doesNotContain("#EXT-X-DISCONTINUITY\n")
        .contains("#EXT-X-DISCONTINUITY-SEQUENCE:1\n");
  }

  @Test
  void marksWhatWasLeftOut() {
    stream.offer(init("a"));
    pictures(0, 75);
    stream.offer(new Item.Dropped(24));
    pictures(100, 125);
    assertThat(text()).contains("main/2.m4s\n#EXT-X-DISCONTINUITY\n");
  }

  @Test
  void isOverSoonAfterTheLastRequest() {
    stream.offer(init("a"));
    pictures(0, 75);
    ring.part(1, TimeUnit.SECONDS.toNanos(100));
    assertThat(ring.isIdle(TimeUnit.SECONDS.toNanos(120))).isFalse();
    assertThat(ring.isIdle(TimeUnit.SECONDS.toNanos(121))).isTrue();
    ring.close();
    assertThat(stream.open).isZero();
  }

  @Test
  void nobodyWaitsForARingThatIsClosed() throws InterruptedException {
    ring.close();
    assertThat(ring.awaitPlaylist(Duration.ofMinutes(1))).isEmpty();
  }
}
