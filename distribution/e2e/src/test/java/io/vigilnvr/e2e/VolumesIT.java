package io.vigilnvr.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.tck.FrameMark;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCameras;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A second volume comes while recording, takes over when the first fails, and goes again. */
@Execution(ExecutionMode.CONCURRENT)
final class VolumesIT {
  private static final Duration SOON = Duration.ofMinutes(3);

  @TempDir static Path folder;

  @Test
  void aVolumeThatFailsCostsNoPicture() throws Exception {
    try (SimulatedCameras cameras = SimulatedCameras.start();
        Vigil vigil = Vigil.unpack(folder)) {
      vigil.start();
      Api api = vigil.api();
      var camera = cameras.camera("hall").stream("main", Sample.main());
      String id = Cameras.add(api, "Hall", camera.uri("main"), Map.of());
      awaitFrames(api, id, 50);

      Path disk = folder.resolve("disk-2");
      assertThat(add(api, "/etc/disk").body()).contains("/settings/path");
      assertThat(add(api, vigil.data().resolve("secrets/disk").toString()).status()).isEqualTo(422);
      Api.Answer made = add(api, disk.toString());
      assertThat(made.status()).as(made.body()).isEqualTo(201);
      assertThat(made.json().get("id").asText()).isEqualTo("disk-2");
      assertThat(made.json().get("state").asText()).isEqualTo("online");

      // Its marker is gone: as if the first disk was unplugged.
      Path marker = vigil.data().resolve("recordings/vigil-volume.json");
      Path aside = folder.resolve("marker");
      Files.move(marker, aside);
      awaitVolume(api, id, "disk-2");
      Await.until("pictures on the second", SOON, () -> units(api, id, "disk-2") > 100);
      Files.move(aside, marker);
      Await.until(
          "the first volume is back",
          SOON,
          () -> api.json("/api/v1/volumes").at("/items/0/state").asText().equals("online"));
      assertThat(FrameMark.problem(Footage.of(api, id).frames())).isEmpty();
      assertThat(api.json("/api/v1/storage/usage").at("/items/0/camera").asText()).isEqualTo(id);
      assertThat(api.delete("/api/v1/volumes/disk-2").status()).isEqualTo(409);
      Set<String> before = ids(Footage.list(api, id));

      vigil.stop();
      vigil.start();
      Api again = vigil.api();
      assertThat(ids(Footage.list(again, id))).containsAll(before);
      assertThat(again.json("/api/v1/volumes").get("items")).hasSize(2);
      assertThat(again.delete("/api/v1/volumes/disk-2?forget=true").status()).isEqualTo(204);
      assertThat(volumes(again, id)).doesNotContain("disk-2");
      assertThat(disk.resolve("vigil-volume.json")).exists();
      // Its footage is listed again once it is taken into use again.
      assertThat(add(again, disk.toString()).status()).isEqualTo(201);
      Await.until(
          "the footage of disk-2", SOON, () -> ids(Footage.list(again, id)).containsAll(before));
    }
  }

  private static Api.Answer add(Api api, String path) throws Exception {
    return api.send(
        "POST", "/api/v1/volumes", Map.of("backend", "file", "settings", Map.of("path", path)));
  }

  private static Set<String> ids(List<JsonNode> segments) {
    var ids = new HashSet<String>();
    segments.forEach(segment -> ids.add(segment.get("id").asText()));
    return ids;
  }

  private static Set<String> volumes(Api api, String camera) throws Exception {
    var volumes = new HashSet<String>();
    for (JsonNode segment : Footage.list(api, camera)) {
      volumes.add(segment.get("volume").asText());
    }
    return volumes;
  }

  private static long units(Api api, String camera, String volume) throws Exception {
    long units = 0;
    for (JsonNode segment : Footage.list(api, camera)) {
      units +=
          segment.get("volume").asText().equals(volume) ? segment.get("accessUnits").asLong() : 0;
    }
    return units;
  }

  private static void awaitVolume(Api api, String camera, String volume) throws Exception {
    Await.until("footage on " + volume, SOON, () -> volumes(api, camera).contains(volume));
  }

  private static void awaitFrames(Api api, String id, int count) throws Exception {
    Await.until(
        count + " frames of " + id, SOON, () -> Footage.of(api, id).frames().size() >= count);
  }
}
