package io.vigilnvr.ingest.gstreamer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.media.codec.Codecs;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MediaTest {
  /** As {@code rtph265depay} of GStreamer 1.22 puts it into its caps for a Main profile stream. */
  private static final String H265_CAPS =
      "video/x-h265, stream-format=(string)hvc1, alignment=(string)au, codec_data=(buffer)"
          + "01420101016000000300900000f000fcfefff800000f03200001001840010c01ffff01"
          + "600000030090000003000003003f928090210001002a42010101600000030090000003"
          + "000003003fa0050201696592a4932bc05a020000030002000003003210220001000744"
          + "01c172b46240";

  @Test
  void takesProfileAndLevelFromTheParameterSetsAlone() {
    Media media =
        Media.of(
                "application/x-rtp, media=(string)video, payload=(int)96, clock-rate=(int)90000, encoding-name=(string)H265")
            .orElseThrow();
    Optional<String> codec =
        media.codecData(H265_CAPS).map(config -> Codecs.rfc6381(media.track(1, config)));
    assertThat(codec).contains("hvc1.1.6.L63.90");
  }

  @Test
  void hasNoConfigWithoutParameterSets() {
    Media media =
        Media.of(
                "application/x-rtp, media=(string)video, payload=(int)96, clock-rate=(int)90000, encoding-name=(string)H264")
            .orElseThrow();
    assertThat(media.codecData("video/x-h264, codec_data=(buffer)014d401fffe000")).isEmpty();
    assertThat(media.codecData("video/x-h264")).isEmpty();
  }
}
