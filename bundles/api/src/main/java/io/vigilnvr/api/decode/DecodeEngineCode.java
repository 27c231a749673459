package io.vigilnvr.api.decode;

import java.net.URL;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A service that brings a {@link DecodeEngine} to the worker processes: the content of the
 * service's own bundle goes on their class path, and these libraries.
 */
@ConsumerType
public interface DecodeEngineCode {
  /** Jar files inside the bundle. */
  List<URL> libraries();
}
