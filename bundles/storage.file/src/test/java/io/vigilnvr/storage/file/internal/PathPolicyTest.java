package io.vigilnvr.storage.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.storage.VolumeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PathPolicyTest {
  private final Path folder;
  private final Path data;
  private final PathPolicy policy;

  PathPolicyTest(@TempDir Path folder) throws Exception {
    this.folder = folder.toRealPath();
    this.data = Files.createDirectory(this.folder.resolve("data"));
    this.policy = new PathPolicy(Optional.of(data), Set.of(this.folder.resolve("used")));
  }

  private void assertRefused(Object path, String why) {
    assertThatThrownBy(() -> policy.check(path.toString()))
        .isInstanceOfSatisfying(
            InvalidSettingsException.class,
            e ->
                assertThat(e.problems())
                    .singleElement()
                    .satisfies(
                        problem -> {
                          assertThat(problem.pointer()).isEqualTo("/path");
                          assertThat(problem.detail()).contains(why);
                        }));
  }

  @Test
  void aFolderThatIsNotThereOrEmptyMayBecomeAVolume() throws Exception {
    assertThat(policy.check(folder.resolve("disk/deep").toString())).isEmpty();
    Files.createDirectories(folder.resolve("disk/lost+found"));
    assertThat(policy.check(folder.resolve("disk").toString())).isEmpty();
    assertThat(policy.check(data.resolve("recordings-2").toString())).isEmpty();
    assertThat(folder.resolve("disk/deep")).doesNotExist();
  }

  @Test
  void aVolumeIsKnownAgain() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    new Marker("yard", 7, "2026-11-22T14:03:05Z").write(disk);
    Files.createDirectory(disk.resolve("door"));
    assertThat(policy.check(disk.toString())).contains(new VolumeId("yard"));
    assertRefused(disk.resolve("door"), "lies in a volume");
    Files.writeString(disk.resolve(Marker.NAME), "{}");
    assertRefused(disk, "damaged");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/etc",
        "/etc/vigil",
        "/usr/local/disk",
        "/proc/self",
        "/dev/shm/x",
        "/var",
        "/home",
        "/tmp",
        "/tmp/../etc",
        "/run/x",
        "//etc//x",
        "/sys"
      })
  void foldersOfTheSystemAreNone(String path) {
    assertRefused(path, "system");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "disk", "../disk", "./x", "~/disk", "file:///disk", "\0"})
  void onlyAbsolutePathsArePaths(String path) {
    assertRefused(path, "absolute");
  }

  @Test
  void linksAreFollowedFirst() throws Exception {
    Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc"));
    assertRefused(folder.resolve("link"), "system");
    assertRefused(folder.resolve("link/disk"), "system");
    Files.createSymbolicLink(folder.resolve("secret"), data);
    assertRefused(folder.resolve("secret/secrets"), "data of Vigil");
    Files.createSymbolicLink(folder.resolve("nowhere"), folder.resolve("gone"));
    assertRefused(folder.resolve("nowhere"), "no folder");
  }

  @Test
  void thePlatformsOwnIsNone() throws Exception {
    assertRefused(data, "data of Vigil");
    assertRefused(folder, "holds the data");
    assertRefused(data.resolve("secrets"), "lies in the data");
    assertRefused(data.resolve("database/base"), "lies in the data");
  }

  @Test
  void volumesDoNotLieInEachOther() {
    assertRefused(folder.resolve("used"), "in use");
    assertRefused(folder.resolve("used/deeper"), "lies in a volume");
  }

  @Test
  void whatIsFullOrNoFolderIsNone() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Path file = Files.writeString(disk.resolve("letter.txt"), "dear");
    assertRefused(disk, "not empty");
    assertRefused(file, "no folder");
    assertRefused(file.resolve("x"), "no folder");
  }
}
