package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraObserver;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.camera.CameraStatus;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.health.HealthCheck;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex;
import io.vigilnvr.api.storage.StorageBackend;
import io.vigilnvr.api.stream.StreamRecorder;
import io.vigilnvr.api.task.Tasks;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferenceScope;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The engine as a component: its threads, its references, and when it offers itself to the hub.
 *
 * <p>{@link StreamRecorder} is registered once the volume is online and its open files are known,
 * so that streams go on where they were. If it does not come for a while, streams go by, named as
 * lost to storage, and live pictures work; when it comes after all, the service is registered anew,
 * and the hub asks again where to go on.
 */
@Component(
    immediate = true,
    configurationPid = "vigil.record",
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    service = {Recordings.class, CameraObserver.class, HealthCheck.class})
@Designate(ocd = RecordConfig.class)
public final class RecordComponent implements Recordings, CameraObserver, HealthCheck {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration PROBE = Duration.ofSeconds(10);
  private static final Duration RETENTION = Duration.ofSeconds(60);
  private static final Duration SETTLED = Duration.ofSeconds(90);

  /** So long the first volume may take until streams go on without it. */
  private static final Duration BLIND = Duration.ofSeconds(20);

  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final BundleContext context;
  private final Optional<Bundle> framework;
  private final Path data;
  private final RecordEngine engine;
  private final Tasks tasks;
  private final Map<String, Recorder> recorders = new ConcurrentHashMap<>();
  private final Map<String, StorageBackend> backends = new ConcurrentHashMap<>();
  private volatile @Nullable SegmentIndex index;
  private final long startedAt = System.nanoTime();

  /** Guarded by this. */
  private @Nullable ServiceRegistration<StreamRecorder> registration;

  private boolean registeredBlind;
  private boolean stopped;
  private volatile boolean reconciled;

  @Activate
  public RecordComponent(
      BundleContext context,
      RecordConfig config,
      @Reference Clock clock,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks) {
    this.context = context;
    this.framework = Optional.ofNullable(context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION));
    String folder = context.getProperty("vigil.data");
    this.data = Path.of(folder == null ? "data" : folder);
    this.engine =
        new RecordEngine(
            RecordSettings.of(config),
            new KnownVolumes(data),
            id -> Optional.ofNullable(backends.get(id)),
            id -> Optional.ofNullable(recorders.get(id)),
            () -> Optional.ofNullable(index),
            this::isPlatformEnding,
            () -> context.getServiceReference(CameraRegistry.class) != null,
            clock,
            System::nanoTime);
    this.tasks = tasks;
  }

  /** Comes after the references of other bundles, as far as they are there. */
  @Activate
  void activate() {
    tasks.start("record-flusher", engine.flusher()::run);
    tasks.repeat("record-volume", SECOND, this::look);
    tasks.repeat("record-probe", PROBE, engine.watch()::probe);
    tasks.repeat("record-index", SECOND, this::feed);
    tasks.repeat("record-retention", RETENTION, engine.retention()::round);
  }

  @Reference(
      service = SegmentIndex.class,
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC)
  void setIndex(SegmentIndex service) {
    index = service;
  }

  void unsetIndex(SegmentIndex service) {
    if (service == index) {
      index = null;
    }
  }

  @Reference(
      service = Recorder.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addRecorder(Recorder service, Map<String, Object> properties) {
    recorders.put(String.valueOf(properties.get(Recorder.RECORDER)), service);
  }

  void removeRecorder(Recorder service) {
    recorders.values().remove(service);
  }

  @Reference(
      service = StorageBackend.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addBackend(StorageBackend service, Map<String, Object> properties) {
    backends.put(String.valueOf(properties.get(StorageBackend.STORAGE)), service);
  }

  void removeBackend(StorageBackend service) {
    backends.values().remove(service);
  }

  private void look() {
    engine.watch().look();
    offer();
  }

  private synchronized void offer() {
    boolean sees = engine.knowsPositions();
    boolean waits = !sees && System.nanoTime() - startedAt < BLIND.toNanos();
    if (stopped || waits) {
      return;
    }
    ServiceRegistration<StreamRecorder> offered = registration;
    if (offered != null && registeredBlind && sees) {
      offered.unregister();
      offered = null;
    }
    if (offered == null) {
      registeredBlind = !sees;
      registration = context.registerService(StreamRecorder.class, engine, null);
    }
  }

  private void feed() {
    engine.feed().feed();
    boolean settled = System.nanoTime() - startedAt > SETTLED.toNanos();
    if (settled && !reconciled && index != null) {
      reconciled = engine.reconcile();
    }
  }

  /**
   * Ends files if the platform stops for good; else leaves them for the next life to go on with.
   */
  @Deactivate
  void deactivate() throws InterruptedException {
    synchronized (this) {
      stopped = true;
      ServiceRegistration<StreamRecorder> offered = registration;
      registration = null;
      if (offered != null) {
        offered.unregister();
      }
    }
    engine.flusher().stop(PATIENCE);
    engine.stop(isPlatformEnding() && !Files.exists(data.resolve("run").resolve("handover")));
  }

  private boolean isPlatformEnding() {
    return framework.map(Bundle::getState).orElse(Bundle.ACTIVE) == Bundle.STOPPING;
  }

  @Override
  public String name() {
    return "storage";
  }

  @Override
  public Optional<String> problem() {
    return engine.problem();
  }

  @Override
  public void changed(Camera camera) {
    engine.cameras().changed(camera);
  }

  @Override
  public void removed(CameraId camera) {
    engine.cameras().removed(camera);
  }

  @Override
  public void status(CameraId camera, CameraStatus status) {
    engine.cameras().status(camera, status);
  }

  @Override
  public Ledger ledger(CameraId camera, Instant from, Instant to) {
    return engine.ledger(camera, from, to);
  }

  @Override
  public List<Segment> segments(StreamId stream, Instant from, Instant to) {
    return engine.segments(stream, from, to);
  }

  @Override
  public Optional<Segment> segment(String id) {
    return engine.segment(id);
  }

  @Override
  public SeekableByteChannel read(Segment segment) throws IOException {
    return engine.read(segment);
  }

  @Override
  public StreamRecording status(StreamId stream) {
    return engine.status(stream);
  }

  @Override
  public List<VolumeStatus> volumes() {
    return engine.volumes();
  }

  @Override
  public CheckResult check(boolean hashes) throws IOException {
    return engine.check(hashes);
  }
}
