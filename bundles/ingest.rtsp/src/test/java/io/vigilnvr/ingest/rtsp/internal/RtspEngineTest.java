package io.vigilnvr.ingest.rtsp.internal;

import io.vigilnvr.api.ingest.IngestEngine;
import io.vigilnvr.tck.IngestEngineContract;

final class RtspEngineTest extends IngestEngineContract {
  @Override
  protected IngestEngine newEngine() {
    return new RtspEngine();
  }
}
