package io.vigilnvr.api.record;

import io.vigilnvr.api.camera.StreamRole;
import java.time.Instant;
import java.util.List;

/**
 * What is recorded of a camera between two moments, and what is not and why. Spans and gaps are in
 * order of time, do not overlap, and together cover the whole time asked for, from the camera's
 * creation on and up to now.
 */
public record Ledger(List<Span> spans, List<Gap> gaps) {
  /** Recorded without a break. */
  public record Span(Instant from, Instant to, long bytes, StreamRole stream) {}

  /** Not recorded. */
  public record Gap(Instant from, Instant to, GapCause cause) {}

  public Ledger {
    spans = List.copyOf(spans);
    gaps = List.copyOf(gaps);
  }
}
