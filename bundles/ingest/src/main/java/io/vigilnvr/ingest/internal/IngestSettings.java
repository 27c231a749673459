package io.vigilnvr.ingest.internal;

import io.vigilnvr.api.plugin.Configured;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@link IngestConfig}, checked.
 *
 * @param camerasPerWorker 0 if it is for the engine to say
 * @param lease how long workers go on while the platform is away
 */
record IngestSettings(int camerasPerWorker, Duration lease) {
  static final String PID = "vigil.ingest";

  static IngestSettings of(Map<String, ?> properties, Consumer<String> refusals) {
    var given = new Configured(PID, IngestConfig.class, properties, refusals);
    return new IngestSettings(
        given.whole("camerasPerWorker", 0, 64),
        Duration.ofSeconds(given.whole("leaseSeconds", 5, 3600)));
  }
}
