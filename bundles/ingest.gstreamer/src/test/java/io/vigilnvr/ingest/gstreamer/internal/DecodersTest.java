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
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which decoder is taken, and the next one in place of one that fails. */
@Timeout(60)
final class DecodersTest {
  private static final int COUNT = 100;

  /** In place of a decoder: takes units, and gives nothing. */
  private static final String SILENT = "fakesink async=false sync=false appsrc";

  private static final String FAILING = "identity error-after=2 ! " + SILENT;

  private static final Decoders.Allowed ANY = new Decoders.Allowed(true, Set.of());

  private static final List<Candidate> ALL =
      List.of(
          new Candidate("openh264dec", 64, false),
          new Candidate("avdec_h264", 256, false),
          new Candidate("vah264dec", 258, true),
          new Candidate("v4l2slh264dec", 257, true));

  @Test
  void triesHardwareFirstAndNothingBelowLibav() {
    assertThat(Decoders.inOrder(ALL, ANY))
        .containsExactly("vah264dec", "v4l2slh264dec", "avdec_h264");
  }

  @Test
  void triesOnlyWhatTheOwnerAllows() {
    assertThat(Decoders.inOrder(ALL, new Decoders.Allowed(false, Set.of())))
        .containsExactly("avdec_h264");
    assertThat(Decoders.inOrder(ALL, new Decoders.Allowed(true, Set.of("vah264dec"))))
        .containsExactly("v4l2slh264dec", "avdec_h264");
    // What is below libav's is not trusted, even without it.
    assertThat(Decoders.inOrder(ALL, new Decoders.Allowed(false, Set.of("avdec_h264")))).isEmpty();
  }

  @Test
  void takesWhatThereIsWithoutLibav() {
    assertThat(
            Decoders.inOrder(
                List.of(
                    new Candidate("openh264dec", 64, false), new Candidate("nvh264dec", 256, true)),
                ANY))
        .containsExactly("nvh264dec", "openh264dec");
    assertThat(Decoders.inOrder(List.of(), ANY)).isEmpty();
  }

  @Test
  void takesTheNextIfOneIsNotThere() {
    Outcome outcome = decode("nosuchdec", true);
    assertThat(outcome.pictures).isEqualTo(COUNT);
    assertThat(outcome.decoders).containsExactly("avdec_h264");
    assertThat(outcome.left).contains(new DecodeSink.Left("nosuchdec", "it cannot be made"));
  }

  @Test
  void takesTheNextIfOneFails() {
    Outcome outcome = decode(FAILING, true);
    assertThat(outcome.pictures).isEqualTo(COUNT);
    assertThat(outcome.decoders).containsExactly("avdec_h264");
    assertThat(outcome.left)
        .anySatisfy(
            left -> {
              assertThat(left.decoder()).isEqualTo(FAILING);
              assertThat(left.cause()).isNotBlank().doesNotContain("\n");
              assertThat(left.cause()).isNotEqualTo("it gives no picture");
            });
    // For good: whoever comes next is told likewise.
    assertThat(decode("nosuchdec", true).left)
        .extracting(DecodeSink.Left::decoder)
        .contains(FAILING);
  }

  @Test
  void takesTheNextIfOneGivesNothing() {
    // From the newest keyframe on, once it is plain that nothing comes; not only at the end.
    Outcome outcome = decode(SILENT, false);
    assertThat(outcome.pictures).isPositive();
    assertThat(outcome.left).contains(new DecodeSink.Left(SILENT, "it gives no picture"));
  }

  /** What came of it. */
  private static final class Outcome implements DecodeSink {
    int pictures;
    final List<String> decoders = new ArrayList<>();
    final List<Left> left = new ArrayList<>();
    final List<String> failures = new ArrayList<>();

    @Override
    public void decoder(String name, List<Left> failed) {
      assertThat(pictures).isZero();
      decoders.add(name);
      left.addAll(failed);
    }

    @Override
    public void config(ByteBuffer codecConfig) {}

    @Override
    public void picture(
        long ptsTicks, boolean keyframe, int widthPx, int heightPx, ByteBuffer bytes) {
      pictures++;
    }

    @Override
    public void drained() {}

    @Override
    public void failed(String cause) {
      failures.add(cause);
    }
  }

  /** Tries this decoder before libav's. */
  private static Outcome decode(String before, boolean toTheEnd) {
    assumeTrue(new GStreamerDecodeEngine().problem().isEmpty(), "GStreamer cannot decode here");
    // The elements above have no input by the name of the decoder.
    assumeTrue(DecodePipeline.has("h264parse"), "GStreamer's h264parse is missing");
    Sample sample = Sample.main();
    Outcome outcome = new Outcome();
    var request =
        new DecodeRequest(
            DecodeSample.track(sample),
            new DecodeOutput.Pixels(64, 36, PixelFormat.GRAY8),
            Long.MIN_VALUE,
            Duration.ZERO);
    List<String> decoders = List.of(before, "avdec_h264");
    try (var session = new GStreamerDecodeSession(request, outcome, decoders)) {
      DecodeSample.units(sample, COUNT)
          .forEach(
              unit ->
                  session.unit(unit.ptsTicks(), unit.dtsTicks(), unit.keyframe(), unit.payload()));
      if (toTheEnd) {
        session.drain();
      }
    }
    assertThat(outcome.failures).isEmpty();
    return outcome;
  }
}
