package io.vigilnvr.detect.motion.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MotionSettingsTest {
  @Test
  void hasTheDefaultsOfTheDefinition() {
    Map<String, Object> defaults = new HashMap<>();
    for (Method setting : MotionConfig.class.getDeclaredMethods()) {
      defaults.put(setting.getName(), setting.getDefaultValue());
    }
    assertThat(defaults).hasSize(10);
    assertThat(MotionSettings.of(Map.of())).isEqualTo(MotionSettings.of(defaults));
  }

  @Test
  void takesEachSetting() {
    MotionSettings settings =
        MotionSettings.of(
            Map.of(
                "sensitivity",
                0.25,
                "nightSensitivity",
                1,
                "nightBelow",
                0.3,
                "minArea",
                2,
                "guard",
                false,
                "events",
                false,
                "onlyInZones",
                true,
                "offDelaySeconds",
                30L,
                "ratePerSecond",
                2L,
                "frames",
                "keyframes"));
    assertThat(settings)
        .isEqualTo(
            new MotionSettings(
                new Sensitivity(0.25),
                new Sensitivity(1),
                0.3,
                0.02,
                false,
                false,
                true,
                Duration.ofSeconds(30),
                2,
                MotionSettings.Frames.KEYFRAMES));
    assertThat(settings.leastArea(true)).isEqualTo(0.02);
  }

  @Test
  void sensitivityNeverSeesLessWhenItRises() {
    for (int i = 0; i < 100; i++) {
      var less = new Sensitivity(i / 100.0);
      var more = new Sensitivity((i + 1) / 100.0);
      assertThat(more.leastArea()).isLessThan(less.leastArea());
      assertThat(more.varianceThreshold()).isLessThan(less.varianceThreshold());
    }
  }

  @Test
  void nightComesSlowlyAndStaysForALittleLight() {
    var night = new Night();
    assertThat(night.next(0.5, 0.15)).isFalse();
    assertThat(night.next(0.05, 0.15)).as("one dark frame").isFalse();
    boolean now = false;
    for (int i = 0; i < 40; i++) {
      now = night.next(0.05, 0.15);
    }
    assertThat(now).isTrue();
    for (int i = 0; i < 100; i++) {
      now = night.next(0.18, 0.15);
    }
    assertThat(now).as("a little lighter than where night begins").isTrue();
    for (int i = 0; i < 100; i++) {
      now = night.next(0.3, 0.15);
    }
    assertThat(now).isFalse();
  }

  @Test
  void thereIsNoNightBelowZero() {
    assertThat(new Night().next(0, 0)).isFalse();
  }

  @Test
  void levelsEvenOutBrightnessAndContrast() {
    byte[] one = new byte[60 * 60];
    byte[] other = new byte[60 * 60];
    for (int i = 0; i < one.length; i++) {
      int level = 40 + i * 37 % 120;
      one[i] = (byte) level;
      other[i] = (byte) (20 + level / 2);
    }
    Levels bright = Levels.of(one, 60, 60);
    Levels flat = Levels.of(other, 60, 60);
    for (int i = 0; i < one.length; i += 50) {
      double before = (one[i] & 0xff) * bright.gain() + bright.offset();
      double after = (other[i] & 0xff) * flat.gain() + flat.offset();
      assertThat(after).isBetween(before - 2, before + 2);
    }
  }

  @Test
  void levelsOfOneColourAreFinite() {
    for (int level : new int[] {0, 128, 255}) {
      byte[] flat = new byte[60 * 60];
      Arrays.fill(flat, (byte) level);
      Levels levels = Levels.of(flat, 60, 60);
      assertThat(levels.gain()).isBetween(0.1, 3.0);
      assertThat(levels.brightness()).isBetween(level / 255.0 - 0.01, level / 255.0 + 0.01);
    }
  }
}
