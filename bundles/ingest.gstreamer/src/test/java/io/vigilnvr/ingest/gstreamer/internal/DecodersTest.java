package io.vigilnvr.ingest.gstreamer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigilnvr.api.decode.DecodeOutput;
import io.vigilnvr.api.decode.DecodeRequest;
import io.vigilnvr.api.decode.DecodeSink;
import io.vigilnvr.api.decode.PixelFormat;
import io.vigilnvr.ingest.gstreamer.internal.Decoders.Candidate;
import io.vigilnvr.tck.DecodeSample;
import io.vigilnvr.tck.Sample;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which decoder is taken, and the next one in place of one that fails. */
@Timeout(60)
final class DecodersTest {
  private static final int COUNT = 100;

  @Test
  void triesHardwareFirstAndNothingBelowLibav() {
    assertThat(
            Decoders.inOrder(
                List.of(
                    new Candidate("openh264dec", 64),
                    new Candidate("avdec_h264", 256),
                    new Candidate("vah264dec", 258),
                    new Candidate("v4l2slh264dec", 257))))
        .containsExactly("vah264dec", "v4l2slh264dec", "avdec_h264");
  }

  @Test
  void takesWhatThereIsWithoutLibav() {
    assertThat(
            Decoders.inOrder(
                List.of(new Candidate("openh264dec", 64), new Candidate("nvh264dec", 256))))
        .containsExactly("nvh264dec", "openh264dec");
    assertThat(Decoders.inOrder(List.of())).isEmpty();
  }

  @Test
  void takesTheNextIfOneIsNotThere() {
    assertThat(decode("nosuchdec", true)).isEqualTo(COUNT);
  }

  @Test
  void takesTheNextIfOneFails() {
    assertThat(decode("jpegdec", true)).isEqualTo(COUNT);
  }

  @Test
  void takesTheNextIfOneGivesNothing() {
    // From the newest keyframe on, once it is plain that nothing comes; not only at the end.
    assertThat(decode("identity drop-probability=1", false)).isPositive();
  }

  /** How many pictures come if this decoder is tried before libav's. */
  private static int decode(String before, boolean toTheEnd) {
    assumeTrue(new GStreamerDecodeEngine().problem().isEmpty(), "GStreamer cannot decode here");
    Sample sample = Sample.main();
    AtomicInteger pictures = new AtomicInteger();
    List<String> failures = new ArrayList<>();
    DecodeSink sink =
        new DecodeSink() {
          @Override
          public void config(ByteBuffer codecConfig) {}

          @Override
          public void picture(
              long ptsTicks, boolean keyframe, int widthPx, int heightPx, ByteBuffer bytes) {
            pictures.incrementAndGet();
          }

          @Override
          public void drained() {}

          @Override
          public void failed(String cause) {
            failures.add(cause);
          }
        };
    var request =
        new DecodeRequest(
            DecodeSample.track(sample),
            new DecodeOutput.Pixels(64, 36, PixelFormat.GRAY8),
            Long.MIN_VALUE,
            Duration.ZERO);
    try (var session = new GStreamerDecodeSession(request, sink, List.of(before, "avdec_h264"))) {
      DecodeSample.units(sample, COUNT)
          .forEach(
              unit ->
                  session.unit(unit.ptsTicks(), unit.dtsTicks(), unit.keyframe(), unit.payload()));
      if (toTheEnd) {
        session.drain();
      }
    }
    assertThat(failures).isEmpty();
    return pictures.get();
  }
}
