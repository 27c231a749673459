package io.vigilnvr.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vigilnvr.tck.Sample.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class SampleTest {
  @ParameterizedTest
  @FieldSource("io.vigilnvr.tck.Sample#BUILT_IN")
  void loopsWithoutASeam(String name) {
    Sample sample = Sample.named(name);
    assertThat(sample.frameRate()).isEqualTo(25);
    assertThat(sample.units[0].keyframe()).isTrue();
    assertThat(sample.parameterSets).hasSize(sample.video() == Sample.Video.H264 ? 2 : 3);
    assertThat(sample.pictures() * 3600L).isEqualTo(sample.loopTicks);
    assertThat(Arrays.stream(sample.units).mapToLong(Unit::dueNanos)).isSorted();
  }

  @Test
  void hasAudioForExactlyTheLengthOfItsVideo() {
    Sample sample = Sample.aac();
    long[] ticks =
        Arrays.stream(sample.units)
            .filter(unit -> unit.track() == Sample.AUDIO)
            .mapToLong(Unit::ptsTicks)
            .toArray();
    assertThat(ticks[0]).isZero();
    assertThat(ticks[ticks.length - 1]).isEqualTo(8 * 48_000 - 1024);
    assertThat(ticks).hasSize(375);
  }

  @Test
  void refusesWhatItCannotSend(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("noise.mp4"), new byte[100]);
    assertThatIOException().isThrownBy(() -> Sample.file(file)).withMessageContaining("noise.mp4");
    assertThatIllegalArgumentException().isThrownBy(() -> Sample.named("nothing"));
  }

  @Test
  void readsAFileOnceForAllCameras(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("copy.mp4");
    try (var in = SampleTest.class.getResourceAsStream("sub.mp4")) {
      Files.copy(java.util.Objects.requireNonNull(in), file);
    }
    assertThat(Sample.file(file)).isSameAs(Sample.file(file));
    assertThat(Sample.file(file).pictures()).isEqualTo(Sample.sub().pictures());
  }
}
