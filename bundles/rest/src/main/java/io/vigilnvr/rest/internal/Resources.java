package io.vigilnvr.rest.internal;

import java.util.ArrayList;
import java.util.List;

/** Our own resources. */
final class Resources {
  private Resources() {}

  /** What resources share with other components. */
  record Parts(KeptExports exports, SystemHistory history, LogRing log, CameraSearch search) {}

  /** All but the description of them, which each {@link Application} makes itself. */
  static List<Object> all(Backend backend, Parts parts) {
    KeptExports exports = parts.exports();
    var all = new ArrayList<Object>();
    all.add(new SetupResource(backend));
    var confirmations = new Confirmations(() -> backend.clock().instant());
    all.add(new SessionResource(backend, confirmations));
    all.add(new TokenResource(backend, confirmations));
    all.add(new UserResource(backend, confirmations));
    all.add(new AuditResource(backend));
    all.add(new CatalogResource(backend));
    all.add(new CameraResource(backend, parts.search()));
    all.add(new RecordingResource(backend));
    all.add(new SegmentResource(backend));
    var films = new CameraExportResource(backend, exports);
    all.add(films);
    all.add(new EventResource(backend, films));
    all.add(new ExportResource(backend, exports));
    all.add(new SystemResource(backend));
    all.add(new StorageResource(backend));
    all.add(new MonitorResource(backend, parts.history(), parts.log()));
    all.add(new PluginResource(backend, confirmations));
    all.add(new PreferencesResource(backend));
    all.add(new ViewResource(backend));
    return List.copyOf(all);
  }
}
