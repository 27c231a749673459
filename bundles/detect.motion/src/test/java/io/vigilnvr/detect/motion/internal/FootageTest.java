package io.vigilnvr.detect.motion.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The measures of this film are printed by {@link MotionBench}; it was used to choose figures. */
final class FootageTest {
  @Test
  void findsAllSixPersons() throws Exception {
    Optional<Path> file = Footage.file();
    assumeTrue(file.isPresent(), "the footage of six persons is not there: set VIGIL_SHARED");
    assumeTrue(Footage.canDecode(), "ffmpeg is not installed");
    Trial trial = Trial.of(Footage.decode(file.orElseThrow()), Footage.TRUTH, Map.of(), 5);
    assertThat(trial.found()).isEqualTo(6);
    assertThat(trial.delays()).allSatisfy(delay -> assertThat(delay).isLessThan(1));
    assertThat(trial.falseEvents()).isZero();
  }
}
