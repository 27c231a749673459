package io.vigilnvr.record.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.record.internal.FaultyBackend.Crash;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Dies at random steps, of recording and of recovery, with and without a power cut. As long as
 * workers keep what is not acknowledged, not one unit may be missing, twice, or out of order.
 */
final class CrashTest {
  private static final int LIVES = 20;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void noUnitIsMissingWhereverItDies(long seed, @TempDir Path folder) throws Exception {
    var random = new Random(seed);
    var rig = new Rig(folder);
    var stream = rig.stream(Rig.MAIN);
    boolean fed = false;
    for (int life = 0; life < LIVES; life++) {
      rig.backend.stepsToCrash = random.nextInt(40);
      rig.indexThere = random.nextInt(3) > 0;
      try {
        rig.start();
        if (!fed || random.nextInt(5) == 0) {
          stream.lose().attach().run();
          fed = true;
        } else {
          stream.attach();
        }
        for (int i = 0; i < 1000; i++) {
          stream.flow(1 + random.nextInt(60));
        }
        throw new AssertionError("it did not die");
      } catch (Crash e) {
        stream.detach();
        rig.kill();
        if (random.nextBoolean()) {
          rig.backend.cutPower(rig.volume, random);
        }
      }
    }
    rig.indexThere = true;
    rig.start();
    if (fed) {
      stream.attach().flow(100);
    }
    rig.restart(true);
    rig.start().cycle();
    List<Long> recorded = rig.recorded();
    var missing = new ArrayList<Long>();
    for (long n = 0; n < stream.next; n++) {
      if (!recorded.contains(n)) {
        missing.add(n);
      }
    }
    assertThat(missing).isEmpty();
    assertThat(recorded).isSorted().doesNotHaveDuplicates();
    rig.assertSound();
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
    assertThat(rig.engine.reconcile()).isTrue();
    rig.cycle();
    rig.assertSound();
  }
}
