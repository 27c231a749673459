package io.vigilnvr.rest.internal;

import java.util.ArrayList;
import java.util.List;

/** Our own resources. */
final class Resources {
  private Resources() {}

  static List<Object> all(Backend backend, KeptExports exports) {
    var all = new ArrayList<Object>();
    all.add(new SetupResource(backend));
    all.add(new SessionResource(backend));
    all.add(new TokenResource(backend));
    all.add(new UserResource(backend));
    all.add(new AuditResource(backend));
    all.add(new CatalogResource(backend));
    all.add(new CameraResource(backend));
    all.add(new RecordingResource(backend));
    all.add(new SegmentResource(backend));
    all.add(new CameraExportResource(backend, exports));
    all.add(new ExportResource(backend, exports));
    all.add(new SystemResource(backend));
    all.add(new OpenApiResource(List.copyOf(all), backend.version()));
    return List.copyOf(all);
  }
}
