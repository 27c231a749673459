package io.vigilnvr.plugin.internal;

import io.vigilnvr.api.camera.CameraDriver;
import io.vigilnvr.api.camera.CameraFinder;
import io.vigilnvr.api.detect.Detector;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.ChangeObserver;
import io.vigilnvr.api.ingest.IngestEngineCode;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.storage.StorageBackend;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleListener;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Says that a plugin, or what it provides, is not what it was. */
@Component(
    immediate = true,
    service = {})
public final class PluginNews {
  private static final String TYPES =
      Stream.of(
              CameraDriver.class,
              CameraFinder.class,
              Detector.class,
              Recorder.class,
              StorageBackend.class,
              IngestEngineCode.class)
          .map(type -> "(objectClass=" + type.getName() + ")")
          .collect(Collectors.joining("", "(|", ")"));

  private final BundleContext context;
  private final BundleListener bundles = event -> tell(event.getBundle());
  private final ServiceListener services;

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<ChangeObserver> observers = List.of();

  @Activate
  public PluginNews(BundleContext context) {
    this.context = context;
    this.services =
        event -> {
          Bundle bundle = event.getServiceReference().getBundle();
          if (bundle != null) {
            tell(bundle);
          }
        };
    context.addBundleListener(bundles);
    try {
      context.addServiceListener(services, TYPES);
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Deactivate
  void deactivate() {
    context.removeBundleListener(bundles);
    context.removeServiceListener(services);
  }

  private void tell(Bundle bundle) {
    String id = bundle.getSymbolicName();
    if (id != null && InstalledPlugins.isOurs(bundle)) {
      observers.forEach(observer -> observer.changed(new Change.PluginChanged(id)));
    }
  }
}
