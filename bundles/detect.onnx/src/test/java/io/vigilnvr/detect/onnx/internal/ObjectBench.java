package io.vigilnvr.detect.onnx.internal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What looking at one picture costs, in time of the processor; run by {@code mvn test
 * -Dtest=ObjectBench -Dvigil.bench=true}.
 */
@EnabledIfSystemProperty(named = "vigil.bench", matches = "true")
class ObjectBench {
  private static final int ROUNDS = 60;

  @Test
  @SuppressWarnings("SystemOut") // what it is for
  void measures() throws Exception {
    Optional<Path> film = Material.film();
    assumeTrue(film.isPresent(), "the footage of six persons is not there: set VIGIL_SHARED");
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    ByteBuffer frame = Material.frame(film.get(), 35);
    for (Catalog.Entry entry : Catalog.read().entries()) {
      Descriptor descriptor = entry.descriptor();
      byte[] bytes = Files.readAllBytes(Material.model(descriptor.id()).orElseThrow());
      try (OpenModel model = OpenModel.open(descriptor, bytes, new Inference(1))) {
        var sampler = new Sampler(descriptor.input(), Material.WIDTH);
        var placing = sampler.place(new Crop(0, 0, Material.WIDTH, Material.HEIGHT));
        double[] all = new double[ROUNDS];
        double[] filling = new double[ROUNDS];
        for (int i = -20; i < ROUNDS; i++) {
          int round = Math.max(0, i);
          long start = threads.getCurrentThreadCpuTime();
          model.look(
              input -> {
                long before = threads.getCurrentThreadCpuTime();
                sampler.fill(frame, placing, input);
                filling[round] = (threads.getCurrentThreadCpuTime() - before) / 1e6;
              },
              0.1);
          all[round] = (threads.getCurrentThreadCpuTime() - start) / 1e6;
        }
        Arrays.sort(all);
        Arrays.sort(filling);
        System.out.printf(
            "%s: median %.1f ms, of these %.1f ms to make the input; least %.1f, nine tenths below"
                + " %.1f ms%n",
            descriptor.id(), all[ROUNDS / 2], filling[ROUNDS / 2], all[0], all[ROUNDS * 9 / 10]);
      }
    }
  }
}
