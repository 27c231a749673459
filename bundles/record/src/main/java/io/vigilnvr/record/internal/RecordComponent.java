package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraObserver;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.camera.CameraStatus;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.ChangeObserver;
import io.vigilnvr.api.event.EventReview;
import io.vigilnvr.api.health.HealthCheck;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex;
import io.vigilnvr.api.record.Volumes;
import io.vigilnvr.api.storage.StorageBackend;
import io.vigilnvr.api.storage.VolumeId;
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
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
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
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.annotations.ReferenceScope;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine as a component: its threads, its references, and when it offers itself to the hub.
 *
 * <p>{@link StreamRecorder} is registered once the volumes are online and their open files are
 * known, so that streams go on where they were. If it does not come for a while, streams go by,
 * named as lost to storage, and live pictures work; when it comes after all, the service is
 * registered anew, and the hub asks again where to go on.
 */
@Component(
    immediate = true,
    configurationPid = RecordSettings.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    service = {Recordings.class, Volumes.class, CameraObserver.class, HealthCheck.class})
@Designate(ocd = RecordConfig.class)
public final class RecordComponent implements Recordings, Volumes, CameraObserver, HealthCheck {
  private static final Logger log = LoggerFactory.getLogger(RecordComponent.class);

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration PROBE = Duration.ofSeconds(10);
  private static final Duration RETENTION = Duration.ofSeconds(60);
  private static final Duration SAMPLE = Duration.ofMinutes(10);
  private static final Duration SETTLED = Duration.ofSeconds(90);

  /** So long the first volume may take until streams go on without it. */
  private static final Duration BLIND = Duration.ofSeconds(20);

  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final BundleContext context;
  private final Optional<Bundle> framework;
  private final Path data;
  private final KnownVolumes known;
  private final AddedVolumes added;
  private final RecordEngine engine;
  private final Tasks tasks;
  private final Map<VolumeId, List<Tasks.Handle>> working = new ConcurrentHashMap<>();

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<ChangeObserver> observers = List.of();

  private final Map<String, Recorder> recorders = new ConcurrentHashMap<>();
  private final Map<String, StorageBackend> backends = new ConcurrentHashMap<>();
  private volatile @Nullable SegmentIndex index;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable EventReview events;

  private final long startedAt = System.nanoTime();

  /** Guarded by this. */
  private @Nullable ServiceRegistration<StreamRecorder> registration;

  private boolean registeredBlind;
  private boolean stopped;

  @Activate
  public RecordComponent(
      BundleContext context,
      Map<String, Object> properties,
      @Reference Clock clock,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks) {
    this.context = context;
    this.framework = Optional.ofNullable(context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION));
    String folder = context.getProperty("vigil.data");
    this.data = Path.of(folder == null ? "data" : folder);
    this.known = new KnownVolumes(data);
    this.added = new AddedVolumes(data);
    this.engine =
        new RecordEngine(
            RecordSettings.of(properties, log::warn),
            volumes(properties),
            known,
            id -> Optional.ofNullable(backends.get(id)),
            id -> Optional.ofNullable(recorders.get(id)),
            () -> Optional.ofNullable(index),
            this::isPlatformEnding,
            () -> context.getServiceReference(CameraRegistry.class) != null,
            () -> Optional.ofNullable(events),
            HeldMemory.ofThisMachine(),
            clock,
            System::nanoTime);
    this.tasks = tasks;
  }

  private List<VolumeSettings> volumes(Map<String, ?> properties) {
    VolumeSettings first = VolumeSettings.of(properties, log::warn);
    return Stream.concat(
            Stream.of(first),
            added.all().stream().filter(volume -> !volume.id().equals(first.id())))
        .toList();
  }

  /** Comes after the references of other bundles, as far as they are there. */
  @Activate
  void activate() {
    engine.lines().forEach(this::work);
    tasks.repeat("record-index", SECOND, this::feed);
    tasks.repeat("record-verify", SAMPLE, engine::rehash);
  }

  private void work(Line line) {
    String of = "-" + line.mount().id();
    working.put(
        line.mount().id(),
        List.of(
            tasks.start("record-flusher" + of, line.flusher()::run),
            tasks.repeat("record-volume" + of, SECOND, () -> look(line)),
            tasks.repeat("record-probe" + of, PROBE, line.watch()::probe),
            tasks.repeat("record-retention" + of, RETENTION, line.retention()::round)));
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

  private void look(Line line) {
    Mount.State before = line.mount().state();
    engine.look(line);
    offer();
    if (line.mount().state() != before) {
      changed(line.mount().id());
    }
  }

  private void changed(VolumeId volume) {
    observers.forEach(observer -> observer.changed(new Change.VolumeChanged(volume)));
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
    engine.feedIndex();
    if (System.nanoTime() - startedAt > SETTLED.toNanos() && index != null) {
      engine.reconcile();
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
    for (Line line : engine.lines()) {
      line.flusher().stop(PATIENCE);
    }
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
  public Ledger ledger(StreamId stream, Instant from, Instant to) {
    return engine.ledger(stream, from, to);
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

  @Override
  public List<Standing> standings() {
    return engine.standings();
  }

  @Override
  public synchronized VolumeId add(String backend, Map<String, Object> settings)
      throws InvalidSettingsException, IOException {
    StorageBackend opener =
        Optional.ofNullable(backends.get(backend))
            .orElseThrow(() -> new NoSuchElementException("no such backend"));
    Optional<VolumeId> was = opener.inspect(settings);
    String location = AddedVolumes.location(settings);
    VolumeId id = was.orElseGet(() -> AddedVolumes.name(location, this::isTaken));
    if (isTaken(id)) {
      throw new InvalidSettingsException("/path", "is the volume " + id + " already");
    }
    var volume = new VolumeSettings(id, backend, settings, location);
    Line line = engine.add(volume);
    try {
      engine.look(line);
      if (line.mount().state() != Mount.State.ONLINE) {
        throw new InvalidSettingsException("/path", line.mount().problem());
      }
      added.put(volume);
    } catch (InvalidSettingsException | IOException | RuntimeException e) {
      engine.drop(line);
      known.forget(id);
      throw e;
    }
    work(line);
    changed(id);
    return id;
  }

  private boolean isTaken(VolumeId id) {
    return engine.mounts().find(id).isPresent();
  }

  @Override
  public void remove(VolumeId id, boolean forget) throws VolumeInUseException, IOException {
    Line line;
    synchronized (this) {
      line =
          engine.lines().stream()
              .filter(one -> one.mount().id().equals(id))
              .findFirst()
              .orElseThrow(() -> new NoSuchElementException("no such volume"));
      if (engine.lines().get(0).mount() == line.mount()) {
        throw new VolumeInUseException(
            "It is the first volume; the setting VIGIL_RECORDINGS says where it is.");
      }
      // Asked in any case: without the index nothing could be forgotten.
      boolean hasFootage = engine.hasFootage(id);
      if (!forget && hasFootage) {
        throw new VolumeInUseException(
            "It has footage; forget it, or wait until it is gone for its age.");
      }
      line.mount().leave();
    }
    try {
      leave(line);
    } catch (InterruptedException e) {
      line.mount().stay();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted before the volume was left", e);
    }
    synchronized (this) {
      added.remove(id);
      engine.drop(line);
      known.forget(id);
    }
    engine.forgetRows(id);
    changed(id);
  }

  /** Streams leave at their next keyframe, and then at once; nothing is lost by either. */
  private void leave(Line line) throws InterruptedException {
    if (!line.flusher().awaitLeft(PATIENCE)) {
      line.mount().fail("it is taken out of use");
      line.flusher().awaitLeft(PATIENCE);
    }
    line.flusher().stop(PATIENCE);
    Optional.ofNullable(working.remove(line.mount().id()))
        .ifPresent(handles -> handles.forEach(Tasks.Handle::stop));
    // What the thread did not come to any more.
    engine.feedIndex();
  }

  @Override
  public List<Usage> usage() {
    return engine.usage();
  }

  @Override
  public List<Stretch> recorded(CameraId camera, Instant from, Instant to) {
    return engine.recorded(camera, from, to);
  }
}
