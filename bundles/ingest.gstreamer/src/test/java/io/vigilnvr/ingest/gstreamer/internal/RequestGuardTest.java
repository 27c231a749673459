package io.vigilnvr.ingest.gstreamer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.StreamSource;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RequestGuardTest {
  private static final int DESCRIBE = 1;
  private static final int OPTIONS = 8;
  private static final int PLAY = 32;
  private static final int SETUP = 256;

  private static RequestGuard guard(String uri, boolean basicAllowed) {
    return new RequestGuard(
        new StreamSource.Rtsp(
            URI.create(uri), Optional.empty(), StreamSource.Transport.TCP, basicAllowed));
  }

  private final RequestGuard guard = guard("rtsp://cam.example/live", false);

  @Test
  void letsWhatIsForTheCameraPass() {
    for (String uri :
        new String[] {"rtsp://cam.example/live", "rtsp://CAM.example:554/live/track1"}) {
      for (int method : new int[] {OPTIONS, DESCRIBE, SETUP, PLAY}) {
        assertThat(guard.refusal(method, uri)).isEmpty();
      }
    }
    assertThat(guard("rtsp://cam_1:8554/x", false).refusal(DESCRIBE, "rtsp://cam_1:8554/y"))
        .isEmpty();
  }

  @Test
  void refusesToStartWithAnother() {
    for (String uri :
        new String[] {
          "rtsp://evil.example/live",
          "rtsp://cam.example:555/live",
          "rtsp://cam.example@evil.example/live",
          "rtsps://cam.example/live",
          "rtsp://cam.example.evil/",
          "",
          "::"
        }) {
      assertThat(guard.refusal(OPTIONS, uri)).as(uri).isPresent();
      assertThat(guard.refusal(DESCRIBE, uri)).as(uri).isPresent();
    }
    assertThat(guard("rtsp://cam_1:8554/x", false).refusal(DESCRIBE, "rtsp://cam_1:8555/y"))
        .isPresent();
  }

  @Test
  void knowsItsOwnRequestsInsideTls() {
    RequestGuard encrypted = guard("rtsps://cam.example/live", false);
    assertThat(encrypted.refusal(DESCRIBE, "rtsp://cam.example:322/live")).isEmpty();
    assertThat(encrypted.refusal(DESCRIBE, "rtsp://cam.example:554/live")).isPresent();
    assertThat(encrypted.refusal(DESCRIBE, "rtsp://evil.example:322/live")).isPresent();
    RequestGuard sentOn = guard("rtsps://cam.example/live", false);
    sentOn.logged("redirection to rtsp://cam.example:322/live");
    assertThat(sentOn.refusal(DESCRIBE, "rtsp://cam.example:322/live")).isPresent();
  }

  @Test
  void letsACameraBehindANatNameItselfDifferently() {
    assertThat(guard.refusal(DESCRIBE, "rtsp://cam.example/live")).isEmpty();
    assertThat(guard.refusal(SETUP, "rtsp://192.0.2.1/live/track1")).isEmpty();
    assertThat(guard.refusal(OPTIONS, "rtsp://192.0.2.1/live")).isEmpty();
  }

  @Test
  void putsTheLocationBackOnceBeforeItConnectsElsewhere() {
    assertThat(guard.logged("redirection to rtsp://cam.example/other")).isFalse();
    assertThat(guard.logged("closing connection...")).isFalse();
    assertThat(guard.refusal(DESCRIBE, "rtsp://cam.example/other")).isEmpty();
    assertThat(guard.logged("redirection to rtsp://evil.example/")).isFalse();
    assertThat(guard.logged("closing connection...")).isTrue();
    assertThat(guard.logged("closing connection...")).isFalse();
    assertThat(guard.refusal(OPTIONS, "rtsp://cam.example/live")).isPresent();
  }

  @Test
  void sendsThePasswordInClearOnlyIfAllowedOrEncrypted() {
    guard.logged("Attempting Digest authentication");
    assertThat(guard.refusal(DESCRIBE, "rtsp://cam.example/live")).isEmpty();
    guard.logged("Attempting Basic authentication");
    assertThat(guard.refusal(DESCRIBE, "rtsp://cam.example/live")).isPresent();
    assertThat(guard.hasRefused()).isTrue();
    RequestGuard allowed = guard("rtsp://cam.example/live", true);
    allowed.logged("Attempting Basic authentication");
    assertThat(allowed.refusal(DESCRIBE, "rtsp://cam.example/live")).isEmpty();
    RequestGuard encrypted = guard("rtsps://cam.example/live", false);
    encrypted.logged("Attempting Basic authentication");
    assertThat(encrypted.refusal(DESCRIBE, "rtsps://cam.example:322/live")).isEmpty();
  }
}
