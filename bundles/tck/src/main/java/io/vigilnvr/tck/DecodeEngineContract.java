package io.vigilnvr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.decode.DecodeEngine;
import io.vigilnvr.api.decode.DecodeOutput;
import io.vigilnvr.api.decode.DecodeRequest;
import io.vigilnvr.api.decode.DecodeSession;
import io.vigilnvr.api.decode.DecodeSink;
import io.vigilnvr.api.decode.PixelFormat;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Track;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a decode worker expects of a {@link DecodeEngine}. What the machine lacks is for the
 * subclass to skip, in {@link #newEngine}.
 */
@Timeout(180)
public abstract class DecodeEngineContract {
  private static final DecodeOutput GRAY = new DecodeOutput.Pixels(160, 90, PixelFormat.GRAY8);
  private static final long PICTURE_TICKS = 3600;

  /** How much two pictures of the same scene may differ after JPEG and scaling, of 255. */
  private static final double SAME = 6;

  @SuppressWarnings("NullAway.Init")
  private DecodeEngine engine;

  /** Makes the engine under test; called once for each test. */
  protected abstract DecodeEngine newEngine() throws Exception;

  @BeforeEach
  final void start() throws Exception {
    engine = newEngine();
  }

  @AfterEach
  final void end() throws Exception {
    if (engine != null) {
      engine.close();
    }
  }

  /** What a session gave. */
  private static final class Received implements DecodeSink {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Picture(long pts, boolean keyframe, int widthPx, int heightPx, byte[] bytes) {}

    final List<Picture> pictures = new ArrayList<>();
    final List<ByteBuffer> configs = new ArrayList<>();
    boolean drained;
    String failure = "";

    @Override
    public synchronized void config(ByteBuffer codecConfig) {
      configs.add(ByteBuffer.wrap(bytes(codecConfig)));
    }

    @Override
    public synchronized void picture(
        long pts, boolean keyframe, int widthPx, int heightPx, ByteBuffer bytes) {
      pictures.add(new Picture(pts, keyframe, widthPx, heightPx, bytes(bytes)));
    }

    @Override
    public synchronized void drained() {
      drained = true;
    }

    @Override
    public synchronized void failed(String cause) {
      failure = cause;
    }

    private static byte[] bytes(ByteBuffer from) {
      byte[] bytes = new byte[from.remaining()];
      from.duplicate().get(bytes);
      return bytes;
    }

    synchronized List<Long> times() {
      return pictures.stream().map(Picture::pts).toList();
    }
  }

  private Received decode(Track track, DecodeOutput output, List<DecodeSample.Unit> units) {
    return decode(track, output, units, Long.MIN_VALUE, Duration.ZERO);
  }

  private Received decode(
      Track track,
      DecodeOutput output,
      List<DecodeSample.Unit> units,
      long from,
      Duration interval) {
    Received received = new Received();
    DecodeRequest request = new DecodeRequest(track, output, from, interval);
    try (DecodeSession session = engine.open(request, received)) {
      for (DecodeSample.Unit unit : units) {
        session.unit(unit.ptsTicks(), unit.dtsTicks(), unit.keyframe(), unit.payload());
      }
      session.drain();
    }
    return received;
  }

  @Test
  public final void hasNoProblem() {
    assertThat(engine.problem()).isEqualTo(Optional.empty());
  }

  @Test
  public final void givesEveryPictureOfH264() {
    assertEveryPictureIsGiven(Sample.main());
  }

  @Test
  public final void givesEveryPictureOfH265() {
    assertEveryPictureIsGiven(Sample.h265());
  }

  @Test
  public final void givesPicturesInTheOrderTheyAreShown() {
    assertEveryPictureIsGiven(Sample.bFrames());
  }

  private void assertEveryPictureIsGiven(Sample sample) {
    List<DecodeSample.Unit> units = DecodeSample.units(sample, 50);
    Received received = decode(DecodeSample.track(sample), GRAY, units);
    assertThat(received.failure).isEmpty();
    assertThat(received.drained).isTrue();
    List<Long> shown = units.stream().map(DecodeSample.Unit::ptsTicks).sorted().toList();
    assertThat(received.times()).isEqualTo(shown);
    assertThat(received.pictures)
        .allMatch(
            one -> one.widthPx() == 160 && one.heightPx() == 90 && one.bytes().length == 14400);
    // The scene moves.
    byte[] first = received.pictures.get(0).bytes();
    byte[] last = received.pictures.get(49).bytes();
    assertThat(difference(first, last)).isGreaterThan(SAME);
  }

  @Test
  public final void givesPixelsWithoutPadding() {
    DecodeOutput odd = new DecodeOutput.Pixels(101, 57, PixelFormat.BGR24);
    List<DecodeSample.Unit> units = DecodeSample.units(Sample.main(), 1);
    Received received = decode(DecodeSample.track(Sample.main()), odd, units);
    assertThat(received.pictures).hasSize(1);
    assertThat(received.pictures.get(0).bytes()).hasSize(101 * 57 * 3);
  }

  @Test
  public final void makesJpegFilesOfTheRightPicture() throws IOException {
    List<DecodeSample.Unit> units = DecodeSample.units(Sample.bFrames(), 30);
    Track track = DecodeSample.track(Sample.bFrames());
    long last = units.stream().mapToLong(DecodeSample.Unit::ptsTicks).max().orElseThrow();
    Received received = decode(track, new DecodeOutput.Jpeg(320, 85), units, last, Duration.ZERO);
    assertThat(received.times()).containsExactly(last);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(received.pictures.get(0).bytes()));
    assertThat(image.getWidth()).isEqualTo(320);
    assertThat(image.getHeight()).isEqualTo(180);
    Received all = decode(track, new DecodeOutput.Pixels(320, 180, PixelFormat.GRAY8), units);
    byte[] expected = all.pictures.get(29).bytes();
    assertThat(difference(gray(image), expected)).isLessThan(SAME);
    assertThat(difference(gray(image), all.pictures.get(0).bytes())).isGreaterThan(SAME);
  }

  @Test
  public final void neverEnlargesAPicture() {
    Received received =
        decode(
            DecodeSample.track(Sample.main()),
            new DecodeOutput.Jpeg(1920, 85),
            DecodeSample.units(Sample.main(), 1));
    assertThat(received.pictures).hasSize(1);
    assertThat(received.pictures.get(0).widthPx()).isEqualTo(640);
    assertThat(received.pictures.get(0).heightPx()).isEqualTo(360);
  }

  @Test
  public final void keepsToTheInterval() {
    Received received =
        decode(
            DecodeSample.track(Sample.main()),
            GRAY,
            DecodeSample.units(Sample.main(), 100),
            Long.MIN_VALUE,
            Duration.ofMillis(200));
    assertThat(received.pictures).hasSize(20);
    for (int i = 1; i < received.pictures.size(); i++) {
      assertThat(received.times().get(i) - received.times().get(i - 1))
          .isEqualTo(5 * PICTURE_TICKS);
    }
  }

  @Test
  public final void givesEverythingIfPicturesAreRarerThanTheInterval() {
    Received received =
        decode(
            DecodeSample.track(Sample.main()),
            GRAY,
            DecodeSample.units(Sample.main(), 20),
            Long.MIN_VALUE,
            Duration.ofMillis(1));
    assertThat(received.pictures).hasSize(20);
  }

  @Test
  public final void encodesWhatCanBeDecodedAgain() {
    List<DecodeSample.Unit> units = DecodeSample.units(Sample.h265(), 50);
    Received coded =
        decode(
            DecodeSample.track(Sample.h265()),
            new DecodeOutput.H264(320, 500_000, Duration.ofSeconds(1)),
            units);
    assertThat(coded.failure).isEmpty();
    assertThat(coded.configs).hasSize(1);
    assertThat(coded.times()).isEqualTo(units.stream().map(DecodeSample.Unit::ptsTicks).toList());
    assertThat(coded.pictures).allMatch(one -> one.widthPx() == 320 && one.heightPx() == 180);
    for (int i = 0; i < 50; i += 25) {
      assertThat(coded.pictures.get(i).keyframe()).as("keyframe " + i).isTrue();
    }
    Track track = new Track(1, Codec.H264, 90_000, coded.configs.get(0));
    Received again =
        decode(
            track,
            GRAY,
            coded.pictures.stream()
                .map(
                    one ->
                        new DecodeSample.Unit(
                            one.pts(), one.pts(), one.keyframe(), ByteBuffer.wrap(one.bytes())))
                .toList());
    assertThat(again.times()).isEqualTo(coded.times());
    Received original = decode(DecodeSample.track(Sample.h265()), GRAY, units);
    assertThat(difference(again.pictures.get(49).bytes(), original.pictures.get(49).bytes()))
        .isLessThan(2 * SAME);
  }

  @Test
  public final void followsAnotherSizeOrSaysThatItCannot() {
    Sample small = Sample.sub();
    List<DecodeSample.Unit> units = new ArrayList<>(DecodeSample.units(Sample.main(), 10));
    DecodeSample.Unit first =
        DecodeSample.withParameterSets(small, DecodeSample.units(small, 1).get(0));
    units.add(new DecodeSample.Unit(36_000, 36_000, true, first.payload()));
    Received received =
        decode(DecodeSample.track(Sample.main()), new DecodeOutput.Jpeg(1920, 85), units);
    assertThat(received.pictures).hasSizeGreaterThanOrEqualTo(10);
    assertThat(received.pictures.get(9).widthPx()).isEqualTo(640);
    if (received.failure.isEmpty()) {
      assertThat(received.pictures.get(10).widthPx()).isEqualTo(320);
    }
  }

  @Test
  public final void survivesGarbage() {
    Random random = new Random(7);
    for (Sample sample : List.of(Sample.main(), Sample.h265())) {
      for (int round = 0; round < 20; round++) {
        List<DecodeSample.Unit> units = DecodeSample.units(sample, 10);
        List<DecodeSample.Unit> broken = new ArrayList<>();
        for (DecodeSample.Unit unit : units) {
          byte[] bytes = Received.bytes(unit.payload());
          for (int i = 0; i < 1 + bytes.length / 50; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
          }
          broken.add(
              new DecodeSample.Unit(
                  unit.ptsTicks(), unit.dtsTicks(), unit.keyframe(), ByteBuffer.wrap(bytes)));
        }
        Received received = decode(DecodeSample.track(sample), GRAY, broken);
        assertThat(received.drained || !received.failure.isEmpty()).isTrue();
      }
      assertEveryPictureIsGiven(sample);
    }
  }

  @Test
  public final void survivesABrokenConfig() {
    Track track =
        new Track(1, Codec.H264, 90_000, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
    Received received = decode(track, GRAY, DecodeSample.units(Sample.main(), 10));
    assertThat(received.drained || !received.failure.isEmpty()).isTrue();
    assertEveryPictureIsGiven(Sample.main());
  }

  @Test
  public final void closesInTheMiddle() throws Exception {
    List<DecodeSample.Unit> units = DecodeSample.units(Sample.main(), 100);
    for (int round = 0; round < 10; round++) {
      Received received = new Received();
      DecodeSession session =
          engine.open(
              new DecodeRequest(
                  DecodeSample.track(Sample.main()), GRAY, Long.MIN_VALUE, Duration.ZERO),
              received);
      Thread feeder =
          new Thread(
              () -> {
                for (DecodeSample.Unit unit : units) {
                  session.unit(unit.ptsTicks(), unit.dtsTicks(), unit.keyframe(), unit.payload());
                }
              });
      feeder.start();
      Patience.until(() -> !received.times().isEmpty() || !feeder.isAlive());
      session.close();
      int given = received.times().size();
      feeder.join();
      assertThat(received.times()).hasSize(given);
      session.close();
    }
  }

  private static byte[] gray(BufferedImage image) {
    byte[] gray = new byte[image.getWidth() * image.getHeight()];
    for (int i = 0; i < gray.length; i++) {
      int rgb = image.getRGB(i % image.getWidth(), i / image.getWidth());
      gray[i] =
          (byte) (0.299 * (rgb >> 16 & 0xff) + 0.587 * (rgb >> 8 & 0xff) + 0.114 * (rgb & 0xff));
    }
    return gray;
  }

  private static double difference(byte[] a, byte[] b) {
    assertThat(a).hasSameSizeAs(b);
    long sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs((a[i] & 0xff) - (b[i] & 0xff));
    }
    return (double) sum / a.length;
  }
}
