package io.vigilnvr.decode.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DecodeSettingsTest {
  private final List<String> refusals = new ArrayList<>();

  private DecodeSettings of(Map<String, ?> properties) {
    return DecodeSettings.of(properties, refusals::add);
  }

  @Test
  void takesWhatIsGiven() {
    assertThat(
            of(
                Map.of(
                    "workers", "1",
                    "idleSeconds", 5,
                    "memoryMegabytes", " 300 ",
                    "transcodes", "0",
                    "decoders", "software",
                    "avoidedDecoders", "vah264dec, nvh264dec")))
        .isEqualTo(
            new DecodeSettings(
                1, Duration.ofSeconds(5), 300L << 20, 0, false, List.of("vah264dec", "nvh264dec")));
    assertThat(refusals).isEmpty();
  }

  @Test
  void hasDefaults() {
    assertThat(of(Map.of()))
        .isEqualTo(new DecodeSettings(2, Duration.ofMinutes(1), 700L << 20, 2, true, List.of()));
    assertThat(refusals).isEmpty();
  }

  @Test
  void goesOnWithTheDefaultWhereAValueMakesNoSense() {
    DecodeSettings settings =
        of(
            Map.of(
                "workers", "many",
                "idleSeconds", "0",
                "memoryMegabytes", 9000,
                "decoders", "gpu",
                "avoidedDecoders", new String[] {"vah264dec", "-Dx=y z"}));
    assertThat(settings)
        .isEqualTo(
            new DecodeSettings(
                2, Duration.ofMinutes(1), 700L << 20, 2, true, List.of("vah264dec")));
    assertThat(refusals)
        .containsExactlyInAnyOrder(
            "vigil.decode: workers = many is not a whole number from 1 to 2; in force is 2",
            "vigil.decode: idleSeconds = 0 is not a whole number from 1 to 3600; in force is 60",
            "vigil.decode: memoryMegabytes = 9000 is not a whole number from 200 to 8000;"
                + " in force is 700",
            "vigil.decode: decoders = gpu is not one of auto, software; in force is auto",
            "vigil.decode: avoidedDecoders = -Dx=y z is not the name of a decoder;"
                + " in force is none");
  }

  @Test
  void refusesMoreThanThereMayBe() {
    assertThat(of(Map.of("workers", "7")).workers()).isEqualTo(2);
    assertThat(refusals)
        .containsExactly(
            "vigil.decode: workers = 7 is not a whole number from 1 to 2; in force is 2");
  }
}
