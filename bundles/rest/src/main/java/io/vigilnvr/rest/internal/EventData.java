package io.vigilnvr.rest.internal;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What detectors say of an event, as far as it has a meaning for others, for the description of the
 * API. Other systems say what they like.
 *
 * @param area of what moved, as a fraction of the picture
 * @param path where its foot was
 * @param continues id of the event that was split off before it
 * @param interrupted whether Vigil stopped while it lasted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record EventData(
    @Nullable String reason,
    @Nullable String model,
    @Nullable Long frames,
    @Nullable Long track,
    @Nullable Instant bestAt,
    @Nullable Double peakScore,
    @Nullable Double threshold,
    @Nullable Double area,
    @Nullable List<Step> path,
    @Nullable List<Crossing> crossed,
    @Nullable List<String> loitered,
    @Nullable Boolean stationary,
    @Nullable String continues,
    @Nullable Boolean interrupted) {
  /**
   * @param seconds since the event began
   */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  record Step(double seconds, double x, double y) {}

  /**
   * @param direction seen from the line's first corner
   */
  record Crossing(String line, @Means(words = {"left", "right"}) String direction) {}
}
