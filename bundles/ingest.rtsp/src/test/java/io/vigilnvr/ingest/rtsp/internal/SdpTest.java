package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.ingest.rtsp.internal.Sdp.Media;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SdpTest {
  private static final String HEAD = "v=0\r\no=- 0 0 IN IP4 192.0.2.1\r\ns=x\r\nt=0 0\r\n";

  private static Media only(String lines) throws Fault {
    List<Media> media = Sdp.parse(HEAD + lines).media();
    assertThat(media).hasSize(1);
    return media.get(0);
  }

  @Test
  void readsWhatCamerasSay() throws Fault {
    Sdp sdp =
        Sdp.parse(
            HEAD
                + "a=control:*\r\n"
                + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
                + "a=fmtp:96 packetization-mode=1; profile-level-id=4D002A;"
                + " sprop-parameter-sets=Z00AKp2oHgCJ+WbgICAgQA==,aO48gA==\r\n"
                + "a=control:trackID=1\r\n"
                + "m=audio 0 RTP/AVP 97\r\na=rtpmap:97 opus/48000/2\r\na=control:trackID=2\r\n");
    assertThat(sdp.control()).isEqualTo("*");
    assertThat(sdp.media()).extracting(Media::control).containsExactly("trackID=1", "trackID=2");
    Media video = sdp.media().get(0);
    assertThat(video.encoding()).isEqualTo("H264");
    assertThat(video.number("packetization-mode", 0)).isEqualTo(1);
    assertThat(video.parameter("sprop-parameter-sets"))
        .as("equals signs are base64's")
        .isEqualTo("Z00AKp2oHgCJ+WbgICAgQA==,aO48gA==");
    assertThat(sdp.media().get(1).channels()).isEqualTo(2);
  }

  /** RFC 8866, 9: lines end with CRLF; 5 asks receivers to take LF alone. */
  @Test
  void takesLinesWithoutCarriageReturn() throws Fault {
    assertThat(only("m=video 0 RTP/AVP 96\na=rtpmap:96 H265/90000\n").encoding()).isEqualTo("H265");
  }

  /** RFC 3551, 6: these need no rtpmap. */
  @Test
  void knowsStaticTypes() throws Fault {
    assertThat(only("m=audio 0 RTP/AVP 0\r\n").encoding()).isEqualTo("PCMU");
    assertThat(only("m=audio 0 RTP/AVP 8\r\n").encoding()).isEqualTo("PCMA");
    assertThat(only("m=video 0 RTP/AVP 26\r\n").encoding()).isEqualTo("JPEG");
    Media unknown = only("m=video 0 RTP/AVP 99\r\n");
    assertThat(unknown.encoding()).isEmpty();
    assertThat(unknown.clockRate()).isEqualTo(90_000);
  }

  /** RFC 8866, 5.14: the first one is what is sent unless told otherwise. */
  @Test
  void ofSeveralFormatsTakesTheFirst() throws Fault {
    Media media =
        only(
            """
            m=audio 0 RTP/AVP 8 0 97
            a=rtpmap:97 opus/48000/2
            a=rtpmap:8 PCMA/8000
            a=fmtp:97 sprop-stereo=1
            """);
    assertThat(media.payloadType()).isEqualTo(8);
    assertThat(media.encoding()).isEqualTo("PCMA");
    assertThat(media.format()).as("of another format").isEmpty();
  }

  @Test
  void passesOverWhatMakesNoSense() throws Fault {
    Media media =
        only(
            """
            a=rtpmap:96 nobody
            m=video
            m=video 0 RTP/AVP x
            m=video 0 RTP/AVP 200
            m=VIDEO 0 RTP/AVP 96
            a=rtpmap:
            a=rtpmap:96
            a=rtpmap:abc H264
            a=rtpmap:96 h264/-5/x
            a=fmtp:96 =;;a;b=;=c;B=2
            a=fmtp:
            nonsense
            """);
    assertThat(media.kind()).isEqualTo("video");
    assertThat(media.encoding()).isEqualTo("H264");
    assertThat(media.clockRate()).isEqualTo(90_000);
    assertThat(media.parameter("b")).as("the first one").isEmpty();
    assertThat(Sdp.parse("").media()).isEmpty();
  }

  @Test
  void boundsWhatIsKept() throws Fault {
    assertThatThrownBy(() -> Sdp.parse(HEAD + "m=video 0 RTP/AVP 96\r\n".repeat(10_000)))
        .isInstanceOf(Fault.class)
        .hasMessageContaining("more tracks");
    assertThatThrownBy(() -> Sdp.parse("a=fmtp:96 " + "A".repeat(20_000)))
        .isInstanceOf(Fault.class)
        .hasMessageContaining("too long");
    assertThat(only("m=video 0 RTP/AVP 96\r\na=fmtp:96 " + "a=1;b=2;".repeat(500)).format())
        .hasSizeLessThanOrEqualTo(2);
  }
}
