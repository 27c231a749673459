package io.vigilnvr.api.ingest;

import java.net.URL;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A service that brings an {@link IngestEngine} to the worker processes: the content of the
 * service's own bundle goes on their class path, and these libraries.
 */
@ConsumerType
public interface IngestEngineCode {
  /** Service property: the engine's id. */
  String ENGINE = "vigil.ingest.engine";

  /** Jar files inside the bundle. */
  List<URL> libraries();
}
