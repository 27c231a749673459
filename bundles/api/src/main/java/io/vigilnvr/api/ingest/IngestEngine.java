package io.vigilnvr.api.ingest;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Receives streams; runs inside a worker process, never in the platform. Found there by {@link
 * java.util.ServiceLoader}, so its bundle has {@code META-INF/services/} for it, and a service
 * {@link IngestEngineCode} that brings the code to the worker. Imports nothing but {@code api},
 * {@code media} and its own libraries.
 *
 * <p>An engine connects once and then fails: retrying, back-off, the watchdog, the ring and the
 * numbering are the worker's, the same for every engine.
 */
@ConsumerType
public interface IngestEngine extends AutoCloseable {
  /** Short and stable, e.g. {@code gstreamer}. */
  String id();

  /** URI schemes it speaks, in lower case. */
  Set<String> schemes();

  /**
   * Of several that speak a scheme, the one with the highest preference is taken; the next one is
   * for cameras that it cannot receive.
   */
  default int preference() {
    return 0;
  }

  /** Whether a source's {@code certificate} is verified; one that names it gets no other engine. */
  default boolean verifiesCertificates() {
    return false;
  }

  /**
   * Starts to connect and returns at once. Everything else is told to the sink, from threads of the
   * engine's, one call at a time.
   */
  EngineSession open(EngineRequest request, EngineSink sink);

  /** Frees what sessions share. Sessions are closed before. */
  @Override
  void close();
}
