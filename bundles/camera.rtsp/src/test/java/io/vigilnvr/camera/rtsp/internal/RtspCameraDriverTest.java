package io.vigilnvr.camera.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vigilnvr.api.camera.CameraConfig;
import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraSession;
import io.vigilnvr.api.camera.Credentials;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RtspCameraDriverTest {
  private static final CameraId DOOR = new CameraId("door");

  private final RtspCameraDriver driver =
      new RtspCameraDriver(new AddressPolicy(false), InetAddress::getAllByName);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rtsp://127.0.0.1:5432",
        "rtsp://[::1]/main",
        "rtsp://[::ffff:127.0.0.1]/main",
        "rtsp://localhost:8554/main",
        "rtsp://192.0.2.10/cam/realmonitor?channel=1&subtype=0",
        "rtsps://camera-7.example:322/",
        "RTSP://Camera.Example",
        "rtsp://[2001:db8::7]:8554/x",
        "rtsp://10.0.0.1:65535/x",
        "rtsp://10.0.0.1:1/x",
      })
  void acceptsAddressesWhereACameraMayBe(String url) throws Exception {
    assertThat(driver.accept(Map.of("url", url))).containsKey("url");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // B27 unspecified, B28 other spellings, also of what would be allowed
        "rtsp://0.0.0.0/x",
        "rtsp://0/x",
        "rtsp://0.1.2.3/x",
        "rtsp://[::]/x",
        "rtsp://[::ffff:0.0.0.0]/x",
        "rtsp://2130706433/x",
        "rtsp://2852039166/x",
        "rtsp://0xa9fea9fe/x",
        "rtsp://0xA9.0xFE.0xA9.0xFE/x",
        "rtsp://0251.0376.0251.0376/x",
        "rtsp://0177.0.0.1/x",
        "rtsp://127.1/x",
        "rtsp://127.0.0.1./x",
        "rtsp://169.254.43518/x",
        // B29 link-local and metadata
        "rtsp://169.254.169.254/latest/meta-data",
        "rtsp://169.254.1.1/x",
        "rtsp://[::ffff:169.254.169.254]/x",
        "rtsp://[::ffff:a9fe:a9fe]/x",
        "rtsp://[::169.254.169.254]/x",
        "rtsp://[64:ff9b::a9fe:a9fe]/x",
        "rtsp://[2002:a9fe:a9fe::1]/x",
        "rtsp://[fe80::1]/x",
        "rtsp://[febf::1]/x",
        "rtsp://[fd00:ec2::254]/x",
        "rtsp://100.100.100.200/x",
        // groups
        "rtsp://224.0.0.1/x",
        "rtsp://239.255.255.250/x",
        "rtsp://255.255.255.255/x",
        "rtsp://[ff02::1]/x",
        // B35 logins in the host
        "rtsp://a@b@192.0.2.10/x",
        "rtsp://user:p@ss@192.0.2.10/x",
        "rtsp://user:pa#ss@192.0.2.10/x",
        // B36 other schemes
        "file:///etc/passwd",
        "fd://0",
        "data:text/plain,x",
        "udp://192.0.2.10:5000",
        "srt://192.0.2.10",
        "pushfile:///etc/passwd",
        "gopher://192.0.2.10/",
        "concat:a|b",
        "pipe:0",
        "http://192.0.2.10/",
        "rtspu://192.0.2.10/x",
        "rtsp+file://192.0.2.10/x",
        "//192.0.2.10/x",
        "192.0.2.10",
        "rtsp:192.0.2.10",
        "rtsp:///x",
        "rtsp://",
        "rtsp://:554/x",
        // B37 line breaks and blanks
        "rtsp://192.0.2.10/x\r\nSession: 1",
        "rtsp://192.0.2.10/x\nX",
        "rtsp://192.0.2.10/a b",
        "rtsp://192.0.2.10/x%0d%0aSession:1",
        "rtsp://192.0.2.10/x%00",
        "rtsp://us%0aer:pw@192.0.2.10/x",
        "rtsp://192.0.2.10/\u007f",
        "rtsp://192.0.2.10/a\\b",
        // B38 ports and zones
        "rtsp://192.0.2.10:0/x",
        "rtsp://192.0.2.10:65536/x",
        "rtsp://192.0.2.10:-1/x",
        "rtsp://192.0.2.10:99999999999/x",
        "rtsp://192.0.2.10:55a/x",
        "rtsp://[fe80::1%25eth0]/x",
        "rtsp://[fe80::1%eth0]/x",
        "rtsp://[192.0.2.10]/x",
        // others
        "rtsp://192.0.2.10/x#fragment",
        "rtsp://-oProxyCommand/x",
        "rtsp://$(id)/x",
        "rtsp://`id`/x",
        "rtsp://cam;id/x",
        "rtsp://%31%32%37.0.0.1/x",
      })
  void refusesWhatIsNoCamerasAddressAndNamesTheSetting(String url) {
    var e =
        catchThrowableOfType(
            InvalidSettingsException.class, () -> driver.accept(Map.of("url", url)));
    assertThat(e).isNotNull();
    assertThat(e.problems()).extracting(Problem::pointer).containsExactly("/url");
    var sub =
        catchThrowableOfType(
            InvalidSettingsException.class,
            () -> driver.accept(Map.of("url", "rtsp://192.0.2.10/", "subUrl", url)));
    assertThat(sub).isNotNull();
    assertThat(sub.problems()).extracting(Problem::pointer).containsExactly("/subUrl");
  }

  @Test
  void refusesAnEndlessAddress() {
    assertThatThrownBy(() -> driver.accept(Map.of("url", "rtsp://192.0.2.10/" + "x".repeat(4096))))
        .isInstanceOf(InvalidSettingsException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "rtsp://cam:secret@192.0.2.10/main, cam, secret",
    "rtsp://cam:p%40ss%3Aw%23rd@192.0.2.10/main, cam, p@ss:w#rd",
    "rtsp://cam:a+b.c:d@192.0.2.10/main, cam, a+b.c:d",
    "rtsp://k%C3%A4mera:%E2%82%AC@192.0.2.10/main, kämera, €",
    "rtsp://kämera:%F0%9F%8E%A5€🎥@192.0.2.10/main, kämera, 🎥€🎥",
  })
  void takesTheLoginOutOfTheAddress(String url, String username, String password) throws Exception {
    assertThat(driver.accept(Map.of("url", url, "transport", "tcp")))
        .containsEntry("url", "rtsp://192.0.2.10/main")
        .containsEntry("username", username)
        .containsEntry("password", password)
        .containsEntry("transport", "tcp");
  }

  @ParameterizedTest
  @CsvSource({
    "RTSP://Camera.Example:08554/Tür/ä?Ö=%C3%BC, rtsp://camera.example:8554/T%C3%BCr/%C3%A4?%C3%96=%C3%BC",
    "rtsp://[FE80::A%25enP2s1]/Main, rtsp://[fe80::a%enP2s1]/Main",
    "rtsp://[FE80::A%enP2s1]:1/Main, rtsp://[fe80::a%enP2s1]:1/Main",
    "rtsp://[fe80::a%25]/, rtsp://[fe80::a%25]/",
    "rtsp://192.0.2.10:/a%2Fb?c?d, rtsp://192.0.2.10/a%2Fb?c?d",
  })
  void writesAddressesAsRequestsHaveThem(String url, String written) throws Exception {
    var lenient = new RtspCameraDriver(new AddressPolicy(true), InetAddress::getAllByName);
    Map<String, Object> once = lenient.accept(Map.of("url", url));
    assertThat(once).containsEntry("url", written);
    assertThat(lenient.accept(once)).isEqualTo(once);
  }

  @Test
  void prefersTheLoginInTheAddress() throws Exception {
    assertThat(
            driver.accept(
                Map.of("url", "rtsp://new:two@192.0.2.10/", "username", "old", "password", "one")))
        .containsEntry("username", "new")
        .containsEntry("password", "two");
  }

  @Test
  void takesOneLoginForBothStreams() throws Exception {
    assertThat(
            driver.accept(
                Map.of(
                    "url", "rtsp://cam:pw@192.0.2.10/1", "subUrl", "rtsp://cam:pw@192.0.2.10/2")))
        .containsEntry("subUrl", "rtsp://192.0.2.10/2")
        .containsEntry("password", "pw");
    assertThatThrownBy(
            () ->
                driver.accept(
                    Map.of(
                        "url",
                        "rtsp://cam:pw@192.0.2.10/1",
                        "subUrl",
                        "rtsp://other:pw@192.0.2.10/2")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("/subUrl");
  }

  @Test
  void neverRepeatsThePassword() {
    for (String url :
        new String[] {
          "rtsp://cam:h4nter2@0.0.0.0/x",
          "rtsp://cam:h4nter2@b@192.0.2.10/x",
          "rtsp://cam:h4nter2@192.0.2.10/a b",
          "rtsp://cam:h4nter2^@192.0.2.10/x",
          "http://cam:h4nter2@192.0.2.10/x"
        }) {
      assertThatThrownBy(() -> driver.accept(Map.of("url", url)))
          .isInstanceOf(InvalidSettingsException.class)
          .hasMessageNotContaining("h4nter2");
    }
  }

  @Test
  void wantsAnAddressAndAUserForAPassword() {
    assertThatThrownBy(() -> driver.accept(Map.of("transport", "tcp")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("/url");
    assertThatThrownBy(() -> driver.accept(Map.of("url", "rtsp://192.0.2.10/", "password", "pw")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("/username");
  }

  @Test
  void refusesLineBreaksInTheLogin() {
    assertThatThrownBy(
            () ->
                driver.accept(
                    Map.of("url", "rtsp://192.0.2.10/", "username", "a\r\nb", "password", "c\nd")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("/username")
        .hasMessageContaining("/password");
  }

  @Test
  void allowsLinkLocalAddressesIfToldToButNeverMetadata() throws Exception {
    var lenient = new RtspCameraDriver(new AddressPolicy(true), InetAddress::getAllByName);
    assertThat(lenient.accept(Map.of("url", "rtsp://169.254.7.7/x"))).containsKey("url");
    assertThat(lenient.accept(Map.of("url", "rtsp://[fe80::7]/x"))).containsKey("url");
    for (String host :
        new String[] {"169.254.169.254", "[fd00:ec2::254]", "0.0.0.0", "224.0.0.1"}) {
      assertThatThrownBy(() -> lenient.accept(Map.of("url", "rtsp://" + host + "/x")))
          .isInstanceOf(InvalidSettingsException.class);
    }
  }

  @Test
  void describesBothStreams() throws Exception {
    var settings =
        driver.accept(
            Map.of(
                "url", "rtsp://cam:pw@127.0.0.1:8554/1",
                "subUrl", "rtsp://127.0.0.1:8554/2",
                "transport", "auto",
                "basicAllowed", true));
    try (var session = driver.connect(new CameraConfig(DOOR, settings))) {
      assertThat(session.description().streams())
          .containsOnlyKeys(StreamRole.MAIN, StreamRole.SUB)
          .containsEntry(
              StreamRole.MAIN,
              new StreamSource.Rtsp(
                  URI.create("rtsp://127.0.0.1:8554/1"),
                  Optional.of(new Credentials("cam", "pw")),
                  StreamSource.Transport.AUTO,
                  true));
    }
  }

  @Test
  void tellsWhichEngineAndWhichCertificateAreWanted() throws Exception {
    String colons = "AB:".repeat(31) + "AB";
    var settings =
        driver.accept(
            Map.of("url", "rtsps://192.0.2.10/1", "certificate", colons, "engine", "rtsp"));
    try (var session = driver.connect(new CameraConfig(DOOR, settings))) {
      var source = main(session);
      assertThat(source.engine()).isEqualTo("rtsp");
      assertThat(source.certificate()).isEqualTo("ab".repeat(32));
    }
    var any = driver.accept(Map.of("url", "rtsp://192.0.2.10/1", "engine", "auto"));
    try (var session = driver.connect(new CameraConfig(DOOR, any))) {
      var source = main(session);
      assertThat(source.engine()).isEmpty();
      assertThat(source.certificate()).isEmpty();
    }
    var converted = driver.accept(Map.of("url", "rtsp://192.0.2.10/1", "convertAudio", true));
    try (var session = driver.connect(new CameraConfig(DOOR, converted))) {
      assertThat(main(session).engine()).as("only it converts").isEqualTo("gstreamer");
    }
  }

  private static StreamSource.Rtsp main(CameraSession session) {
    return (StreamSource.Rtsp)
        Objects.requireNonNull(session.description().streams().get(StreamRole.MAIN));
  }

  @Test
  void refusesACertificateThatNothingWouldVerify() {
    for (Map<String, Object> settings :
        List.<Map<String, Object>>of(
            Map.of("url", "rtsps://192.0.2.10/1", "certificate", "abcd"),
            Map.of("url", "rtsp://192.0.2.10/1", "certificate", "ab".repeat(32)),
            Map.of(
                "url", "rtsps://192.0.2.10/1",
                "subUrl", "rtsp://192.0.2.10/2",
                "certificate", "ab".repeat(32)),
            Map.of(
                "url", "rtsps://192.0.2.10/1",
                "engine", "gstreamer",
                "certificate", "ab".repeat(32)),
            Map.of(
                "url",
                "rtsps://192.0.2.10/1",
                "convertAudio",
                true,
                "certificate",
                "ab".repeat(32)))) {
      assertThatThrownBy(() -> driver.accept(settings))
          .isInstanceOf(InvalidSettingsException.class);
    }
  }

  @Test
  void waitsUntilItIsClosed() throws Exception {
    var session = driver.connect(new CameraConfig(DOOR, Map.of("url", "rtsp://127.0.0.1/1")));
    var waiting = new Thread(() -> assertThat(session).satisfies(s -> s.awaitEnd()));
    waiting.start();
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    session.close();
    session.close();
    waiting.join(5000);
    assertThat(waiting.isAlive()).isFalse();
  }

  @Test
  void refusesANameThatLeadsToARefusedAddress() throws Exception {
    // B31, B32: each answer of the resolver counts, at each connection anew.
    var answers = new InetAddress[] {ip("192.0.2.10"), ip("169.254.169.254")};
    var rebinding = new RtspCameraDriver(new AddressPolicy(false), host -> answers);
    var config = new CameraConfig(DOOR, rebinding.accept(Map.of("url", "rtsp://camera.example/1")));
    assertThatThrownBy(() -> rebinding.connect(config))
        .isInstanceOfSatisfying(
            CameraException.class,
            e -> assertThat(e.kind()).isEqualTo(CameraException.Kind.CONFIGURATION))
        .hasMessageContaining("169.254.169.254");
    answers[1] = ip("127.0.0.1");
    rebinding.connect(config).close();
  }

  @Test
  void saysThatANameIsNotKnown() throws Exception {
    var lost =
        new RtspCameraDriver(
            new AddressPolicy(false),
            host -> {
              throw new UnknownHostException(host);
            });
    assertThatThrownBy(
            () -> lost.connect(new CameraConfig(DOOR, Map.of("url", "rtsp://camera.example/1"))))
        .isInstanceOfSatisfying(
            CameraException.class,
            e -> assertThat(e.kind()).isEqualTo(CameraException.Kind.UNREACHABLE))
        .hasMessage("nobody knows the name camera.example");
  }

  @Test
  void checksTheAddressOnceMoreBeforeItConnects() {
    assertThatThrownBy(
            () -> driver.connect(new CameraConfig(DOOR, Map.of("url", "rtsp://169.254.1.1/1"))))
        .isInstanceOfSatisfying(
            CameraException.class,
            e -> assertThat(e.kind()).isEqualTo(CameraException.Kind.CONFIGURATION));
  }

  private static InetAddress ip(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }
}
