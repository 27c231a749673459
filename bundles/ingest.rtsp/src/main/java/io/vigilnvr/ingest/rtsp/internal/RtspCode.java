package io.vigilnvr.ingest.rtsp.internal;

import io.vigilnvr.api.ingest.IngestEngineCode;
import java.net.URL;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Brings the engine to the workers. */
@Component(property = IngestEngineCode.ENGINE + "=" + RtspEngine.ID)
public final class RtspCode implements IngestEngineCode {
  @Override
  public List<URL> libraries() {
    return List.of();
  }
}
