package io.vigilnvr.finder.onvif.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vigilnvr.api.camera.CameraException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LinkTest {
  static final Inet4Address LOOPBACK = (Inet4Address) OnvifFinder.ipv4(127, 0, 0, 1);

  static NetworkInterface loopback() throws SocketException {
    return Objects.requireNonNull(NetworkInterface.getByInetAddress(LOOPBACK));
  }

  private static Link link(int a, int b, int c, int d, int bits) throws Exception {
    return new Link(loopback(), (Inet4Address) OnvifFinder.ipv4(a, b, c, d), bits);
  }

  @Test
  void knowsItsNeighbours() throws Exception {
    Link link = link(192, 0, 2, 130, 25);
    assertThat(link.contains(OnvifFinder.ipv4(192, 0, 2, 255))).isTrue();
    assertThat(link.contains(OnvifFinder.ipv4(192, 0, 2, 127))).isFalse();
    assertThat(link.contains(OnvifFinder.ipv4(10, 0, 0, 1))).isFalse();
    assertThat(link.contains(InetAddress.getByAddress(new byte[16]))).isFalse();
    assertThat(link(10, 0, 0, 1, 32).contains(OnvifFinder.ipv4(10, 0, 0, 1))).isTrue();
    assertThat(link(10, 0, 0, 1, 32).contains(OnvifFinder.ipv4(10, 0, 0, 0))).isFalse();
    assertThat(link(10, 0, 0, 1, 0).contains(OnvifFinder.ipv4(192, 0, 2, 1))).isTrue();
  }

  @Test
  void isTheLoopbackOnlyIfThatIsNamed() throws Exception {
    assertThat(Link.all(Set.of(loopback().getName()))).extracting(Link::address).contains(LOOPBACK);
    try {
      assertThat(Link.all(Set.of())).noneMatch(link -> link.address().isLoopbackAddress());
    } catch (CameraException e) {
      assertThat(e.kind()).isEqualTo(CameraException.Kind.UNREACHABLE);
    }
  }

  @Test
  void saysWhichInterfaceIsNotThere() {
    assertThatExceptionOfType(CameraException.class)
        .isThrownBy(() -> OnvifFinder.named("nosuch0", " ").links())
        .withMessageContaining("nosuch0")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(CameraException.Kind.CONFIGURATION));
  }
}
