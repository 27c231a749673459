package io.vigilnvr.camera.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraState;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WorthSayingTest {
  private static final Optional<String> REFUSED = Optional.of("connection refused");

  private Instant now = Instant.parse("2026-11-22T14:00:00Z");
  private final WorthSaying lines =
      new WorthSaying(
          new Clock() {
            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }

            @Override
            public Instant instant() {
              return now;
            }
          });

  @Test
  void saysOnceAMinuteThatACameraFails() {
    int said = lines.isNews(CameraState.CONNECTING, Optional.empty()) ? 1 : 0;
    for (int second = 0; second < 180; second++) {
      said += lines.isNews(CameraState.BACKOFF, REFUSED) ? 1 : 0;
      said += lines.isNews(CameraState.CONNECTING, REFUSED) ? 1 : 0;
      now = now.plusSeconds(1);
    }

    assertThat(said).isEqualTo(4);
  }

  @Test
  void saysAtOnceWhatIsDifferent() {
    assertThat(lines.isNews(CameraState.STREAMING, Optional.empty())).isTrue();
    assertThat(lines.isNews(CameraState.BACKOFF, REFUSED)).isTrue();
    assertThat(lines.isNews(CameraState.BACKOFF, Optional.of("no route"))).isTrue();
    assertThat(lines.isNews(CameraState.UNAUTHORIZED, Optional.of("refused"))).isTrue();
    assertThat(lines.isNews(CameraState.STREAMING, Optional.empty())).isTrue();
    assertThat(lines.isNews(CameraState.STREAMING, Optional.empty())).isFalse();
  }

  @Test
  void isNotMadeToFillTheLogByACameraThatFindsAnotherReasonEachTime() {
    int said = 0;
    for (int i = 0; i < 1000; i++) {
      said += lines.isNews(CameraState.BACKOFF, Optional.of("reason " + i)) ? 1 : 0;
    }

    assertThat(said).isEqualTo(10);
    now = now.plusSeconds(60);
    assertThat(lines.isNews(CameraState.BACKOFF, Optional.of("reason 1000"))).isTrue();
  }
}
