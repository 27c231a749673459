package io.vigilnvr.record.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RecordSettingsTest {
  private final List<String> refusals = new ArrayList<>();

  @Test
  void goesOnWithTheDefaultWhereAValueMakesNoSense() {
    RecordSettings settings =
        RecordSettings.of(
            Map.of("reserveMebibytes", "many", "rehashedEachNight", "-1"), refusals::add);
    assertThat(settings.reserveBytes()).isEqualTo(512L << 20);
    assertThat(settings.rehashed()).isZero();
    assertThat(refusals)
        .containsExactlyInAnyOrder(
            "vigil.record: reserveMebibytes = many is not a whole number from 16 to 1048576;"
                + " in force is 512",
            "vigil.record: rehashedEachNight = -1 is not a whole number from 0 to 100000;"
                + " in force is 0");
  }

  @Test
  void takesWhatIsGiven() {
    RecordSettings settings =
        RecordSettings.of(Map.of("reserveMebibytes", "64", "rehashedEachNight", 7), refusals::add);
    assertThat(settings.reserveBytes()).isEqualTo(64L << 20);
    assertThat(settings.rehashed()).isEqualTo(7);
    assertThat(refusals).isEmpty();
  }

  @Test
  void knowsTheFirstVolumeByItsPathAlone() {
    VolumeSettings volume =
        VolumeSettings.of(Map.of("recordings", " /srv/footage ", "volume", "A B"), refusals::add);
    assertThat(volume.id().value()).isEqualTo("main");
    assertThat(volume.backend()).isEqualTo("file");
    assertThat(volume.location()).isEqualTo("/srv/footage");
    assertThat(refusals)
        .containsExactly(
            "vigil.record: volume = A B is not the name of a volume; in force is main");
    assertThatThrownBy(() -> VolumeSettings.of(Map.of("recordings", " "), refusals::add))
        .hasMessage("vigil.record: recordings must be the path of the first volume");
  }
}
