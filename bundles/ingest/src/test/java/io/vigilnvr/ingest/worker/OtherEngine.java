package io.vigilnvr.ingest.worker;

import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSession;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.ingest.IngestEngine;
import java.util.Set;

/** For what {@link FakeEngine}, which is preferred, cannot receive. */
public final class OtherEngine implements IngestEngine {
  @Override
  public String id() {
    return "other";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("fake");
  }

  @Override
  public int preference() {
    return -1;
  }

  @Override
  public EngineSession open(EngineRequest request, EngineSink sink) {
    return FakeEngine.send(request, sink);
  }

  @Override
  public void close() {}
}
