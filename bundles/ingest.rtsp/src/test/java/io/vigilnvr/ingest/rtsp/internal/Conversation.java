package io.vigilnvr.ingest.rtsp.internal;

import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.Credentials;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.camera.StreamSource.Transport;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.media.StreamFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A session and a scripted camera, on the thread of the test and in its time. */
final class Conversation implements AutoCloseable, EngineSink {
  /** H.264 of 640x360. */
  static final String SPROP = "Z0LAHtkAoC/5YQAAAwABAAADADIPFi5I,aMuDyw==";

  /** The number of the first picture that is made. */
  static final int FIRST = 1000;

  static final byte[] IDR = {0x65, (byte) 0x88, 1, 2, 3};

  static final String SDP =
      "v=0\r\no=- 0 0 IN IP4 0\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
          + "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;sprop-parameter-sets="
          + SPROP
          + "\r\na=control:track1\r\n";

  final Loop loop;
  final RtspSession session;
  final FakeWire wire;
  final List<StreamFormat> formats = new ArrayList<>();
  final List<String> failures = new ArrayList<>();
  int units;
  long bytes;
  long lost;
  int handedOver;
  boolean wantsData;
  final List<String> data = new ArrayList<>();
  int number = FIRST;
  private long now = System.nanoTime();

  Conversation(FakeWire.Camera camera) {
    this(camera, Optional.of(new Credentials("admin", "pw")));
  }

  Conversation(FakeWire.Camera camera, Optional<Credentials> login) {
    try {
      loop = new Loop(Duration.ofMillis(30));
      session =
          new RtspSession(
              loop,
              new StreamSource.Rtsp(
                  URI.create("rtsp://192.0.2.7/live?a=1"), login, Transport.TCP, false),
              this);
      wire = new FakeWire(camera);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Talks until nobody has anything to say. */
  Conversation talk() throws IOException {
    session.talk(wire);
    return read();
  }

  Conversation read() {
    // A turn may end with more to take than was read in it.
    for (int idle = 0; idle < 100 && failures.isEmpty(); idle++) {
      long before = wire.taken;
      session.read(System.nanoTime());
      if (wire.taken != before) {
        idle = 0;
      }
    }
    return this;
  }

  /** Time goes by, and nothing comes. */
  Conversation later(Duration time) {
    now = Math.max(now, System.nanoTime()) + time.toNanos();
    session.tick(now);
    return this;
  }

  String failure() {
    return failures.isEmpty() ? "" : failures.get(0);
  }

  static byte[] answer(String request, String status, String fields, String body) {
    int at = request.indexOf("CSeq: ");
    String number = request.substring(at + 6, request.indexOf("\r\n", at));
    return Rtp.text(
        "RTSP/1.0 "
            + status
            + "\r\nCSeq: "
            + number
            + "\r\n"
            + fields
            + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
            + "\r\n"
            + body);
  }

  /** What a good camera answers. */
  static byte[] good(String request) {
    return good(request, SDP);
  }

  static byte[] good(String request, String sdp) {
    String method = request.substring(0, request.indexOf(' '));
    return switch (method) {
      case "OPTIONS" -> answer(request, "200 OK", "Public: DESCRIBE, GET_PARAMETER\r\n", "");
      case "DESCRIBE" -> answer(request, "200 OK", "Content-Type: application/sdp\r\n", sdp);
      case "SETUP" -> {
        int at = request.indexOf("interleaved=");
        yield answer(
            request,
            "200 OK",
            "Session: 12ab;timeout=20\r\nTransport: RTP/AVP/TCP;unicast;"
                + request.substring(at, request.indexOf("\r\n", at))
                + "\r\n",
            "");
      }
      default -> answer(request, "200 OK", "Session: 12ab\r\n", "");
    };
  }

  /** The next picture, whatever was sent before. */
  byte[] picture() {
    return picture(number++);
  }

  static byte[] picture(int number) {
    return Rtp.interleaved(0, Rtp.packet(number, number * 3600L, true, IDR));
  }

  @Override
  public void format(StreamFormat format) {
    formats.add(format);
  }

  @Override
  public void unit(int track, long ptsTicks, long dtsTicks, boolean keyframe, ByteBuffer payload) {
    units++;
    bytes += payload.remaining();
  }

  @Override
  public boolean wantsData() {
    return wantsData;
  }

  @Override
  public void data(String type, long ticks, ByteBuffer payload) {
    data.add(type + " " + StandardCharsets.UTF_8.decode(payload));
  }

  @Override
  public void handOver() {
    handedOver++;
  }

  @Override
  public void lostPackets(long count) {
    lost += count;
  }

  @Override
  public void failed(Kind kind, String cause) {
    failures.add(kind + ": " + cause);
  }

  @Override
  public void close() {
    session.abandon();
    loop.close();
  }
}
