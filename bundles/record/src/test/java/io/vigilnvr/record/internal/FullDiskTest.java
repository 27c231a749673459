package io.vigilnvr.record.internal;

import static io.vigilnvr.record.internal.Rig.MAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.Recordings.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system that becomes full; needs root, to mount one. */
final class FullDiskTest {
  private final Path folder;
  private final Rig rig;
  private boolean mounted;

  FullDiskTest(@TempDir Path folder) {
    this.folder = folder;
    this.rig = new Rig(folder);
  }

  @BeforeEach
  void mount() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can mount a small disk");
    Files.createDirectory(rig.volume);
    mounted = run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", rig.volume.toString()) == 0;
    assumeTrue(mounted, "mounting is not allowed here");
    rig.backend.realCapacity = true;
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      rig.backend.die();
      run("umount", "-l", rig.volume.toString());
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  @Test
  void theOldestMakesRoomForEver() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run();
    for (int second = 0; second < 400; second++) {
      stream.pictures(25);
      rig.cycle();
      if (second % 10 == 0) {
        rig.look();
        rig.retention().round();
      }
    }
    assertThat(rig.engine.status(MAIN).lost()).isZero();
    assertThat(rig.engine.status(MAIN).state()).isEqualTo(State.RECORDING);
    assertThat(rig.ledger().gaps())
        .extracting(Ledger.Gap::cause)
        .containsExactly(GapCause.DELETED_BY_RETENTION);
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    rig.assertSound();
  }

  @Test
  void aForeignFileThatFillsTheDiskCostsNothing() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(50 * 25);
    Path foreign = rig.volume.resolve("vigil-volume.foreign");
    try {
      Files.write(foreign, new byte[2 << 20]);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
    stream.flow(30 * 25);
    assertThat(rig.engine.status(MAIN).lost()).isZero();
    assertThat(rig.engine.status(MAIN).state()).isEqualTo(State.RECORDING);
    Files.delete(foreign);
    rig.restart(true);
    rig.start().cycle();
    rig.assertSound();
  }

  @Test
  void aFullDiskWithNothingToDeleteStopsAndGoesOnWhenThereIsRoom() throws Exception {
    rig.start();
    var plan = RecordingPlan.DEFAULT;
    rig.camera(
        new RecordingPlan(
            plan.mode(),
            plan.stream(),
            plan.preRoll(),
            plan.postRoll(),
            new RecordingPlan.Retention(7, 7, OptionalLong.empty(), 1)));
    Path foreign = rig.volume.resolve("vigil-volume.foreign");
    Files.write(foreign, new byte[1 << 20]);
    var stream = rig.stream(MAIN).attach().run().flow(150 * 25);
    assertThat(rig.engine.status(MAIN).state()).isEqualTo(State.FAILED);
    assertThat(rig.engine.problem()).isPresent();
    assertThat(rig.index.log).isEmpty();
    assertThat(stream.acknowledged).isEqualTo(stream.next - 1);
    Files.delete(foreign);
    rig.cycle();
    rig.reopen();
    stream.flow(20 * 25);
    assertThat(rig.engine.status(MAIN).state()).isEqualTo(State.RECORDING);
    assertThat(rig.ledger().gaps())
        .extracting(Ledger.Gap::cause)
        .isEqualTo(List.of(GapCause.STORAGE));
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    rig.restart(true);
    rig.start().cycle();
    rig.assertSound();
    assertThat(folder).isNotEmptyDirectory();
  }
}
