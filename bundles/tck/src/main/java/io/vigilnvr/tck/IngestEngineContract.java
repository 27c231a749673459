package io.vigilnvr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.Credentials;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.camera.StreamSource.Transport;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSession;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.ingest.IngestEngine;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.tck.IngestEngineContract.Received.Unit;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a worker expects of an {@link IngestEngine} that speaks {@code rtsp}. Tests that need
 * something which the machine lacks are for the subclass to skip, in {@link #newEngine}.
 */
@Timeout(180)
public abstract class IngestEngineContract {
  private static final String PASSWORD = "s3cret-w0rd";
  private static final long PICTURE_TICKS = 3600;

  @SuppressWarnings("NullAway.Init")
  private SimulatedCameras cameras;

  @SuppressWarnings("NullAway.Init")
  private SimulatedCamera camera;

  @SuppressWarnings("NullAway.Init")
  private IngestEngine engine;

  private final List<EngineSession> sessions = new ArrayList<>();

  /** Makes the engine under test; called once for each test. */
  protected abstract IngestEngine newEngine() throws Exception;

  @BeforeEach
  final void start() throws Exception {
    engine = newEngine();
    cameras = SimulatedCameras.start();
    camera =
        cameras.camera("front").stream("main", Sample.main().firstPictures(10))
            .login("admin", PASSWORD, Authentication.DIGEST_MD5);
  }

  @AfterEach
  final void end() throws Exception {
    if (cameras != null) {
      sessions.forEach(EngineSession::close);
      cameras.close();
      engine.close();
    }
  }

  // Media

  @Test
  public final void yieldsEveryUnitInOrderFromAKeyframeOn() {
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 40);
    assertThat(received.video().get(0).keyframe()).isTrue();
    assertNothingIsMissing(received);
    assertThat(received.formats()).hasSize(1);
    assertThat(received.formats().get(0).tracks()).hasSize(1);
    var track = received.formats().get(0).tracks().get(0);
    assertThat(track.codec()).isEqualTo(Codec.H264);
    assertThat(track.timescale()).isEqualTo(90_000);
    assertThat(track.codecConfig().get(0)).as("version of an avcC").isEqualTo((byte) 1);
    assertThat(steps(received.video())).containsOnly(PICTURE_TICKS);
    assertThat(received.video()).allMatch(unit -> unit.pts() == unit.dts());
    // The loop is ten pictures long and starts with its only keyframe.
    for (int i = 0; i < 40; i++) {
      assertThat(received.video().get(i).keyframe()).isEqualTo(i % 10 == 0);
    }
  }

  @Test
  public final void yieldsLengthPrefixedNalUnits() {
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 10);
    assertThat(received.video()).allMatch(Unit::wholeNalUnits);
  }

  @Test
  public final void receivesOverUdp() {
    Received received = receive(Transport.UDP);
    received.await(() -> received.video().size() >= 20);
    assertThat(camera.sessions("main")).allMatch(session -> session.transport().equals("udp"));
    assertNothingIsMissing(received);
  }

  @Test
  public final void fallsBackToTcpIfNothingArrivesByUdp() {
    camera.transports(true, false);
    Received received = receive(Transport.AUTO);
    received.await(() -> received.video().size() >= 10);
    assertNothingIsMissing(received);
  }

  @Test
  public final void receivesOverTls() throws Exception {
    try (var front = TlsFront.of(cameras)) {
      Received received =
          receive(
              front.uri(camera.uri("main")),
              Optional.of(new Credentials("admin", PASSWORD)),
              Transport.AUTO,
              false);
      received.await(() -> received.video().size() >= 20);
      assertNothingIsMissing(received);
      assertThat(camera.sessions("main")).allMatch(session -> session.transport().equals("tcp"));
    }
  }

  @Test
  public final void sendsThePasswordAsItIsInsideTls() throws Exception {
    camera.login("admin", PASSWORD, Authentication.BASIC);
    try (var front = TlsFront.of(cameras)) {
      Received received =
          receive(
              front.uri(camera.uri("main")),
              Optional.of(new Credentials("admin", PASSWORD)),
              Transport.TCP,
              false);
      received.await(() -> received.video().size() >= 10);
      assertNothingIsMissing(received);
    }
  }

  @Test
  public final void receivesH265() {
    camera.stream("main", Sample.h265().firstPictures(25));
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 30);
    assertThat(received.formats().get(0).primary().codec()).isEqualTo(Codec.H265);
    assertThat(received.video().get(0).keyframe()).isTrue();
    assertNothingIsMissing(received);
    assertThat(received.video()).allMatch(Unit::wholeNalUnits);
  }

  @Test
  public final void tellsPresentationFromDecodingTimesOfBFrames() {
    camera.stream("main", Sample.bFrames().firstPictures(25));
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 40);
    assertNothingIsMissing(received);
    List<Unit> units = received.video().subList(0, 40);
    assertThat(units).allMatch(unit -> unit.pts() >= unit.dts());
    assertThat(units).anyMatch(unit -> unit.pts() > unit.dts());
    List<Long> shown = units.stream().map(Unit::pts).sorted().toList();
    // The last ones may still lack pictures that are shown between them.
    for (int i = 1; i < 36; i++) {
      assertThat(shown.get(i) - shown.get(i - 1)).isEqualTo(PICTURE_TICKS);
    }
    long drift = Math.abs(units.get(39).dts() - units.get(0).dts() - 39 * PICTURE_TICKS);
    assertThat(drift).as("drift of decoding times").isLessThanOrEqualTo(3 * PICTURE_TICKS);
  }

  @Test
  public final void receivesAudioBesideVideo() {
    camera.stream("main", Sample.aac());
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 40 && received.audio().size() >= 60);
    var audio = received.formats().get(0).track(2);
    assertThat(audio.codec()).isEqualTo(Codec.AAC);
    assertThat(audio.timescale()).isEqualTo(48_000);
    assertThat(audio.codecConfig().remaining()).as("AudioSpecificConfig").isPositive();
    assertNothingIsMissing(received);
    assertThat(steps(received.audio())).containsOnly(1024L);
    double videoSeconds = received.video().get(0).pts() / 90_000.0;
    double audioSeconds = received.audio().get(0).pts() / 48_000.0;
    assertThat(Math.abs(videoSeconds - audioSeconds)).as("from one zero").isLessThan(0.5);
  }

  @Test
  public final void receivesOpusBesideVideo() {
    camera.stream("main", Sample.opus());
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 40 && received.audio().size() >= 60);
    var audio = received.formats().get(0).track(2);
    assertThat(audio.codec()).isEqualTo(Codec.OPUS);
    assertThat(audio.timescale()).isEqualTo(48_000);
    assertThat(audio.codecConfig().remaining()).as("dOps").isEqualTo(11);
    assertThat(audio.codecConfig().get(1)).as("channels").isEqualTo((byte) 1);
    assertNothingIsMissing(received);
    assertThat(steps(received.audio())).containsOnly(960L);
  }

  /** An engine makes it what MP4 carries, or tells it as it is; the worker leaves it out then. */
  @Test
  public final void receivesPicturesBesideG711() {
    camera.stream("main", Sample.pcma());
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 40);
    assertNothingIsMissing(received);
    assertThat(received.formats().get(0).tracks().stream().skip(1))
        .allMatch(track -> track.codec() == Codec.PCMA || track.codec() == Codec.AAC);
  }

  /** Its encoder, and the network, would work for nobody. */
  @Test
  public final void doesNotAskForMetadataThatNobodyWants() {
    camera.stream("main", Sample.aac()).metadata();
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 20 && received.audio().size() >= 20);
    assertNothingIsMissing(received);
    assertThat(received.formats().get(0).tracks()).hasSize(2);
    assertThat(camera.metadataSetUps()).isZero();
  }

  // What goes wrong in the stream

  @Test
  public final void tellsAnotherFormatBeforeItsFirstUnit() {
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 5);
    camera.change("main", Sample.sub().firstPictures(10));
    received.await(() -> received.ended() || received.formats().size() == 2);
    if (received.ended()) {
      return; // The worker connects again, and learns of the new format then.
    }
    int changed = received.unitsBeforeFormat(1);
    received.await(() -> received.video().size() >= changed + 15);
    assertThat(received.video().get(changed).keyframe()).isTrue();
    assertThat(received.formats().get(1).primary().codecConfig())
        .isNotEqualTo(received.formats().get(0).primary().codecConfig());
    assertNothingIsMissing(received);
  }

  @Test
  public final void losesNothingWhereTheCamerasTimeJumps() {
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 5);
    camera.jump(Duration.ofSeconds(-20));
    int before = received.video().size();
    received.await(() -> received.ended() || received.video().size() >= before + 25);
    assertThat(FrameMark.problem(received.marks())).isEmpty();
    assertThat(steps(received.video()).stream().filter(step -> step < 0)).hasSizeLessThan(2);
  }

  @Test
  public final void takesPicturesWithoutMarkerBits() {
    camera.missingMarkers(true);
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 20);
    assertNothingIsMissing(received);
  }

  @Test
  public final void doesNotTrustWrongReports() {
    camera.rtcp(Rtcp.WRONG);
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 20);
    assertNothingIsMissing(received);
    assertThat(steps(received.video())).containsOnly(PICTURE_TICKS);
  }

  @Test
  public final void needsNoReports() {
    camera.rtcp(Rtcp.ABSENT);
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 20);
    assertNothingIsMissing(received);
  }

  @Test
  public final void learnsParameterSetsFromTheStreamAlone() {
    camera.parameterSets(false, true);
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 15);
    assertThat(received.formats().get(0).primary().codecConfig().remaining()).isGreaterThan(10);
    assertNothingIsMissing(received);
  }

  @Test
  public final void tellsKeyframesFromOthersIfItStartsBetweenThem() {
    camera.startsWithKeyframe(false);
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 25);
    assertNothingIsMissing(received);
    assertThat(received.video())
        .allMatch(unit -> unit.keyframe() == (unit.marks().get(0).number() % 10 == 0));
  }

  @Test
  public final void countsPacketsThatNeverCame() {
    camera.loss(0.2, false);
    Received received = receive(Transport.UDP);
    received.await(() -> received.ended() || received.lost() > 0);
    assertThat(received.lost()).isPositive();
  }

  @Test
  public final void bearsNoise() {
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 3);
    camera.garble(true);
    int before = received.video().size();
    received.await(() -> received.ended() || received.video().size() > before + 5);
    camera.garbage(20_000);
    camera.resume();
    // Whatever becomes of this session, the next one is well.
    Received next = receive(Transport.TCP);
    next.await(() -> next.video().size() >= 10);
    assertNothingIsMissing(next);
  }

  // What goes wrong with the connection

  @Test
  public final void failsWhenTheLoginIsRefused() {
    camera.password("another");
    Received received = receive(Transport.TCP);
    received.await(received::ended);
    assertThat(received.failure()).hasValue(CameraException.Kind.UNAUTHORIZED);
    assertThat(received.cause()).isNotBlank().doesNotContain(PASSWORD).doesNotContain("admin");
    assertThat(received.video()).isEmpty();
  }

  @Test
  public final void failsWhenALoginIsNeededAndThereIsNone() {
    Received received = receive(camera.uri("main"), Optional.empty(), Transport.TCP, false);
    received.await(received::ended);
    assertThat(received.failure()).hasValue(CameraException.Kind.UNAUTHORIZED);
  }

  @Test
  public final void sendsThePasswordInClearOnlyIfAllowed() {
    camera.login("admin", PASSWORD, Authentication.BASIC);
    var login = Optional.of(new Credentials("admin", PASSWORD));
    Received refused = receive(camera.uri("main"), login, Transport.TCP, false);
    refused.await(refused::ended);
    assertThat(refused.video()).isEmpty();
    assertThat(camera.sessions("main")).isEmpty();
    Received allowed = receive(camera.uri("main"), login, Transport.TCP, true);
    allowed.await(() -> allowed.video().size() >= 5);
  }

  @Test
  public final void failsWhenTheConnectionIsCut() {
    Received received = receive(Transport.TCP);
    received.await(() -> received.video().size() >= 5);
    camera.cut();
    received.await(received::ended);
    assertThat(received.failure()).hasValue(CameraException.Kind.UNREACHABLE);
    assertThat(received.cause()).isNotBlank();
    assertThat(FrameMark.problem(received.marks())).isEmpty();
  }

  @Test
  public final void failsWhenNobodyAnswersAtThePort() {
    camera.refuse();
    Received received = receive(Transport.TCP);
    received.await(received::ended);
    assertThat(received.failure()).hasValue(CameraException.Kind.UNREACHABLE);
  }

  @Test
  public final void failsWhenThereIsNoSuchStream() {
    URI uri = URI.create(camera.uri("main") + "-not-there");
    var login = Optional.of(new Credentials("admin", PASSWORD));
    Received received = receive(uri, login, Transport.TCP, false);
    received.await(received::ended);
    assertThat(received.failure()).hasValue(CameraException.Kind.NOT_FOUND);
  }

  @Test
  public final void doesNotFollowElsewhere() {
    SimulatedCamera trap = cameras.camera("trap").stream("main", Sample.sub());
    camera.redirect(trap.uri("main"));
    Received received = receive(Transport.TCP);
    received.await(received::ended);
    assertThat(received.video()).isEmpty();
    assertThat(trap.connections()).isZero();
  }

  // Closing

  @Test
  public final void isSilentOnceClosedAndLetsTheCameraGo() {
    Received received = new Received();
    EngineSession session = engine.open(request(Transport.TCP), received);
    received.await(() -> received.video().size() >= 3);
    session.close();
    received.forbid();
    session.close();
    Patience.until(() -> camera.players("main") == 0);
    assertThat(received.failure()).isEmpty();
    camera.cut();
    Received other = receive(Transport.TCP);
    other.await(() -> other.video().size() >= 10);
    assertThat(received.misbehaved()).isEmpty();
  }

  @Test
  public final void canBeClosedWhileItConnects() {
    camera.halfOpen();
    Received received = new Received();
    EngineSession session = engine.open(request(Transport.TCP), received);
    Patience.until(() -> camera.connections() > 0);
    long before = System.nanoTime();
    session.close();
    received.forbid();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    assertThat(received.misbehaved()).isEmpty();
  }

  @Test
  public final void canBeClosedJustWhenTheCameraHangsUp() {
    for (int i = 0; i < 20; i++) {
      var received = new Received();
      EngineSession session = engine.open(request(Transport.TCP), received);
      sessions.add(session);
      received.await(() -> !received.video().isEmpty());
      camera.cut();
      session.close();
      received.forbid();
      assertThat(received.misbehaved()).isEmpty();
    }
  }

  @Test
  public final void canBeClosedWhenItHasFailed() {
    camera.refuse();
    Received received = new Received();
    EngineSession session = engine.open(request(Transport.TCP), received);
    received.await(received::ended);
    session.close();
    session.close();
    assertThat(received.misbehaved()).isEmpty();
  }

  @Test
  public final void keepsSessionsApart() {
    SimulatedCamera yard = cameras.camera("yard").stream("main", Sample.sub().firstPictures(10));
    Received one = receive(Transport.TCP);
    Received other = receive(yard.uri("main"), Optional.empty(), Transport.TCP, false);
    one.await(() -> one.video().size() >= 5 && other.video().size() >= 5);
    yard.cut();
    other.await(other::ended);
    int before = one.video().size();
    one.await(() -> one.video().size() >= before + 10);
    assertNothingIsMissing(one);
    assertThat(one.marks()).allMatch(mark -> mark.camera().equals("front/main"));
  }

  private EngineRequest request(Transport transport) {
    return new EngineRequest(
        "front/main",
        new StreamSource.Rtsp(
            camera.uri("main"), Optional.of(new Credentials("admin", PASSWORD)), transport, false),
        Duration.ofSeconds(10));
  }

  private Received receive(Transport transport) {
    return open(request(transport));
  }

  private Received receive(
      URI uri, Optional<Credentials> login, Transport transport, boolean basicAllowed) {
    return open(
        new EngineRequest(
            "test",
            new StreamSource.Rtsp(uri, login, transport, basicAllowed),
            Duration.ofSeconds(10)));
  }

  private Received open(EngineRequest request) {
    var received = new Received();
    sessions.add(engine.open(request, received));
    return received;
  }

  private static void assertNothingIsMissing(Received received) {
    assertThat(received.misbehaved()).isEmpty();
    assertThat(received.failure()).as(received.cause()).isEmpty();
    assertThat(received.video()).allMatch(unit -> unit.marks().size() == 1);
    assertThat(FrameMark.problem(received.marks())).isEmpty();
    assertThat(steps(received.video())).allMatch(step -> step >= 0);
    assertThat(received.lost()).isZero();
  }

  private static List<Long> steps(List<Unit> units) {
    var steps = new ArrayList<Long>();
    for (int i = 1; i < units.size(); i++) {
      steps.add(units.get(i).dts() - units.get(i - 1).dts());
    }
    return steps;
  }

  /** Keeps what an engine tells, and notices what it must not do. */
  static final class Received implements EngineSink {
    private static final long PATIENCE_MILLIS = 60_000;

    /** An access unit, without its bytes. */
    record Unit(
        int track,
        long pts,
        long dts,
        boolean keyframe,
        boolean wholeNalUnits,
        List<FrameMark> marks) {}

    private final List<StreamFormat> formats = new ArrayList<>();
    private final List<Integer> formatStarts = new ArrayList<>();
    private final List<Unit> units = new ArrayList<>();
    private final List<String> misbehaved = new ArrayList<>();
    private long lost;
    private Optional<CameraException.Kind> failure = Optional.empty();
    private String cause = "";
    private boolean forbidden;
    private int inside;

    @Override
    public void format(StreamFormat format) {
      enter("format");
      synchronized (this) {
        formats.add(format);
        formatStarts.add(video().size());
        notifyAll();
      }
      leave();
    }

    @Override
    public void unit(int track, long pts, long dts, boolean keyframe, ByteBuffer payload) {
      enter("unit");
      ByteBuffer bytes = payload.slice();
      synchronized (this) {
        check(!formats.isEmpty(), "a unit before the format");
        boolean video =
            !formats.isEmpty() && formats.get(formats.size() - 1).track(track).codec().isVideo();
        units.add(
            new Unit(
                track,
                pts,
                dts,
                keyframe,
                !video || isWhole(bytes),
                video ? FrameMark.in(bytes) : List.of()));
        notifyAll();
      }
      leave();
    }

    @Override
    public synchronized void lostPackets(long count) {
      check(count >= 0, "a negative count of packets");
      lost += count;
      notifyAll();
    }

    @Override
    public void failed(CameraException.Kind kind, String why) {
      enter("failed");
      synchronized (this) {
        failure = Optional.of(kind);
        cause = why;
        notifyAll();
      }
      leave();
    }

    private synchronized void enter(String what) {
      check(++inside == 1, what + " while another call was under way");
      check(!forbidden, what + " after the session was closed");
      check(failure.isEmpty(), what + " after it had failed");
    }

    private synchronized void leave() {
      inside--;
    }

    private void check(boolean good, String bad) {
      if (!good) {
        misbehaved.add(bad);
      }
    }

    private static boolean isWhole(ByteBuffer nalUnits) {
      int at = 0;
      while (at + 4 <= nalUnits.limit()) {
        int length = nalUnits.getInt(at);
        if (length <= 0 || length > nalUnits.limit() - at - 4) {
          return false;
        }
        at += 4 + length;
      }
      return at == nalUnits.limit() && at > 0;
    }

    /** Nothing may be told from now on. */
    synchronized void forbid() {
      check(inside == 0, "a call was under way when the session was closed");
      forbidden = true;
    }

    synchronized void await(BooleanSupplier condition) {
      long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
      while (!condition.getAsBoolean()) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new AssertionError(
              "waited in vain: %d units, %d formats, %s %s"
                  .formatted(units.size(), formats.size(), failure, cause));
        }
        try {
          wait(Math.min(left, 100));
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }

    synchronized List<StreamFormat> formats() {
      return List.copyOf(formats);
    }

    /** How many pictures came before the format of that index. */
    synchronized int unitsBeforeFormat(int index) {
      return formatStarts.get(index);
    }

    synchronized List<Unit> video() {
      return units.stream().filter(unit -> unit.track() == 1).toList();
    }

    synchronized List<Unit> audio() {
      return units.stream().filter(unit -> unit.track() == 2).toList();
    }

    synchronized List<FrameMark> marks() {
      return units.stream().flatMap(unit -> unit.marks().stream()).toList();
    }

    synchronized long lost() {
      return lost;
    }

    synchronized boolean ended() {
      return failure.isPresent();
    }

    synchronized Optional<CameraException.Kind> failure() {
      return failure;
    }

    synchronized String cause() {
      return cause;
    }

    synchronized List<String> misbehaved() {
      return List.copyOf(misbehaved);
    }
  }
}
