package io.vigilnvr.ingest.rtsp.internal;

import io.vigilnvr.api.ingest.IngestEngine;
import io.vigilnvr.tck.IngestEngineContract;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
final class RtspEngineTest extends IngestEngineContract {
  @Override
  protected IngestEngine newEngine() {
    return new RtspEngine();
  }
}
