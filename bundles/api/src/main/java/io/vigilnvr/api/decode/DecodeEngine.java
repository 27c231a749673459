package io.vigilnvr.api.decode;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decodes; runs inside a worker process, never in the platform. Found there by {@link
 * java.util.ServiceLoader}, so its bundle has {@code META-INF/services/} for it, and a service
 * {@link DecodeEngineCode} that brings the code to the worker. Imports nothing but {@code api},
 * {@code media} and its own libraries.
 */
@ConsumerType
public interface DecodeEngine extends AutoCloseable {
  /** System property of the worker: {@code software} if no hardware may be used. */
  String DECODERS = "vigil.decode.decoders";

  /** System property of the worker: names of decoders that may not be used, with commas between. */
  String AVOIDED = "vigil.decode.avoided";

  /** Short and stable, e.g. {@code gstreamer}. */
  String id();

  /** Why nothing can be decoded here, in words a user understands; empty if it can. */
  Optional<String> problem();

  /**
   * Starts to decode a track. What cannot be done is told to the sink.
   *
   * @param sink called from the thread that calls the session, or one of the engine's; one call at
   *     a time
   */
  DecodeSession open(DecodeRequest request, DecodeSink sink);

  /** Frees what sessions share. Sessions are closed before. */
  @Override
  void close();
}
