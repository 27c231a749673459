package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraObserver;
import io.vigilnvr.api.decode.Frames;
import io.vigilnvr.api.decode.Pictures;
import io.vigilnvr.api.detect.Analysis;
import io.vigilnvr.api.detect.Detector;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.ChangeObserver;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventLog;
import io.vigilnvr.api.health.HealthCheck;
import io.vigilnvr.api.plugin.PluginCatalog;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.task.Tasks;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.annotations.ReferenceScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine as a component: detectors come and go, cameras are told of. */
@Component(
    immediate = true,
    configurationPid = "vigil.detect",
    service = {Analysis.class, CameraObserver.class, HealthCheck.class})
public final class DetectService implements Analysis, CameraObserver, HealthCheck {
  private static final Logger log = LoggerFactory.getLogger(DetectService.class);

  private static final Duration ROUND = Duration.ofMillis(250);

  private final Engine engine;
  private final Tasks tasks;

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<ChangeObserver> observers = List.of();

  @Activate
  public DetectService(
      @Reference Frames frames,
      @Reference Pictures pictures,
      @Reference EventLog events,
      @Reference StreamHub hub,
      @Reference PluginCatalog catalog,
      @Reference Clock clock,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks) {
    this.tasks = tasks;
    engine =
        new Engine(
            new Engine.Parts(
                frames,
                pictures,
                events,
                stream -> hub.status(stream).filter(one -> one.codec().isPresent()).isPresent(),
                (id, settings) -> catalog.check(PluginCatalog.Kind.DETECTOR, id, settings),
                tasks,
                clock,
                this::tell),
            Limits.USUAL);
  }

  /** Comes after the references of other bundles, as far as they are there. */
  @Activate
  void activate() {
    tasks.start("detect-pictures", engine::keepPictures);
    tasks.repeat("detect", ROUND, engine::look);
  }

  @Deactivate
  void stop() {
    engine.close();
  }

  @Reference(
      service = Detector.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addDetector(Detector service, Map<String, Object> properties) {
    if (properties.get(Detector.DETECTOR) instanceof String id) {
      int ranking =
          properties.get(Constants.SERVICE_RANKING) instanceof Integer number ? number : 0;
      engine.detectors().add(id, ranking, serviceId(properties), service);
    } else {
      log.warn("{} has no property {}: ignored", service.getClass().getName(), Detector.DETECTOR);
    }
  }

  void removeDetector(Detector service, Map<String, Object> properties) {
    engine.detectors().remove(serviceId(properties));
  }

  private static long serviceId(Map<String, Object> properties) {
    return properties.get(Constants.SERVICE_ID) instanceof Long number ? number : -1;
  }

  private void tell(CameraId camera) {
    for (ChangeObserver observer : observers) {
      observer.changed(new Change.StatusChanged(camera));
    }
  }

  @Override
  public void changed(Camera camera) {
    engine.changed(camera);
  }

  @Override
  public void removed(CameraId camera) {
    engine.removed(camera);
  }

  @Override
  public String name() {
    return "detection";
  }

  @Override
  public Optional<String> problem() {
    return engine.problem();
  }

  @Override
  public List<Standing> standings(CameraId camera) {
    return engine.standings(camera);
  }

  @Override
  public Optional<List<Event.Box>> motion(CameraId camera) {
    return engine.motion(camera);
  }

  @Override
  public Optional<Sight> sight(CameraId camera) {
    return engine.sight(camera);
  }

  @Override
  public Watching watch(CameraId camera, String detector, Watcher watcher) {
    return engine.watch(camera, detector, watcher);
  }
}
