package io.vigilnvr.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vigilnvr.tck.RtspProbe.Packet;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(180)
final class SimulatedCamerasTest {
  private SimulatedCameras cameras;
  private SimulatedCamera front;

  @BeforeEach
  void start() throws IOException {
    cameras = SimulatedCameras.start();
    front = cameras.camera("front").stream("main", Sample.main().firstPictures(10));
  }

  @AfterEach
  void close() {
    cameras.close();
  }

  @Test
  void sendsEachPictureOnceAndGoesOnThroughTheLoop() throws IOException {
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      List<Packet> packets = probe.pictures(30);
      List<FrameMark> marks = RtspProbe.marks(packets);
      assertThat(marks).hasSize(30);
      assertThat(FrameMark.problem(marks)).isEmpty();
      assertThat(marks.get(0).camera()).isEqualTo("front/main");
      assertThat(timestamps(packets)).hasSize(30);
      assertThat(steps(timestamps(packets))).containsOnly(3600L);
      assertThat(steps(packets.stream().map(p -> (long) p.sequence()).toList()))
          .allMatch(step -> step == 1 || step == -0xffff);
      assertThat(packets.stream().filter(Packet::marker)).hasSizeBetween(29, 30);
    }
  }

  @Test
  void startsWithParameterSetsAndAKeyframe() throws IOException {
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      List<Packet> first = probe.pictures(1);
      assertThat(first.get(0).nalTypes()).startsWith(7, 8, 6);
      Packet second = probe.nextRtp();
      assertThat(first.get(0).nalTypes().contains(5) || second.nalTypes().contains(5)).isTrue();
    }
  }

  @Test
  void sendsBFramesInDecodingOrder() throws IOException {
    front.stream("b", Sample.bFrames().firstPictures(10));
    try (var probe = RtspProbe.playing(front.uri("b"))) {
      List<Packet> packets = probe.pictures(12);
      assertThat(FrameMark.problem(RtspProbe.marks(packets))).isEmpty();
      List<Long> stamps = timestamps(packets);
      assertThat(steps(stamps)).anyMatch(step -> step < 0).anyMatch(step -> step > 3600);
    }
  }

  @Test
  void servesSeveralClientsOfOnePathAlike() throws IOException {
    try (var one = RtspProbe.playing(front.uri("main"));
        var other = RtspProbe.playing(front.sharedUri("main"))) {
      var a = RtspProbe.marks(one.pictures(5));
      var b = RtspProbe.marks(other.pictures(5));
      assertThat(FrameMark.problem(a)).isEmpty();
      assertThat(FrameMark.problem(b)).isEmpty();
      assertThat(front.players("main")).isEqualTo(2);
    }
    Patience.until(() -> front.players("main") == 0);
    assertThat(front.sessions("main")).hasSize(2).allMatch(s -> s.frames() >= 5 && !s.open());
  }

  @Test
  void sendsMetadataToWhoeverSetsItUp() throws IOException {
    front.metadata();
    try (var probe = new RtspProbe(front.uri("main"))) {
      assertThat(probe.ask("DESCRIBE", "", "").body()).contains("vnd.onvif.metadata/90000");
      probe.ask("SETUP", "/trackID=2", "Transport: RTP/AVP/TCP;unicast;interleaved=4-5\r\n");
      probe.play();
      var numbers = new ArrayList<Long>();
      var document = new StringBuilder();
      while (numbers.size() < 8) {
        Packet packet = probe.next();
        if (packet.channel() == 4) {
          document.append(StandardCharsets.UTF_8.decode(packet.bytes().position(12)));
          if (packet.marker()) {
            var read = Metadata.read(document.toString()).orElseThrow();
            assertThat(read.source()).isEqualTo("front/main");
            numbers.add(read.number());
            document.setLength(0);
          }
        }
      }
      assertThat(steps(numbers)).containsOnly(1L);
    }
    assertThat(front.metadataSetUps()).isEqualTo(1);
  }

  @Test
  void answersEveryMethod() throws IOException {
    try (var probe = new RtspProbe(front.uri("main"))) {
      assertThat(probe.ask("OPTIONS", "", "").header("Public")).contains("GET_PARAMETER");
      var description = probe.ask("DESCRIBE", "", "Accept: application/sdp\r\n");
      assertThat(description.body()).contains("sprop-parameter-sets=", "H264/90000");
      assertThat(probe.ask("PLAY", "", "").status()).isEqualTo(455);
      assertThat(probe.ask("SETUP", "/trackID=0", "Transport: RTP/AVP;multicast\r\n").status())
          .isEqualTo(461);
      assertThat(probe.ask("SETUP", "/trackID=1", "Transport: RTP/AVP/TCP\r\n").status())
          .isEqualTo(404);
      probe.play();
      assertThat(probe.ask("GET_PARAMETER", "", "").header("Session")).contains("timeout=60");
      assertThat(probe.ask("GET_PARAMETER", "", "Session: other\r\n").status()).isEqualTo(454);
      assertThat(probe.ask("RECORD", "", "").status()).isEqualTo(501);
      assertThat(probe.ask("TEARDOWN", "", "").status()).isEqualTo(200);
      assertThatExceptionOfType(EOFException.class)
          .isThrownBy(
              () -> {
                while (true) {
                  probe.next();
                }
              });
    }
    try (var probe = new RtspProbe(URI.create(front.uri("main") + "x"))) {
      assertThat(probe.ask("DESCRIBE", "", "").status()).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @CsvSource({"DIGEST_MD5,MD5", "DIGEST_SHA256,SHA-256", "DIGEST_BOTH,SHA-256"})
  void takesTheRightLoginOnly(Authentication kind, String algorithm) throws Exception {
    front.login("admin", "right", kind);
    try (var probe = new RtspProbe(front.uri("main"))) {
      var challenge = probe.ask("DESCRIBE", "", "");
      assertThat(challenge.status()).isEqualTo(401);
      assertThat(challenge.header("WWW-Authenticate")).contains("algorithm=" + algorithm);
      probe.login(challenge, "DESCRIBE", "", "admin", "wrong");
      assertThat(probe.ask("DESCRIBE", "", "").status()).isEqualTo(401);
      probe.login(challenge, "DESCRIBE", "", "admin", "right");
      assertThat(probe.ask("DESCRIBE", "", "").status()).isEqualTo(200);
      front.expireNonces();
      var stale = probe.ask("DESCRIBE", "", "");
      assertThat(stale.header("WWW-Authenticate")).contains("stale=true");
      probe.login(stale, "DESCRIBE", "", "admin", "right");
      assertThat(probe.ask("DESCRIBE", "", "").status()).isEqualTo(200);
      front.password("other");
      assertThat(probe.ask("DESCRIBE", "", "").status()).isEqualTo(401);
    }
    assertThat(front.refusedLogins()).isEqualTo(2);
  }

  @Test
  void takesABasicLogin() throws IOException {
    front.login("a", "b", Authentication.BASIC);
    try (var probe = new RtspProbe(front.uri("main"))) {
      assertThat(probe.ask("DESCRIBE", "", "").header("WWW-Authenticate")).startsWith("Basic");
      probe.authorization("Authorization: Basic YTpj\r\n");
      assertThat(probe.ask("DESCRIBE", "", "").status()).isEqualTo(401);
      probe.authorization("Authorization: Basic YTpi\r\n");
      assertThat(probe.ask("DESCRIBE", "", "").status()).isEqualTo(200);
    }
  }

  @Test
  void stallsWithTheConnectionOpenAndGoesOnWithAKeyframe() throws IOException {
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      probe.pictures(2);
      front.stall();
      assertThat(probe.ask("GET_PARAMETER", "", "").status()).isEqualTo(200);
      long last = front.sessions("main").get(0).lastFrame();
      long stalledUntil = last + 6;
      Patience.until(() -> front.nextFrame("main") > stalledUntil);
      assertThat(front.sessions("main").get(0).lastFrame()).isEqualTo(last);
      front.resume();
      Packet packet = probe.nextRtp();
      while (packet.marks().isEmpty() || packet.marks().get(0).number() <= last) {
        packet = probe.nextRtp();
      }
      assertThat(packet.marks().get(0).number()).isGreaterThan(stalledUntil);
      assertThat(packet.nalTypes()).startsWith(7, 8);
    }
  }

  @Test
  void freezesWithoutAnswering() throws IOException {
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      front.freeze();
      probe.socket().setSoTimeout(300);
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(() -> probe.ask("OPTIONS", "", ""));
    }
  }

  @Test
  void acceptsAndNeverAnswersWhenHalfOpen() throws IOException {
    front.halfOpen();
    try (var probe = new RtspProbe(front.uri("main"))) {
      probe.socket().setSoTimeout(300);
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(() -> probe.ask("OPTIONS", "", ""));
    }
  }

  @Test
  void cutsItsConnectionsAndIsThereAgain() throws IOException {
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      probe.pictures(1);
      front.cut();
      assertThatExceptionOfType(EOFException.class)
          .isThrownBy(
              () -> {
                while (true) {
                  probe.next();
                }
              });
    }
    RtspProbe.playing(front.uri("main")).close();
  }

  @Test
  void refusesConnectionsUntilItResumesAtTheSamePort() throws IOException {
    URI uri = front.uri("main");
    front.unplug();
    assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> new RtspProbe(uri));
    try (var probe = new RtspProbe(front.sharedUri("main"))) {
      assertThatExceptionOfType(EOFException.class).isThrownBy(() -> probe.ask("OPTIONS", "", ""));
    }
    front.resume();
    RtspProbe.playing(uri).close();
  }

  @Test
  void jumpsInTime() throws IOException {
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      long before = probe.pictures(1).get(0).timestamp();
      front.jump(Duration.ofSeconds(-10));
      List<Long> stamps = timestamps(probe.pictures(10));
      assertThat(stamps.get(stamps.size() - 1) - before).isBetween(-900_000L, -800_000L);
    }
  }

  @Test
  void changesItsResolutionInBand() throws IOException {
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      probe.pictures(3);
      front.change("main", Sample.sub().firstPictures(10));
      List<Packet> packets = probe.pictures(12);
      List<FrameMark> marks = RtspProbe.marks(packets);
      assertThat(FrameMark.problem(marks)).isEmpty();
      assertThat(steps(timestamps(packets))).allMatch(step -> step > 0 && step <= 7200);
      assertThat(packets).anyMatch(packet -> packet.nalTypes().contains(7));
    }
  }

  @Test
  void cutsItsClientsWhenTheCodecChanges() throws IOException {
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      front.change("main", Sample.h265());
      assertThatExceptionOfType(EOFException.class)
          .isThrownBy(
              () -> {
                while (true) {
                  probe.next();
                }
              });
    }
    try (var probe = new RtspProbe(front.uri("main"))) {
      assertThat(probe.ask("DESCRIBE", "", "").body()).contains("H265/90000", "sprop-vps=");
    }
  }

  @Test
  void leavesMarkersOut() throws IOException {
    front.missingMarkers(true);
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      assertThat(probe.pictures(3)).noneMatch(Packet::marker);
    }
  }

  @Test
  void reportsRightWrongOrNotAtAll() throws IOException {
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      Packet report = probe.next();
      assertThat(report.channel()).isEqualTo(1);
      assertThat(report.bytes().get(1) & 0xff).isEqualTo(200);
      long seconds = Integer.toUnsignedLong(report.bytes().getInt(8)) - 2_208_988_800L;
      assertThat(seconds).isCloseTo(System.currentTimeMillis() / 1000, within(5));
    }
    front.rtcp(Rtcp.WRONG);
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      long seconds = Integer.toUnsignedLong(probe.next().bytes().getInt(8)) - 2_208_988_800L;
      assertThat(seconds).isNotCloseTo(System.currentTimeMillis() / 1000, within(86_400));
    }
    front.rtcp(Rtcp.ABSENT);
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      assertThat(probe.next().channel()).isZero();
    }
  }

  @Test
  void redirects() throws IOException {
    front.redirect(URI.create("rtsp://192.0.2.1/elsewhere"));
    try (var probe = new RtspProbe(front.uri("main"))) {
      var answer = probe.ask("DESCRIBE", "", "");
      assertThat(answer.status()).isEqualTo(302);
      assertThat(answer.header("Location")).isEqualTo("rtsp://192.0.2.1/elsewhere");
    }
  }

  @Test
  void losesPackets() throws IOException {
    front.loss(0.3, true);
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      List<Long> sequences =
          probe.pictures(10).stream().map(packet -> (long) packet.sequence()).toList();
      assertThat(steps(sequences)).anyMatch(step -> step > 1);
    }
  }

  @Test
  void sendsNoiseOutsideOfFraming() throws IOException {
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      probe.pictures(1);
      front.garbage(4000);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(
              () -> {
                while (true) {
                  Packet packet = probe.next();
                  assertThat(packet.channel()).isLessThan(2);
                }
              })
          .withMessageStartingWith("not a packet");
    } catch (AssertionError e) {
      // Noise may look like a packet, of a channel that nobody has.
      assertThat(e).hasMessageContaining("less than");
    }
  }

  @Test
  void spoilsPayloadsButNotFraming() throws IOException {
    front.garble(true);
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      List<FrameMark> marks = RtspProbe.marks(probe.pictures(20));
      assertThat(FrameMark.problem(marks)).isPresent();
    }
  }

  @Test
  void startsInTheMiddleOfAGopIfToldTo() throws IOException {
    front.startsWithKeyframe(false);
    boolean seen = false;
    // One try in 25 meets a keyframe.
    for (int i = 0; i < 5 && !seen; i++) {
      try (var probe = RtspProbe.playing(front.uri("main"))) {
        seen = !probe.pictures(1).get(0).nalTypes().contains(7);
      }
    }
    assertThat(seen).isTrue();
  }

  @Test
  void keepsParameterSetsToTheSdpOrToTheStream() throws IOException {
    front.parameterSets(true, false);
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      assertThat(probe.pictures(2)).noneMatch(packet -> packet.nalTypes().contains(7));
    }
    front.parameterSets(false, true);
    try (var probe = new RtspProbe(front.uri("main"))) {
      assertThat(probe.ask("DESCRIBE", "", "").body()).doesNotContain("sprop");
    }
  }

  @Test
  void endsASessionThatIsNotKeptAlive() throws IOException {
    front.timeout(Duration.ofSeconds(1), true);
    try (var probe = RtspProbe.playing(front.uri("main"))) {
      assertThatExceptionOfType(EOFException.class)
          .isThrownBy(
              () -> {
                while (true) {
                  probe.next();
                }
              });
    }
  }

  @Test
  void leavesNoThreadAndNoPort() {
    URI uri = front.uri("main");
    cameras.close();
    cameras.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("simulated-cameras"));
    assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> new RtspProbe(uri));
  }

  private static List<Long> timestamps(List<Packet> packets) {
    return packets.stream().filter(p -> !p.marks().isEmpty()).map(Packet::timestamp).toList();
  }

  private static List<Long> steps(List<Long> numbers) {
    var steps = new java.util.ArrayList<Long>();
    for (int i = 1; i < numbers.size(); i++) {
      steps.add(numbers.get(i) - numbers.get(i - 1));
    }
    return steps;
  }

  private static org.assertj.core.data.Offset<Long> within(long offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }
}
