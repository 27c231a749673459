package io.vigilnvr.detect.internal;

import static io.vigilnvr.detect.internal.Scene.second;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PresenceTest {
  private final Presence presence = new Presence(3, 5, Duration.ofSeconds(2));

  @Test
  void isOnAfterThreeOfFive() {
    assertThat(presence.look(second(0), true)).isFalse();
    assertThat(presence.look(second(1), false)).isFalse();
    assertThat(presence.look(second(2), true)).isFalse();
    assertThat(presence.look(second(3), false)).isFalse();
    assertThat(presence.look(second(4), true)).isTrue();
    assertThat(presence.since()).isEqualTo(second(0));
  }

  @Test
  void forgetsWhatIsMoreThanFiveFramesAgo() {
    for (int i = 0; i < 50; i++) {
      assertThat(presence.look(second(i), i % 3 == 0)).isFalse();
    }
  }

  @Test
  void isOffOnceItIsNotSeenForTheDelay() {
    for (int i = 0; i < 3; i++) {
      presence.look(second(0.2 * i), true);
    }
    assertThat(presence.look(second(1.9), false)).isTrue();
    assertThat(presence.look(second(2.3), false)).isTrue();
    assertThat(presence.look(second(2.4), false)).isFalse();
    assertThat(presence.lastSeen()).isEqualTo(second(0.4));
    // Begins from nothing.
    assertThat(presence.look(second(2.6), true)).isFalse();
  }

  /** A busy machine looks at few frames: one in which it is missed must not end it. */
  @Test
  void oneFrameThatMissesItAfterALongGapDoesNotEndIt() {
    for (int i = 0; i < 10; i++) {
      assertThat(presence.look(second(4 * i), i % 4 != 3)).isEqualTo(i > 1);
    }
    assertThat(presence.since()).isEqualTo(second(0));
    assertThat(presence.look(second(40), false)).isTrue();
    assertThat(presence.look(second(44), false)).isTrue();
    assertThat(presence.look(second(48), false)).isFalse();
  }

  @Test
  void bridgesShorterGaps() {
    for (int i = 0; i < 3; i++) {
      presence.look(second(0.2 * i), true);
    }
    for (int i = 1; i < 100; i++) {
      assertThat(presence.look(second(i), i % 2 == 0)).isTrue();
    }
    assertThat(presence.since()).isEqualTo(second(0));
  }

  @Test
  void goesOnIfItIsSeenAfterALongTimeWithoutFrames() {
    Presence keyframes = new Presence(1, 1, Duration.ofSeconds(2));
    assertThat(keyframes.look(second(0), true)).isTrue();
    assertThat(keyframes.look(second(8), true)).isTrue();
    assertThat(keyframes.since()).isEqualTo(second(0));
    assertThat(keyframes.look(second(16), false)).isFalse();
  }
}
