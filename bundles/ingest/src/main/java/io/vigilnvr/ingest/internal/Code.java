package io.vigilnvr.ingest.internal;

import java.nio.file.Path;
import java.util.List;

/**
 * What a worker process runs.
 *
 * @param digest tells this from all other code
 */
record Code(String digest, List<Path> classPath) {
  Code {
    classPath = List.copyOf(classPath);
  }
}
