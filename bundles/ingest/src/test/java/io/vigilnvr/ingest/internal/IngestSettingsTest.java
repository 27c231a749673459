package io.vigilnvr.ingest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class IngestSettingsTest {
  private final List<String> refusals = new ArrayList<>();

  @Test
  void goesOnWithTheDefaultWhereAValueMakesNoSense() {
    assertThat(
            IngestSettings.of(
                Map.of("camerasPerWorker", "65", "leaseSeconds", "long"), refusals::add))
        .isEqualTo(new IngestSettings(0, Duration.ofMinutes(2)));
    assertThat(refusals)
        .containsExactlyInAnyOrder(
            "vigil.ingest: camerasPerWorker = 65 is not a whole number from 0 to 64;"
                + " in force is 0",
            "vigil.ingest: leaseSeconds = long is not a whole number from 5 to 3600;"
                + " in force is 120");
  }

  @Test
  void takesWhatIsGiven() {
    assertThat(
            IngestSettings.of(Map.of("camerasPerWorker", 4, "leaseSeconds", "30"), refusals::add))
        .isEqualTo(new IngestSettings(4, Duration.ofSeconds(30)));
    assertThat(refusals).isEmpty();
  }
}
