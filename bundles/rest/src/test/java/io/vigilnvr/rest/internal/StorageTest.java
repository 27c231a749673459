package io.vigilnvr.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.record.Volumes.Stretch;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes, what cameras use, and the calendar. */
final class StorageTest {
  private Site site;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    site = new Site(folder);
  }

  @AfterEach
  void stop() {
    site.close();
  }

  @Test
  void tellsHowLongTheSpaceWillDo() {
    var volume = site.as(Role.ADMIN).get("volumes").json().at("/items/0");
    assertThat(volume.get("reservedBytes").asLong()).isEqualTo(100);
    assertThat(volume.get("bytesPerDay").asLong()).isEqualTo(30);
    assertThat(Instant.parse(volume.get("fullAt").asText()))
        .isEqualTo(Instant.parse(volume.get("oldest").asText()).plusSeconds(864_000));
    var usage = site.as(Role.ADMIN).get("storage/usage").json().at("/items/0");
    assertThat(usage.get("camera").asText()).isEqualTo("door");
    assertThat(usage.get("bytesPerDay").asLong()).isEqualTo(30);
    assertThat(site.as(Role.VIEWER).get("storage/usage").status()).isEqualTo(403);
  }

  @Test
  void addsAndRemovesVolumes() {
    var admin = site.as(Role.ADMIN);
    var wrong = admin.post("volumes", "{\"backend\":\"file\",\"settings\":{\"path\":\"disk\"}}");
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.json().at("/errors/0/pointer").asText()).isEqualTo("/settings/path");
    var made = admin.post("volumes", "{\"backend\":\"file\",\"settings\":{\"path\":\"/disk\"}}");
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.json().get("id").asText()).isEqualTo("disk");
    assertThat(made.header("Location")).endsWith("/api/v1/volumes/disk");
    assertThat(admin.get("volumes").json().get("items")).hasSize(2);
    assertThat(admin.send("DELETE", "volumes/disk", null).status()).isEqualTo(409);
    assertThat(admin.send("DELETE", "volumes/disk?forget=perhaps", null).status()).isEqualTo(422);
    assertThat(admin.send("DELETE", "volumes/disk?forget=true", null).status()).isEqualTo(204);
    assertThat(admin.send("DELETE", "volumes/disk?forget=true", null).status()).isEqualTo(404);
    assertThat(admin.send("DELETE", "volumes/first?forget=true", null).status()).isEqualTo(409);
    assertThat(admin.send("DELETE", "volumes/..%20", null).status()).isEqualTo(404);
  }

  @Test
  void theCalendarHasTheDaysOfItsZone() {
    site.backend.cameras.add("Own");
    var viewer = site.as(Role.VIEWER);
    // Clocks went back in Berlin on the 25th: it had 25 hours.
    site.backend.volumes.stretches.add(
        new Stretch(
            Instant.parse("2026-10-24T21:59:00Z"), Instant.parse("2026-10-26T00:00:00.500Z")));
    String days = "cameras/own/days?from=2026-10-23&to=2026-10-28";
    var berlin = viewer.get(days + "&zone=Europe/Berlin").json().get("items");
    assertThat(berlin.toString())
        .isEqualTo(
            "[{\"day\":\"2026-10-24\",\"recordedSeconds\":60},"
                + "{\"day\":\"2026-10-25\",\"recordedSeconds\":90000},"
                + "{\"day\":\"2026-10-26\",\"recordedSeconds\":3600}]");
    assertThat(viewer.get(days).json().get("items").toString())
        .isEqualTo(
            "[{\"day\":\"2026-10-24\",\"recordedSeconds\":7260},"
                + "{\"day\":\"2026-10-25\",\"recordedSeconds\":86400},"
                + "{\"day\":\"2026-10-26\",\"recordedSeconds\":1}]");
    assertThat(viewer.get(days + "&zone=Mars/Base").status()).isEqualTo(422);
    assertThat(viewer.get("cameras/own/days?from=2026-10-23&to=2027-11-30").status())
        .isEqualTo(422);
    assertThat(viewer.get("cameras/own/days?from=yesterday&to=2026-10-28").status()).isEqualTo(422);
  }
}
