package io.vigilnvr.finder.onvif.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.abort;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraFinder;
import io.vigilnvr.api.camera.CameraFinder.FoundCamera;
import io.vigilnvr.tck.CameraFinderContract;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OnvifFinderTest extends CameraFinderContract {
  private static final InetAddress HOST = LinkTest.LOOPBACK;
  private static final String SCOPES =
      "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Gate";

  private static final Duration SHORT = Duration.ofMillis(300);

  private final Threads threads = new Threads();
  private final SimulatedDevice camera;

  OnvifFinderTest() throws Exception {
    camera = new SimulatedDevice(HOST);
    camera.isCamera(SCOPES);
    camera.tells("rtsp://admin:h4nter2@127.0.0.1:8554/main", "rtsp://127.0.0.1:8554/sub");
  }

  @AfterEach
  void close() throws IOException {
    camera.close();
  }

  private static Link link(int a, int b, int c, int d, int bits) throws IOException {
    return new Link(LinkTest.loopback(), (Inet4Address) OnvifFinder.ipv4(a, b, c, d), bits);
  }

  private static OnvifFinder.Links loopback() {
    return () -> List.of(link(127, 0, 0, 1, 8));
  }

  @Override
  protected CameraFinder newFinder() throws Exception {
    return new OnvifFinder(threads, loopback(), camera.group());
  }

  @Override
  protected String address() {
    return "127.0.0.1";
  }

  @Override
  protected String secret() {
    return "h4nter2";
  }

  @Override
  protected List<String> open() {
    return threads.alive();
  }

  /** Busy machines need a while: looks until it is as it should be. */
  private static List<FoundCamera> search(CameraFinder finder, Predicate<List<FoundCamera>> enough)
      throws Exception {
    List<FoundCamera> found = List.of();
    for (int i = 0; i < 60 && !enough.test(found); i++) {
      found = finder.find(SHORT);
    }
    return found;
  }

  @Test
  void handsOnTheStreamsOfACameraThatTellsThem() throws Exception {
    assertThat(
            search(
                newFinder(),
                found -> found.size() == 1 && found.get(0).settings().containsKey("subUrl")))
        .containsExactly(
            new FoundCamera(
                "Gate",
                "rtsp",
                Map.of("url", "rtsp://127.0.0.1:8554/main", "subUrl", "rtsp://127.0.0.1:8554/sub"),
                "127.0.0.1"));
  }

  @Test
  void handsOnTheHostOfACameraThatWantsALogin() throws Exception {
    camera.service = question -> "";
    assertThat(search(newFinder(), found -> !found.isEmpty()))
        .containsExactly(
            new FoundCamera("Gate", "rtsp", Map.of("url", "rtsp://127.0.0.1/"), "127.0.0.1"));
    assertThat(camera.asked).allMatch("/onvif/device_service GetCapabilities"::equals);
  }

  @Test
  void asksTwiceForCamerasAndTwiceForAnybody() throws Exception {
    search(newFinder(), found -> camera.heard.size() >= 4);
    assertThat(camera.heard.subList(0, 2))
        .anyMatch(question -> question.contains("<d:Types>dn:NetworkVideoTransmitter</d:Types>"))
        .anyMatch(question -> question.contains("<d:Probe></d:Probe>"));
    assertThat(camera.heard.subList(2, 4)).isEqualTo(camera.heard.subList(0, 2));
  }

  @Test
  void listsACameraWhoseServiceIsAThirdHostsButNeverAsksThere() throws Exception {
    try (var other = new SimulatedDevice(OnvifFinder.ipv4(127, 0, 0, 2))) {
      camera.answers =
          id ->
              List.of(
                  Messages.probeMatches(
                      id, Messages.CAMERA_TYPE, SCOPES, other.at("/onvif").toString()));
      assertThat(search(newFinder(), found -> !found.isEmpty()))
          .extracting(FoundCamera::settings)
          .containsExactly(Map.of("url", "rtsp://127.0.0.1/"));
      assertThat(other.asked).isEmpty();
      assertThat(threads.started()).isZero();
    }
  }

  @Test
  void asksNobodyForStreamsWhoIsInNoNetworkOfOurs() throws Exception {
    var finder = new OnvifFinder(threads, () -> List.of(link(127, 0, 0, 3, 32)), camera.group());
    assertThat(search(finder, found -> !found.isEmpty()))
        .containsExactly(
            new FoundCamera("Gate", "rtsp", Map.of("url", "rtsp://127.0.0.1/"), "127.0.0.1"));
    assertThat(camera.asked).isEmpty();
  }

  @Test
  void numbersCamerasAtOneAddress() throws Exception {
    camera.answers =
        id ->
            List.of(
                Messages.probeMatches(
                    id,
                    Messages.match(Messages.CAMERA_TYPE, SCOPES, "http://127.0.0.1:1/a")
                        + Messages.match(Messages.CAMERA_TYPE, SCOPES, "http://127.0.0.1:1/b")));
    assertThat(search(newFinder(), found -> found.size() == 2))
        .extracting(FoundCamera::address)
        .containsExactly("127.0.0.1", "127.0.0.1 (2)");
  }

  @Test
  void isOverInTimeWhileSomebodyFloods() throws Exception {
    byte[] stranger =
        Messages.probeMatches(
            "urn:uuid:" + UUID.randomUUID(), Messages.CAMERA_TYPE, SCOPES, "http://127.0.0.1:1/");
    camera.answers = id -> Collections.nCopies(Integer.MAX_VALUE, stranger);
    assertThat(search(newFinder(), found -> !camera.heard.isEmpty())).isEmpty();
  }

  @Test
  void asksEachNetworkThatCanBeAskedAt() throws Exception {
    int port;
    try (var free = new DatagramSocket(0, HOST)) {
      port = free.getLocalPort();
    }
    SimulatedDevice member;
    InetAddress group = OnvifFinder.ipv4(239, 255, 255, 250);
    try {
      member = SimulatedDevice.inGroup(LinkTest.loopback(), HOST, group, port);
    } catch (IOException e) {
      abort("no multicast here: " + e);
      return;
    }
    try (member) {
      member.isCamera(SCOPES);
      var finder =
          new OnvifFinder(
              threads,
              () ->
                  List.of(link(203, 0, 113, 77, 24), link(127, 0, 0, 1, 8), link(127, 0, 0, 3, 8)),
              new InetSocketAddress(group, port));
      assertThat(search(finder, found -> !found.isEmpty()))
          .extracting(FoundCamera::address)
          .containsExactly("127.0.0.1");
    }
  }

  @Test
  void saysIfNobodyCanBeAsked() {
    var finder =
        new OnvifFinder(
            threads, () -> List.of(link(203, 0, 113, 77, 24)), new InetSocketAddress(HOST, 9));
    assertThatExceptionOfType(CameraException.class)
        .isThrownBy(() -> finder.find(Duration.ofMillis(10)))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(CameraException.Kind.UNREACHABLE));
  }
}
