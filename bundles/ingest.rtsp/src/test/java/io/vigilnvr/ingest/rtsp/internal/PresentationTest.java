package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.media.StreamFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PresentationTest {
  /** Baseline, 640x360. */
  private static final String USUAL = "Z0LAHtkDxWhAAAADAEAAAAwDxYuS,aMuMsg==";

  private static final class Told implements EngineSink {
    final List<StreamFormat> formats = new ArrayList<>();
    int units;

    @Override
    public void format(StreamFormat format) {
      formats.add(format);
    }

    @Override
    public void unit(int track, long pts, long dts, boolean keyframe, ByteBuffer payload) {
      units++;
    }

    @Override
    public void lostPackets(long count) {}

    @Override
    public void failed(Kind kind, String cause) {}
  }

  private final Told told = new Told();

  private void showAPicture(String parameterSets) throws Fault {
    String description =
        "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 sprop-parameter-sets="
            + parameterSets
            + "\r\n";
    var track = new Presentation(told).choose(Sdp.parse(description)).get(0);
    ByteBuffer slice = ByteBuffer.wrap(HexFormat.of().parseHex("65888400"));
    track.depacketizer().packet(slice, 0, slice.limit(), 3600, true, false);
  }

  @Test
  void tellsTheFormatBeforeTheFirstPicture() throws Exception {
    showAPicture(USUAL);
    assertThat(told.formats).hasSize(1);
    assertThat(told.units).isOne();
  }

  /** Noise passes for a parameter set now and then. */
  @Test
  void doesNotBelieveInPicturesOfOneMacroblock() throws Exception {
    var base64 = Base64.getEncoder();
    showAPicture(
        base64.encodeToString(HexFormat.of().parseHex("6742c00adde4"))
            + ","
            + base64.encodeToString(HexFormat.of().parseHex("68ce3880")));
    assertThat(told.formats).isEmpty();
    assertThat(told.units).isZero();
  }
}
