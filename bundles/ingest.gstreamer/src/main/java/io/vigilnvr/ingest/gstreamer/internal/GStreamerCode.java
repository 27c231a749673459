package io.vigilnvr.ingest.gstreamer.internal;

import io.vigilnvr.api.decode.DecodeEngineCode;
import io.vigilnvr.api.ingest.IngestEngineCode;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Brings the engines and their libraries to the workers. */
@Component(property = IngestEngineCode.ENGINE + "=" + GStreamerEngine.ID)
public final class GStreamerCode implements IngestEngineCode, DecodeEngineCode {
  private final List<URL> libraries;

  @Activate
  public GStreamerCode(BundleContext context) {
    libraries =
        List.copyOf(Collections.list(context.getBundle().findEntries("lib", "*.jar", false)));
  }

  @Override
  public List<URL> libraries() {
    return libraries;
  }
}
