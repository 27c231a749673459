package io.vigilnvr.api.ingest;

import java.time.Instant;
import java.util.Optional;

/**
 * How one stream is being received.
 *
 * @param cause why, in words a user understands, without secrets; empty while all is well
 * @param received access units received in the stream's life with its present worker
 * @param engine id of the engine that receives it; empty before the first try
 */
public record IngestStatus(
    Phase phase, Instant since, Optional<String> cause, long received, String engine) {
  /** What ingest is doing about the stream. */
  public enum Phase {
    CONNECTING,
    STREAMING,
    /** Connected, but nothing has arrived for the watchdog's time (3 s). */
    STALLED,
    /** Lost; waiting to try again, 1 s to 30 s. */
    BACKOFF,
    /** The login was refused; tried again each minute. */
    UNAUTHORIZED,
    /** Cannot work, e.g. no engine speaks the scheme. */
    ERROR
  }
}
