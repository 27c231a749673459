package io.vigilnvr.record.internal;

import static io.vigilnvr.record.internal.Rig.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.record.Segment;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordEngineTest {
  private final Rig rig;

  RecordEngineTest(@TempDir Path folder) {
    rig = new Rig(folder);
  }

  private static List<Long> numbers(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  @Test
  void fragmentsBecomeFilesAndRows() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(25 * 25);
    assertThat(rig.recorded()).isEqualTo(numbers(0, 624));
    assertThat(rig.rows())
        .hasSize(2)
        .allSatisfy(
            row -> {
              assertThat(row.state()).isEqualTo(Segment.State.SEALED);
              assertThat(row.accessUnits()).isEqualTo(250);
              assertThat(row.codecs()).isEqualTo("avc1.42c028");
              assertThat(row.path()).matches("door/main/2026/11/22/14/20261122T1403.*Z-[0-9]+.mp4");
            });
    assertThat(rig.segments(MAIN))
        .extracting(Segment::firstSequence)
        .containsExactly(0L, 250L, 500L);
    assertThat(stream.acknowledged).isEqualTo(624);
    assertThat(rig.engine.status(MAIN).recorded()).isEqualTo(625);
    assertThat(rig.engine.status(MAIN).lost()).isZero();
    rig.restart(true);
    rig.start().cycle();
    assertThat(rig.rows()).hasSize(3);
    rig.assertSound();
  }

  @Test
  void nothingIsAcknowledgedBeforeItIsSynced() {
    var stream = rig.start().stream(MAIN).attach().run().pictures(25);
    assertThat(stream.acknowledged).isEqualTo(-1);
    rig.backend.calls.clear();
    rig.cycle();
    assertThat(stream.acknowledged).isEqualTo(24);
    assertThat(rig.backend.calls.stream().map(call -> call.split(" ", 2)[0]))
        .containsExactly("journal", "syncJournal", "create", "append", "sync");
  }
}
