package io.vigilnvr.detect.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigilnvr.detect.onnx.internal.Candidates.Candidate;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether the models of the catalogue see the persons of a film, and nobody where nobody is. */
class RealModelsTest {
  @ParameterizedTest
  @ValueSource(strings = {"yolox-nano", "nanodet-m", "fastestdet"})
  void seesPersonsWhereTheyAre(String id) throws Exception {
    Optional<Path> file = Material.model(id);
    Optional<Path> film = Material.film();
    assumeTrue(file.isPresent(), "the model " + id + " is not there: set VIGIL_SHARED");
    assumeTrue(film.isPresent(), "the footage of six persons is not there: set VIGIL_SHARED");
    assumeTrue(Material.canDecode(), "ffmpeg is not installed");
    Descriptor descriptor = Catalog.read().entry(id).orElseThrow().descriptor();
    byte[] bytes = Files.readAllBytes(file.get());
    InstalledModel.attempt(descriptor, bytes, new Inference(1));
    try (OpenModel model = OpenModel.open(descriptor, bytes, new Inference(1))) {
      for (int second : new int[] {14, 35, 60, 80, 105, 130}) {
        assertThat(persons(model, film.get(), second)).as("persons at %s s", second).hasSize(1);
      }
      for (int second : new int[] {3, 47, 89}) {
        assertThat(persons(model, film.get(), second)).as("persons at %s s", second).isEmpty();
      }
    }
  }

  private static List<Candidate> persons(OpenModel model, Path film, int second) throws Exception {
    ByteBuffer frame = Material.frame(film, second);
    var sampler = new Sampler(model.descriptor().input(), Material.WIDTH);
    Sampler.Placing placing = sampler.place(new Crop(0, 0, Material.WIDTH, Material.HEIGHT));
    int person = model.descriptor().labels().indexOf("person");
    return model.look(input -> sampler.fill(frame, placing, input), 0.5).stream()
        .filter(candidate -> candidate.label() == person)
        .toList();
  }
}
