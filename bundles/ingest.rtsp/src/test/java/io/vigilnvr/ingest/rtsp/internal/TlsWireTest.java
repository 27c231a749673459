package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.Credentials;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.tck.Authentication;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCameras;
import io.vigilnvr.tck.TlsFront;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@SuppressWarnings("try")
final class TlsWireTest {
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static String fingerprint(int port) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, null);
    try (var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      byte[] certificate = socket.getSession().getPeerCertificates()[0].getEncoded();
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate));
    }
  }

  /** What came of it: {@code unit}, or why not. */
  private static String receive(SimulatedCameras cameras, TlsFront front, String certificate)
      throws Exception {
    var came = new CompletableFuture<String>();
    var engine = new RtspEngine();
    var source =
        new StreamSource.Rtsp(
            front.uri(cameras.camera("one").uri("main")),
            Optional.of(new Credentials("admin", "pw")),
            StreamSource.Transport.TCP,
            false,
            "",
            certificate);
    try (var session =
        engine.open(
            new EngineRequest("one", source, Duration.ofSeconds(10)),
            new EngineSink() {
              @Override
              public void format(StreamFormat format) {}

              @Override
              public void unit(int track, long pts, long dts, boolean key, ByteBuffer payload) {
                came.complete("unit");
              }

              @Override
              public void lostPackets(long count) {}

              @Override
              public void failed(Kind kind, String cause) {
                came.complete(kind + ": " + cause);
              }
            })) {
      return came.get(30, TimeUnit.SECONDS);
    } finally {
      engine.close();
    }
  }

  @Test
  void talksToTheCameraOfTheCertificateAndToNoOther() throws Exception {
    try (var cameras = SimulatedCameras.start();
        var front = TlsFront.of(cameras)) {
      cameras.camera("one").stream("main", Sample.sub()).login("admin", "pw", Authentication.BASIC);
      String own = fingerprint(front.port());
      assertThat(receive(cameras, front, own)).isEqualTo("unit");
      assertThat(receive(cameras, front, "")).isEqualTo("unit");
      assertThat(receive(cameras, front, own.substring(2) + "00"))
          .startsWith("UNREACHABLE: the certificate of ");
    }
  }

  /** Nothing is said before the camera is known, and garbage ends it. */
  @ParameterizedTest
  @ValueSource(ints = {0x00, 0x16, 0x15, 'R', '$'})
  void endsWithGarbage(int first) throws Exception {
    var below = new FakeWire(request -> new byte[0]);
    var wire = new TlsWire(below, "192.0.2.1", 322, "");
    wire.write(ByteBuffer.wrap(Rtp.text("OPTIONS")));
    byte[] garbage = new byte[100_000];
    garbage[0] = (byte) first;
    garbage[1] = 3;
    garbage[2] = 3;
    garbage[3] = 0x40;
    below.send(garbage);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                wire.read(ByteBuffer.allocate(65_536));
              }
            })
        .isInstanceOf(IOException.class);
    assertThat(below.requests().toString()).doesNotContain("OPTIONS");
  }

  /** A camera that takes the connection and says nothing is left like one without TLS. */
  @Test
  void aHandshakeThatStallsEndsInTime() throws Exception {
    try (var conversation = new Conversation(request -> new byte[0])) {
      var below = new FakeWire(request -> new byte[0]);
      conversation.session.talk(new TlsWire(below, "192.0.2.7", 322, ""));
      conversation.later(Duration.ofSeconds(9));
      assertThat(conversation.failures).isEmpty();
      below.send(Rtp.hex("16 03 03 40 00 02 00 30"));
      conversation.later(Duration.ofSeconds(2));
      assertThat(conversation.failure()).contains("no answer");
    }
  }
}
