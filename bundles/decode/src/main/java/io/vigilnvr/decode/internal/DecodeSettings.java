package io.vigilnvr.decode.internal;

import io.vigilnvr.api.plugin.Configured;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * {@link DecodeConfig}, checked.
 *
 * @param hardware whether it may decode
 * @param avoided names of decoders that may not be used
 */
record DecodeSettings(
    int workers,
    Duration idle,
    long bytes,
    int transcodes,
    boolean hardware,
    List<String> avoided) {
  static final String PID = "vigil.decode";

  private static final Pattern DECODER = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  static DecodeSettings of(Map<String, ?> properties, Consumer<String> refusals) {
    var given = new Configured(PID, DecodeConfig.class, properties, refusals);
    return new DecodeSettings(
        given.whole("workers", 1, 2),
        Duration.ofSeconds(given.whole("idleSeconds", 1, 3600)),
        (long) given.whole("memoryMegabytes", 200, 8000) << 20,
        given.whole("transcodes", 0, 16),
        given.word("decoders", "auto", "software").equals("auto"),
        given.list("avoidedDecoders", DECODER, "the name of a decoder"));
  }
}
