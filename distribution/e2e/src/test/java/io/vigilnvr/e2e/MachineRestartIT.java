package io.vigilnvr.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.tck.FrameMark;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCamera;
import io.vigilnvr.tck.SimulatedCameras;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole machine goes, and comes back. */
final class MachineRestartIT {
  private static final Duration SOON = Duration.ofMinutes(3);

  @TempDir Path folder;

  @Test
  void keepsWhatWasRecordedAndNamesTheTimeInBetween() throws Exception {
    try (SimulatedCameras cameras = SimulatedCameras.start();
        Vigil vigil = Vigil.unpack(folder)) {
      SimulatedCamera camera = cameras.camera("dock").stream("main", Sample.main());
      vigil.start();
      String id = Cameras.add(vigil.api(), "Dock", camera.uri("main"), Map.of());
      Api first = vigil.api();
      long before =
          Await.until("frames", SOON, () -> Footage.of(first, id), f -> f.frames().size() > 100)
              .lastFrame();

      vigil.killEverything();
      vigil.start();

      Api second = vigil.api();
      Footage footage =
          Await.until(
              "frames after the restart",
              SOON,
              () -> Footage.of(second, id),
              f -> f.frames().stream().anyMatch(mark -> mark.number() > before + 100));
      List<Long> numbers = footage.frames().stream().map(FrameMark::number).toList();
      assertThat(numbers).isSorted().doesNotHaveDuplicates().contains(before);
      JsonNode ledger = second.json("/api/v1/cameras/" + id + "/recordings");
      assertThat(ledger.get("gaps").toString()).contains("\"platform\"");
      Cameras.assertCovered(ledger, Instant.EPOCH);

      vigil.stop();
      Await.until("the end of all processes", SOON, vigil::family, List::isEmpty);
      Instant stopped = Instant.now();

      vigil.start();
      Api third = vigil.api();
      assertThat(Footage.list(third, id))
          .filteredOn(segment -> Instant.parse(segment.get("startedAt").asText()).isBefore(stopped))
          .isNotEmpty()
          .allSatisfy(segment -> assertThat(segment.get("state").asText()).isNotEqualTo("open"));
    }
  }
}
