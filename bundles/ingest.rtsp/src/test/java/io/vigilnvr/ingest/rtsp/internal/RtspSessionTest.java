package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cameras as they are, and as they should not be, word by word. */
final class RtspSessionTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final byte[] NOTHING = {};

  private final List<Conversation> all = new ArrayList<>();

  private Conversation with(FakeWire.Camera camera) throws IOException {
    var conversation = new Conversation(camera);
    all.add(conversation);
    return conversation.talk();
  }

  /** One that does all well but what the other does. */
  private Conversation but(String method, FakeWire.Camera other) throws IOException {
    return with(
        request ->
            request.startsWith(method + " ") ? other.apply(request) : Conversation.good(request));
  }

  @AfterEach
  void end() {
    all.forEach(Conversation::close);
  }

  private static void plays(Conversation conversation) {
    int before = conversation.units;
    conversation.wire.send(conversation.picture(), conversation.picture());
    conversation.read();
    assertThat(conversation.failures).isEmpty();
    assertThat(conversation.units).isEqualTo(before + 2);
    assertThat(conversation.session.isPlaying()).isTrue();
  }

  private static void fails(Conversation conversation, String why) {
    assertThat(conversation.failures).hasSize(1);
    assertThat(conversation.failure()).contains(why);
    assertThat(conversation.session.isGone()).isTrue();
  }

  // The way it should be

  @Test
  void asksForOneThingAfterTheOther() throws Exception {
    Conversation good = with(Conversation::good);
    assertThat(good.wire.methods()).containsExactly("OPTIONS", "DESCRIBE", "SETUP", "PLAY");
    assertThat(good.wire.requests().get(0)).startsWith("OPTIONS rtsp://192.0.2.7:554/live?a=1 ");
    assertThat(good.wire.requests().get(3)).contains("Session: 12ab\r\n");
    plays(good);
    assertThat(good.formats).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 100})
  void piecesMayBeOfAnySize(int piece) throws Exception {
    var conversation = new Conversation(Conversation::good);
    all.add(conversation);
    conversation.wire.pieces(piece);
    plays(conversation.talk());
  }

  /** RFC 2326, 12.37: the session ends without; A.1: what it is asked with. */
  @Test
  void keepsTheSessionAlive() throws Exception {
    Conversation good = with(Conversation::good);
    plays(good);
    good.later(Duration.ofSeconds(9));
    assertThat(good.wire.methods()).hasSize(4);
    good.later(Duration.ofSeconds(2)).read();
    assertThat(good.wire.methods()).hasSize(5).endsWith("GET_PARAMETER");
    plays(good);
  }

  @Test
  void keepsTheSessionAliveTheOtherWayIfTheOneIsNotKnown() throws Exception {
    Conversation camera =
        but("GET_PARAMETER", request -> Conversation.answer(request, "501 No", "", ""));
    camera.later(Duration.ofSeconds(11)).read().later(Duration.ofSeconds(22)).read();
    assertThat(camera.wire.methods()).endsWith("GET_PARAMETER", "OPTIONS");
    Conversation silent = but("GET_PARAMETER", request -> NOTHING);
    silent.later(Duration.ofSeconds(11)).later(Duration.ofSeconds(22)).read();
    assertThat(silent.wire.methods()).endsWith("GET_PARAMETER", "OPTIONS");
    plays(silent);
  }

  @Test
  void reportsOnTheChannelForReports() throws Exception {
    Conversation good = with(Conversation::good);
    plays(good);
    good.later(Duration.ofSeconds(6));
    assertThat(good.wire.reports()).hasSize(4 + 32 + 16).startsWith('$', 1, 0, 48);
  }

  @Test
  void saysGoodbye() throws Exception {
    Conversation good = with(Conversation::good);
    plays(good);
    good.session.close();
    good.loop.call(() -> {});
    assertThat(good.wire.methods()).endsWith("TEARDOWN");
    good.wire.send(good.picture());
    good.read();
    assertThat(good.session.isGone()).isTrue();
    assertThat(good.units).isEqualTo(2);
    assertThat(good.failures).isEmpty();
  }

  // Tolerances

  /** RFC 2326, C.1.1, and what cameras make of it. */
  @ParameterizedTest
  @CsvSource({
    "rtsp://192.0.2.7/live/, track1, rtsp://192.0.2.7/live/track1",
    "rtsp://192.0.2.7/live, track1, rtsp://192.0.2.7/live/track1",
    "rtsp://192.0.2.7/live/, /track1, rtsp://192.0.2.7/live/track1",
    "rtsp://192.0.2.7/live?b=2, trackID=1, rtsp://192.0.2.7/live?b=2/trackID=1",
    "rtsp://192.0.2.7/live, *, rtsp://192.0.2.7/live",
    "rtsp://192.0.2.7/live, '', rtsp://192.0.2.7/live",
    "rtsp://192.0.2.7/live, rtsp://10.0.0.1:8554/t/1, rtsp://10.0.0.1:8554/t/1",
    "'', track1, rtsp://192.0.2.7:554/live?a=1/track1",
    "http://192.0.2.7/, track1, rtsp://192.0.2.7:554/live?a=1/track1",
    "not an address, track1, rtsp://192.0.2.7:554/live?a=1/track1",
    "rtsp://192.0.2.7/live, 'a b', rtsp://192.0.2.7/live"
  })
  void findsTracks(String base, String control, String expected) throws Exception {
    Conversation camera =
        but(
            "DESCRIBE",
            request ->
                Conversation.answer(
                    request,
                    "200 OK",
                    base.isEmpty() ? "" : "Content-Base: " + base + "\r\n",
                    Conversation.SDP.replace("control:track1", "control:" + control)));
    assertThat(camera.wire.requests().get(2)).startsWith("SETUP " + expected + " RTSP/1.0\r\n");
  }

  /** RFC 2326, 12.39: the server has the last word on channels. */
  @Test
  void takesTheChannelsThatTheCameraChooses() throws Exception {
    Conversation camera =
        but(
            "SETUP",
            request ->
                Conversation.answer(
                    request,
                    "200 OK",
                    "Session: a\r\nTransport: RTP/AVP/TCP;interleaved=4-5\r\n",
                    ""));
    camera.wire.send(Rtp.interleaved(4, Rtp.packet(1, 0, true, Conversation.IDR)));
    camera.wire.send(Conversation.picture(2));
    assertThat(camera.read().units).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Transport: nonsense\r\n",
        "Transport: ;;;interleaved=;interleaved=x-y\r\n",
        "Transport: RTP/AVP/TCP;interleaved=255-256\r\n",
        "Transport: RTP/AVP/TCP;interleaved=-3--2\r\n",
        "Transport: RTP/AVP/TCP;interleaved=99999999999\r\n"
      })
  void aNonsensicalTransportIsTheOneThatWasAskedFor(String transport) throws Exception {
    plays(
        but(
            "SETUP",
            request -> Conversation.answer(request, "200 OK", "Session: a\r\n" + transport, "")));
  }

  /** RFC 2326, 10.12: packets may come on the connection as soon as it plays, before it says so. */
  @Test
  void packetsMayComeBeforeTheAnswer() throws Exception {
    Conversation camera =
        but(
            "PLAY",
            request ->
                Rtp.join(
                    Conversation.picture(Conversation.FIRST - 3),
                    Conversation.picture(Conversation.FIRST - 2),
                    Conversation.answer(request, "200 OK", "", ""),
                    Conversation.picture(Conversation.FIRST - 1)));
    assertThat(camera.units).isEqualTo(3);
    plays(camera);
  }

  @Test
  void whatPlaysPlaysAlsoIfItNeverSaysSo() throws Exception {
    Conversation camera = but("PLAY", request -> Conversation.picture(Conversation.FIRST - 1));
    camera.later(Duration.ofSeconds(11));
    plays(camera);
  }

  /** RFC 2326, 10.5. */
  @Test
  void playsWithoutARangeIfACameraKnowsNone() throws Exception {
    Conversation camera =
        but(
            "PLAY",
            request ->
                request.contains("Range:")
                    ? Conversation.answer(request, "457 Invalid Range", "", "")
                    : Conversation.good(request));
    plays(camera);
  }

  /** Otherwise the answer to OPTIONS would be taken for the one to DESCRIBE. */
  @Test
  void aSecondAnswerIsNone() throws Exception {
    plays(with(request -> Rtp.join(Conversation.good(request), Conversation.good(request))));
  }

  /** RFC 2326, 14.2 does without. */
  @ParameterizedTest
  @ValueSource(strings = {"501 Not Implemented", "404 Not Found", "454 Session Not Found"})
  void optionsNeedNotBeKnown(String status) throws Exception {
    Conversation camera = but("OPTIONS", request -> Conversation.answer(request, status, "", ""));
    plays(camera);
    camera.later(Duration.ofSeconds(11)).read();
    assertThat(camera.wire.methods()).as("no other way is known").endsWith("OPTIONS");
    plays(camera);
  }

  /** RFC 2326, 11.3.12. */
  @Test
  void saysIfTheTransportIsRefused() throws Exception {
    fails(
        but("SETUP", request -> Conversation.answer(request, "461 Unsupported Transport", "", "")),
        "does not send over TCP");
  }

  @Test
  void answersNeedNoNumber() throws Exception {
    plays(
        with(
            request ->
                Rtp.text(
                    new String(Conversation.good(request), StandardCharsets.UTF_8)
                        .replaceAll("CSeq: \\d+\r\n", ""))));
  }

  @Test
  void aSoundThatIsRefusedDoesNotLoseThePictures() throws Exception {
    String sdp =
        Conversation.SDP + "m=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=control:track2\r\n";
    Conversation camera =
        with(
            request ->
                request.startsWith("SETUP") && request.contains("/track2")
                    ? Conversation.answer(request, "400 Bad Request", "", "")
                    : Conversation.good(request, sdp));
    plays(camera);
    assertThat(camera.formats.get(0).tracks()).hasSize(1);
  }

  private static final String METADATA =
      """
      m=application 0 RTP/AVP 96
      a=rtpmap:96 vnd.onvif.metadata.gzip/90000
      a=control:track3
      """;

  private Conversation wanting(String refused) throws IOException {
    String sdp =
        Conversation.SDP
            + METADATA
            + "m=audio 0 RTP/AVP 8\r\na=control:track2\r\n"
            + METADATA.replace("track3", "track4");
    var conversation =
        new Conversation(
            request ->
                request.startsWith("SETUP") && request.contains(refused)
                    ? Conversation.answer(request, "404 Not Found", "", "")
                    : Conversation.good(request, sdp));
    all.add(conversation);
    conversation.wantsData = true;
    return conversation.talk();
  }

  /** ONVIF Streaming Specification, 5.1.2.1.1. */
  @Test
  void metadataIsReceivedIfItIsWanted() throws Exception {
    Conversation camera = wanting("nothing");
    assertThat(camera.wire.methods())
        .containsExactly("OPTIONS", "DESCRIBE", "SETUP", "SETUP", "SETUP", "PLAY");
    plays(camera);
    camera.wire.send(
        Rtp.interleaved(4, Rtp.packet(1, 0, false, Rtp.text("<a>"))),
        Rtp.interleaved(4, Rtp.packet(2, 0, true, Rtp.text("</a>"))));
    assertThat(camera.read().data).containsExactly("application/vnd.onvif.metadata.gzip <a></a>");
    assertThat(camera.formats.get(0).tracks()).as("pictures and sound").hasSize(2);
  }

  @Test
  void metadataThatIsRefusedDoesNotLoseTheRest() throws Exception {
    Conversation camera = wanting("/track3");
    plays(camera);
    assertThat(camera.formats.get(0).tracks()).hasSize(2);
  }

  @Test
  void metadataGoesOnWithoutASoundThatIsRefused() throws Exception {
    Conversation camera = wanting("/track2");
    plays(camera);
    camera.wire.send(Rtp.interleaved(2, Rtp.packet(1, 0, true, Rtp.text("<a/>"))));
    assertThat(camera.read().data).hasSize(1);
    assertThat(camera.formats.get(0).tracks()).hasSize(1);
  }

  @Test
  void soundIsNotUnderstoodButThePicturesAre() throws Exception {
    String sdp =
        Conversation.SDP
            + "m=audio 0 RTP/AVP 97\r\na=rtpmap:97 MPEG4-GENERIC/48000\r\n"
            + "a=fmtp:97 mode=CELP-vbr;config=1190\r\na=control:track2\r\n";
    plays(with(request -> Conversation.good(request, sdp)));
  }

  @Test
  void countsOfItsBytesMayBeLost() throws Exception {
    Conversation camera = with(Conversation::good);
    camera.wire.send(
        Conversation.picture(1),
        Rtp.text("\r\n"), // RFC 7826, 4: empty lines
        Conversation.picture(2),
        new byte[] {1, 2, 3, 'R', 'A', 'B', '$', 77, 0, 9, '$', 0, (byte) 0xff, (byte) 0xff, 0},
        Conversation.picture(3),
        Rtp.text("OPTIONS rtsp://x RTSP/1.0\r\nCSeq: 9\r\n\r\n"),
        Conversation.picture(4));
    camera.read();
    assertThat(camera.failures).isEmpty();
    assertThat(camera.units).isEqualTo(4);
    assertThat(camera.wire.requests())
        .anyMatch(each -> each.startsWith("RTSP/1.0 200 OK\r\nCSeq: 9"));
  }

  @Test
  void answersWhatACameraAsks() throws Exception {
    Conversation camera = with(Conversation::good);
    camera.wire.send(
        Rtp.text("SET_PARAMETER x RTSP/1.0\r\nCSeq: 3$%&\r\nContent-Length: 2\r\n\r\nab"));
    camera.read();
    assertThat(camera.wire.requests()).endsWith("RTSP/1.0 501 Not Implemented\r\nCSeq: 3\r\n\r\n");
    plays(camera);
  }

  // Hostility

  @ParameterizedTest
  @ValueSource(strings = {"OPTIONS", "DESCRIBE", "SETUP", "PLAY"})
  void aCameraThatDoesNotAnswerIsLeftInTime(String method) throws Exception {
    Conversation camera = but(method, request -> NOTHING);
    camera.later(Duration.ofSeconds(9));
    assertThat(camera.failures).isEmpty();
    fails(camera.later(Duration.ofSeconds(2)), "no answer from 192.0.2.7");
  }

  /** One byte in a second, of a header or a body, for ever; and questions of its own beside. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "RTSP/1.0 200 OK\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaa",
        "RTSP/1.0 200 OK\r\nContent-Length: 200000\r\n\r\nvvvvvvvvvvvvvvv"
      })
  void aTrickleDoesNotPutOffTheEnd(String text) throws Exception {
    Conversation camera = but("DESCRIBE", request -> NOTHING);
    for (int i = 0; i < 11 && camera.failures.isEmpty(); i++) {
      camera.wire.send(Rtp.text(text.substring(i, i + 1)));
      camera.read().later(SECOND);
    }
    fails(camera, "no answer");
    Conversation asking = but("DESCRIBE", request -> NOTHING);
    for (int i = 0; i < 11 && asking.failures.isEmpty(); i++) {
      asking.wire.send(Rtp.text("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"));
      asking.read().later(SECOND);
    }
    fails(asking, "no answer");
  }

  @Test
  void endlessHeadersAndLies() throws Exception {
    fails(
        but("DESCRIBE", request -> Rtp.text("RTSP/1.0 200 OK\r\nX: " + "a".repeat(1 << 20))),
        "header");
    fails(
        but("DESCRIBE", request -> Rtp.text("RTSP/1.0 200 OK\r\n" + "a: b\r\n".repeat(10_000))),
        "header");
    fails(
        but(
            "DESCRIBE",
            request -> Rtp.text("RTSP/1.0 200 OK\r\nContent-Length: 4294967295\r\n\r\n")),
        "length");
    fails(
        but(
            "OPTIONS",
            request -> Rtp.text("HTTP/1.1 400 Bad Request\r\n\r\n" + "x".repeat(70_000))),
        "neither");
    fails(but("OPTIONS", request -> new byte[100_000]), "neither");
    fails(
        but("PLAY", request -> Rtp.join(Conversation.good(request), new byte[100_000])), "neither");
  }

  @Test
  void refusalsWithoutEnd() throws Exception {
    int[] nonce = new int[1];
    Conversation digest =
        but(
            "DESCRIBE",
            request ->
                Conversation.answer(
                    request,
                    "401 Unauthorized",
                    "WWW-Authenticate: Digest realm=\"r\", nonce=\"" + nonce[0]++ + "\"\r\n",
                    ""));
    fails(digest, "UNAUTHORIZED: wrong user name or password");
    assertThat(digest.wire.methods()).containsExactly("OPTIONS", "DESCRIBE", "DESCRIBE");
    Conversation stale =
        but(
            "DESCRIBE",
            request ->
                Conversation.answer(
                    request,
                    "401 Unauthorized",
                    "WWW-Authenticate: Digest realm=\"r\", stale=true, nonce=\""
                        + nonce[0]++
                        + "\"\r\n",
                    ""));
    fails(stale, "UNAUTHORIZED");
    assertThat(stale.wire.methods()).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rtsp://192.0.2.7/live",
        "rtsp://192.0.2.7:554/other",
        "rtsp://192.0.2.8/live",
        "rtsp://192.0.2.7:8554/live",
        "rtsps://192.0.2.7/live",
        "rtsp://a:b@192.0.2.7/live",
        "file:///etc/passwd",
        "http://192.0.2.7/",
        "rtsp://",
        ""
      })
  void redirectsEndAndLeadNowhereElse(String to) throws Exception {
    Conversation camera =
        but(
            "DESCRIBE",
            request -> Conversation.answer(request, "302 Found", "Location: " + to + "\r\n", ""));
    fails(camera, "refused");
    assertThat(camera.wire.methods().size()).isLessThanOrEqualTo(5);
    assertThat(camera.wire.requests()).noneMatch(each -> each.contains("192.0.2.8"));
  }

  @ParameterizedTest
  @ValueSource(ints = {513, 64_000})
  void longNamesOfSessions(int length) throws Exception {
    fails(
        but(
            "SETUP",
            request ->
                Conversation.answer(
                    request, "200 OK", "Session: " + "a".repeat(length) + "\r\n", "")),
        "names the session");
  }

  @Test
  void namesOfSessionsThatWouldEndALine() throws Exception {
    fails(
        but(
            "SETUP",
            request -> Conversation.answer(request, "200 OK", "Session: a\u0001b\r\n", "")),
        "names the session");
    Conversation folded =
        but(
            "SETUP",
            request -> Conversation.answer(request, "200 OK", "Session: ab\r\n X: y\r\n", ""));
    assertThat(folded.wire.requests().get(3)).contains("Session: ab\r\n").doesNotContain("X:");
  }

  @Test
  void tenThousandMedia() throws Exception {
    fails(
        with(request -> Conversation.good(request, "m=video 0 RTP/AVP 96\r\n".repeat(10_000))),
        "more tracks");
  }

  /** So that the worker looks once for all that a tick brought, and not at all for nothing. */
  @Test
  void handsOverWhatATickBroughtOnce() throws Exception {
    Conversation camera = with(Conversation::good);
    camera.session.handOver();
    assertThat(camera.handedOver).as("nothing came yet").isZero();
    camera.wire.send(camera.picture(), camera.picture());
    camera.read();
    assertThat(camera.units).isEqualTo(2);
    camera.session.handOver();
    camera.session.handOver();
    assertThat(camera.handedOver).isEqualTo(1);
  }

  /** A read that gets nothing costs as much as half of one that gets a picture. */
  @Test
  void asksTheSystemOnceForWhatATickBrought() throws Exception {
    Conversation camera = with(Conversation::good);
    camera.wire.takenWhole = true;
    camera.wire.send(Rtp.join(camera.picture(), camera.picture()));
    int before = camera.wire.reads;
    camera.session.read(System.nanoTime());
    assertThat(camera.units).isEqualTo(2);
    assertThat(camera.wire.reads).isEqualTo(before + 1);
  }

  @Test
  void talkWithoutBeingAsked() throws Exception {
    Conversation camera = with(Conversation::good);
    camera.wire.send(Rtp.text("OPTIONS * RTSP/1.0\r\n\r\n".repeat(5000)));
    fails(camera.read(), "without being asked");
    assertThat(camera.wire.requests().size()).isLessThan(110);
  }

  @Test
  void lengthsThatLie() throws Exception {
    Conversation camera = with(Conversation::good);
    camera.wire.send(new byte[] {'$', 0, (byte) 0xff, (byte) 0xff});
    camera.wire.send(Conversation.picture(1));
    assertThat(camera.read().units).as("inside the long one").isZero();
    camera.wire.send(new byte[65_535 - Conversation.picture(1).length]);
    plays(camera.read());
  }

  @Test
  void absurdPackets() throws Exception {
    Conversation camera = with(Conversation::good);
    byte[] extension = Rtp.packet(1, 0, true, Rtp.hex("beefffff 6588"));
    extension[0] |= 0x10;
    camera.wire.send(
        Rtp.interleaved(0, extension), Rtp.interleaved(0, NOTHING), Rtp.interleaved(1, NOTHING));
    plays(camera.read());
  }

  /** What one camera may cost in its turn, so that the others have theirs. */
  @Test
  void aFloodIsTakenInTurns() throws Exception {
    Conversation camera = with(Conversation::good);
    byte[] unknown = Rtp.interleaved(200, new byte[1000]);
    byte[] flood = new byte[unknown.length * 8000];
    for (int i = 0; i < flood.length; i += unknown.length) {
      System.arraycopy(unknown, 0, flood, i, unknown.length);
    }
    long before = camera.wire.taken;
    camera.wire.send(flood);
    camera.session.read(System.nanoTime());
    assertThat(camera.wire.taken - before).isLessThanOrEqualTo(2 << 20).isPositive();
    plays(camera.read());
    // When the time is over, what was read waits; nothing of it is lost.
    for (int i = 0; i < 200; i++) {
      camera.wire.send(camera.picture());
    }
    camera.wire.pieces(Integer.MAX_VALUE);
    int units = camera.units;
    for (int turn = 0; turn < 1000 && camera.units < units + 200; turn++) {
      camera.session.read(System.nanoTime() - SECOND.toNanos());
    }
    assertThat(camera.units).isEqualTo(units + 200);
  }

  @Test
  void picturesAndFormatsWithoutEnd() throws Exception {
    Conversation pictures = with(Conversation::good);
    for (int i = 0; i < 3000; i++) {
      pictures.wire.send(Conversation.picture(i));
    }
    fails(pictures.read(), "more pictures");
    Conversation formats = with(Conversation::good);
    for (int i = 0; i < 10; i++) {
      byte[] pps = {0x68, (byte) 0xcb, (byte) 0x83, (byte) (0x40 + i)};
      formats.wire.send(
          Rtp.interleaved(0, Rtp.packet(2 * i, i * 3600L, false, pps)),
          Rtp.interleaved(0, Rtp.packet(2 * i + 1, i * 3600L, true, Conversation.IDR)));
    }
    fails(formats.read(), "changes its format");
  }

  @Test
  void hangsUp() throws Exception {
    Conversation camera = with(Conversation::good);
    camera.wire.send(Conversation.picture(1));
    camera.wire.hangUp();
    fails(camera.read().read(), "broke");
    assertThat(camera.units).isEqualTo(1);
  }

  @Test
  void withoutALogin() throws Exception {
    var camera =
        new Conversation(
            request ->
                Conversation.answer(
                    request, "401 No", "WWW-Authenticate: Basic realm=\"x\"\r\n", ""),
            Optional.empty());
    all.add(camera);
    fails(camera.talk(), "asks for a user name");
  }
}
