package io.vigilnvr.ingest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraException.Kind;
import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  private final Backoff backoff = new Backoff(RandomGenerator.getDefault());

  @Test
  void staysBetweenOneAndThirtySeconds() {
    for (int seconds = 0; seconds < 100_000; seconds = seconds * 2 + 1) {
      assertThat(backoff.pause(Kind.UNREACHABLE, Duration.ofSeconds(seconds)))
          .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
    }
    assertThat(backoff.pause(Kind.PROTOCOL, Duration.ofDays(1)))
        .isGreaterThan(Duration.ofSeconds(20));
  }

  @Test
  void findsACameraSoonThatWasAwayForAMinute() {
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.pause(Kind.UNREACHABLE, Duration.ofSeconds(60)))
          .isLessThanOrEqualTo(Duration.ofSeconds(5));
    }
  }

  @Test
  void triesAPasswordOnceAMinute() {
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.pause(Kind.UNAUTHORIZED, Duration.ZERO))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(60));
    }
  }

  @Test
  void doesNotLetLostCamerasComeBackTogether() {
    Backoff other = new Backoff(new Random(7));
    assertThat(other.pause(Kind.UNREACHABLE, Duration.ofMinutes(5)))
        .isNotEqualTo(other.pause(Kind.UNREACHABLE, Duration.ofMinutes(5)));
  }
}
