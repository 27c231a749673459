package io.vigilnvr.finder.onvif.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProbeMatchTest {
  private static final InetAddress CAMERA = OnvifFinder.ipv4(192, 0, 2, 10);

  private static String name(String... scopes) {
    return new ProbeMatch(
            List.of(),
            Arrays.stream(scopes).map(scope -> "onvif://www.onvif.org/" + scope).toList(),
            List.of())
        .name(CAMERA);
  }

  @Test
  void callsACameraAsItsOwnerDoes() {
    assertThat(name("name/Back%20yard", "hardware/IPC-42", "location/Shed"))
        .isEqualTo("Back yard, IPC-42, Shed");
    assertThat(name("hardware/IPC-42", "type/ptz")).isEqualTo("IPC-42");
    assertThat(name("name/AXIS%20M3045", "hardware/M3045")).isEqualTo("AXIS M3045");
    assertThat(name("name/", "location/country/china", "location/city/hangzhou"))
        .isEqualTo("Camera 192.0.2.10");
  }

  @Test
  void decodesNamesAsFarAsTheyAreEncoded() {
    assertThat(name("name/T%C3%BCr%20100%")).isEqualTo("Tür 100%");
    assertThat(name("name/Tür%2")).isEqualTo("Tür%2");
    assertThat(name("name/%FF%zz")).isEqualTo("\uFFFD%zz");
  }

  @Test
  void takesOutWhatCannotBeSeen() {
    assertThat(name("name/a%00%1B[31m%0D%0Ab%E2%80%AEc%E2%80%A8d%7F"))
        .isEqualTo("a[31m b c d".replace("b c", "bc"));
    assertThat(name("name/%00%0A")).isEqualTo("Camera 192.0.2.10");
  }

  @Test
  void keepsNamesShort() {
    assertThat(name("name/" + "n".repeat(500), "hardware/" + "h".repeat(500)))
        .isEqualTo("n".repeat(100));
    assertThat(name("name/" + "%F0%9F%8E%A5".repeat(200))).isEqualTo("\uD83C\uDFA5".repeat(100));
  }
}
