package io.vigilnvr.camera.internal;

import io.vigilnvr.api.auth.SecretBox;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraDraft;
import io.vigilnvr.api.camera.CameraDriver;
import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraObserver;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.camera.CameraStatus;
import io.vigilnvr.api.camera.CameraStore;
import io.vigilnvr.api.camera.CameraStore.Stored;
import io.vigilnvr.api.camera.StaleVersionException;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamProbe;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.ingest.Ingest;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.PluginCatalog;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamStatus;
import io.vigilnvr.api.task.Tasks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
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

/**
 * Keeps all cameras in memory, a task for each, and every change in the database.
 *
 * <p>The database is the truth. Until it answers for the first time, cameras are those of the
 * snapshot beside it, and cannot be changed. Everything that comes and goes while Vigil runs (the
 * database, drivers, ingest, the hub, observers) is bound dynamically: none of it takes a camera's
 * stream away by being replaced.
 *
 * <p>Changes are made one after the other under one lock, which is held while the database writes
 * (it may take its time, and so may the next change) and for nothing else that could call back;
 * reading takes no lock.
 */
@Component(service = CameraRegistry.class, immediate = true)
public final class SupervisedCameras implements CameraRegistry, Supervisor.Surroundings {
  private static final Logger log = LoggerFactory.getLogger(SupervisedCameras.class);
  private static final Duration TRIAL_TIMEOUT = Duration.ofSeconds(10);
  private static final long RETRY_MILLIS = 1000;

  private record Entry(Stored stored, Supervisor supervisor) {
    Camera camera() {
      return stored.camera();
    }
  }

  private final Tasks tasks;
  private final Clock clock;
  private final SecretBox secretBox;
  private final SnapshotFile snapshot;
  private final Patience patience;
  private final Drivers drivers = new Drivers();
  private final DraftCheck check;
  private final Announcer announcer = new Announcer();
  private final Trial trial;
  private volatile @Nullable Ingest ingest;
  private volatile @Nullable StreamHub hub;
  private volatile @Nullable Recordings recordings;

  /** Guards changes of {@code entries}, and the two maps. */
  private final ReentrantLock changes = new ReentrantLock();

  /** Of cameras that were deleted, until their lines are closed. */
  private final Map<CameraId, Supervisor> ending = new HashMap<>();

  private final Map<CameraId, Tasks.Handle> handles = new HashMap<>();

  private volatile Map<CameraId, Entry> entries = Map.of();

  /** The store that {@code entries} agree with. */
  private volatile @Nullable CameraStore loaded;

  /** Guards {@code store} and changes of {@code loaded}, and signals that there is a store. */
  private final Object storeLock = new Object();

  private @Nullable CameraStore store;
  private volatile boolean leaving;

  @Activate
  public SupervisedCameras(
      BundleContext context,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks,
      @Reference Clock clock,
      @Reference PluginCatalog catalog,
      @Reference SecretBox secretBox) {
    this(
        Path.of(Optional.ofNullable(context.getProperty("vigil.data")).orElse("data"))
            .resolve("cameras.snapshot"),
        tasks,
        clock,
        catalog,
        secretBox,
        Patience.DEFAULT);
  }

  SupervisedCameras(
      Path snapshotFile,
      Tasks tasks,
      Clock clock,
      PluginCatalog catalog,
      SecretBox secretBox,
      Patience patience) {
    this.tasks = tasks;
    this.clock = clock;
    this.secretBox = secretBox;
    this.patience = patience;
    this.snapshot = new SnapshotFile(snapshotFile);
    this.check = new DraftCheck(catalog, drivers);
    this.trial = new Trial(tasks, TRIAL_TIMEOUT);
    try {
      List<Stored> known = snapshot.read();
      known.forEach(this::put);
      log.info("{} cameras known from before", known.size());
    } catch (IOException e) {
      log.warn("cameras start when the database does: {}", e.getMessage());
    }
    tasks.start("camera-news", announcer::run);
    tasks.start("camera-store", this::keepLoading);
  }

  /** The next instance takes over: streams go on. DS stops the tasks afterwards. */
  @Deactivate
  void deactivate() {
    leaving = true;
    entries.values().forEach(entry -> entry.supervisor.letGo());
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void setStore(CameraStore store) {
    synchronized (storeLock) {
      this.store = store;
      storeLock.notifyAll();
    }
  }

  void unsetStore(CameraStore store) {
    synchronized (storeLock) {
      if (this.store == store) {
        this.store = null;
      }
      if (loaded == store) {
        loaded = null;
      }
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void setIngest(Ingest ingest) {
    this.ingest = ingest;
    wakeAll();
  }

  void unsetIngest(Ingest ingest) {
    if (this.ingest == ingest) {
      this.ingest = null;
      wakeAll();
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void setHub(StreamHub hub) {
    this.hub = hub;
  }

  void unsetHub(StreamHub hub) {
    if (this.hub == hub) {
      this.hub = null;
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void setRecordings(Recordings recordings) {
    this.recordings = recordings;
  }

  void unsetRecordings(Recordings recordings) {
    if (this.recordings == recordings) {
      this.recordings = null;
    }
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addDriver(CameraDriver driver, Map<String, Object> properties) {
    if (properties.get(CameraDriver.DRIVER) instanceof String id && !id.isEmpty()) {
      int ranking =
          properties.get(Constants.SERVICE_RANKING) instanceof Integer number ? number : 0;
      drivers.add(id, ranking, serviceId(properties), driver);
      wake(id);
    } else {
      log.warn("{} has no {}", driver.getClass().getName(), CameraDriver.DRIVER);
    }
  }

  void removeDriver(CameraDriver driver, Map<String, Object> properties) {
    drivers.remove(serviceId(properties));
    if (properties.get(CameraDriver.DRIVER) instanceof String id) {
      wake(id);
    }
  }

  private static long serviceId(Map<String, Object> properties) {
    return properties.get(Constants.SERVICE_ID) instanceof Long id ? id : -1;
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addObserver(CameraObserver observer) {
    announcer.add(observer);
  }

  void removeObserver(CameraObserver observer) {
    announcer.remove(observer);
  }

  private void wake(String driver) {
    if (!leaving) {
      entries.values().stream()
          .map(Entry::supervisor)
          .filter(supervisor -> supervisor.driver().equals(driver))
          .forEach(Supervisor::wake);
    }
  }

  private void wakeAll() {
    if (!leaving) {
      entries.values().forEach(entry -> entry.supervisor.wake());
    }
  }

  // What supervisors ask for.

  @Override
  public Optional<CameraDriver> driver(String id) {
    return drivers.find(id);
  }

  @Override
  public boolean installed(CameraDriver driver) {
    return drivers.has(driver);
  }

  @Override
  public Optional<Ingest> ingest() {
    return Optional.ofNullable(ingest);
  }

  @Override
  public void announce(CameraId camera, CameraStatus status) {
    announcer.status(camera, status);
  }

  // The registry.

  @Override
  public List<Camera> cameras() {
    return entries.values().stream()
        .map(Entry::camera)
        .sorted(
            Comparator.comparing(Camera::name, String.CASE_INSENSITIVE_ORDER)
                .thenComparing(Camera::id))
        .toList();
  }

  @Override
  public Optional<Camera> camera(CameraId id) {
    return Optional.ofNullable(entries.get(id)).map(Entry::camera);
  }

  @Override
  public Camera create(CameraDraft draft) throws InvalidSettingsException {
    readyStore();
    DraftCheck.Accepted accepted = check.check(draft, Optional.empty());
    Stored stored;
    changes.lock();
    try {
      CameraStore ready = readyStore();
      CameraId id = CameraIds.free(accepted.draft().name(), this::isTaken);
      // The database keeps no finer times; what is told now and what is read later are equal.
      Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      stored = sealed(accepted, id, 1, now);
      ready.insert(stored);
      put(stored);
      writeSnapshot();
    } finally {
      changes.unlock();
    }
    log.info("{}: added, driver {}", stored.camera().id(), stored.camera().driver());
    return stored.camera();
  }

  @Override
  public Camera replace(CameraId id, long version, CameraDraft draft)
      throws InvalidSettingsException, StaleVersionException {
    readyStore();
    Entry present = entry(id);
    if (present.camera().version() != version) {
      throw new StaleVersionException(present.camera().version());
    }
    DraftCheck.Accepted accepted =
        check.check(
            draft, Optional.of(new DraftCheck.Present(present.camera(), open(present.stored))));
    Stored stored;
    changes.lock();
    try {
      CameraStore ready = readyStore();
      Camera current = entry(id).camera();
      if (current.version() != version) {
        throw new StaleVersionException(current.version());
      }
      stored = sealed(accepted, id, version + 1, current.createdAt());
      if (!ready.replace(stored, version)) {
        // Somebody else has changed it in the database.
        Optional<Stored> theirs = ready.camera(id);
        theirs.ifPresentOrElse(this::put, () -> remove(id));
        writeSnapshot();
        throw new StaleVersionException(
            theirs
                .map(one -> one.camera().version())
                .orElseThrow(() -> new NoSuchElementException("no camera " + id)));
      }
      put(stored);
      writeSnapshot();
    } finally {
      changes.unlock();
    }
    Optional.ofNullable(entries.get(id)).ifPresent(entry -> entry.supervisor.wake());
    log.info("{}: changed, version {}", id, stored.camera().version());
    return stored.camera();
  }

  @Override
  public boolean delete(CameraId id) {
    boolean there;
    changes.lock();
    try {
      there = readyStore().delete(id);
      if (entries.containsKey(id)) {
        remove(id);
        writeSnapshot();
        there = true;
      }
    } finally {
      changes.unlock();
    }
    if (there) {
      log.info("{}: deleted", id);
    }
    return there;
  }

  @Override
  public CameraStatus status(CameraId id) {
    CameraStatus status = entry(id).supervisor.status();
    var streams = new ArrayList<StreamStatus>();
    StreamHub now = hub;
    if (now != null) {
      for (StreamRole role : StreamRole.values()) {
        now.status(new StreamId(id, role)).ifPresent(streams::add);
      }
    }
    return new CameraStatus(status.state(), status.since(), status.cause(), streams);
  }

  @Override
  public List<StreamProbe> test(String driver, Map<String, Object> settings)
      throws InvalidSettingsException, CameraException, InterruptedException {
    return test(driver, settings, Optional.empty());
  }

  @Override
  public List<StreamProbe> test(CameraId camera, String driver, Map<String, Object> settings)
      throws InvalidSettingsException, CameraException, InterruptedException {
    Stored stored = entry(camera).stored;
    return test(
        driver, settings, Optional.of(new DraftCheck.Present(stored.camera(), open(stored))));
  }

  private List<StreamProbe> test(
      String driver, Map<String, Object> settings, Optional<DraftCheck.Present> present)
      throws InvalidSettingsException, CameraException, InterruptedException {
    Map<String, Object> accepted = check.settings(driver, settings, present);
    CameraDriver installed =
        drivers
            .find(driver)
            .orElseThrow(() -> new InvalidSettingsException("/driver", "has just gone"));
    Ingest puller =
        ingest()
            .orElseThrow(
                () ->
                    new CameraException(
                        CameraException.Kind.UNREACHABLE, "ingest has not started yet; try again"));
    return trial.run(installed, accepted, puller);
  }

  /** An id that was ever recorded under stays its camera's, even after that was deleted. */
  private boolean isTaken(CameraId id) {
    Recordings now = recordings;
    return entries.containsKey(id)
        || (now != null
            && Stream.of(StreamRole.values())
                .anyMatch(role -> now.status(new StreamId(id, role)).durableThrough().isPresent()));
  }

  private Entry entry(CameraId id) {
    Entry entry = entries.get(id);
    if (entry == null) {
      throw new NoSuchElementException("no camera " + id);
    }
    return entry;
  }

  // Memory, database, snapshot.

  private CameraStore readyStore() {
    CameraStore ready = loaded;
    if (ready == null) {
      throw new StoreUnavailableException(
          "the database is not there yet", new IllegalStateException("cameras are not loaded"));
    }
    return ready;
  }

  /** The task that reads the cameras each time another store comes. */
  private void keepLoading() throws InterruptedException {
    boolean complained = false;
    while (true) {
      CameraStore next;
      synchronized (storeLock) {
        while (store == null || store == loaded) {
          storeLock.wait();
        }
        next = store;
      }
      try {
        adopt(next, next.cameras());
        complained = false;
      } catch (StoreUnavailableException e) {
        log.debug("the database does not answer yet", e);
        Thread.sleep(RETRY_MILLIS);
      } catch (RuntimeException e) {
        if (!complained) {
          log.error("cameras cannot be read from the database", e);
          complained = true;
        }
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  private void adopt(CameraStore from, List<Stored> cameras) {
    var wake = new ArrayList<Supervisor>();
    changes.lock();
    try {
      synchronized (storeLock) {
        if (store != from) {
          return;
        }
      }
      var gone = new HashSet<>(entries.keySet());
      for (Stored stored : cameras) {
        CameraId id = stored.camera().id();
        gone.remove(id);
        Entry present = entries.get(id);
        if (present == null || !same(present.stored, stored)) {
          put(stored);
          wake.add(entry(id).supervisor);
        }
      }
      gone.forEach(this::remove);
      writeSnapshot();
      synchronized (storeLock) {
        if (store == from) {
          loaded = from;
        }
      }
    } finally {
      changes.unlock();
    }
    wake.forEach(Supervisor::wake);
    log.info("{} cameras read from the database", cameras.size());
  }

  /** Sealing is not the same twice, so sealed secrets are compared only as far as they are. */
  private static boolean same(Stored one, Stored other) {
    return one.camera().equals(other.camera())
        && one.sealedSecrets().keySet().equals(other.sealedSecrets().keySet())
        && one.sealedSecrets().entrySet().stream()
            .allMatch(
                secret ->
                    Arrays.equals(secret.getValue(), other.sealedSecrets().get(secret.getKey())));
  }

  /** Under the lock, or before anybody else is there. */
  private void put(Stored stored) {
    CameraId id = stored.camera().id();
    Supervisor.SetUp setUp = setUp(stored);
    Entry present = entries.get(id);
    announcer.changed(stored.camera());
    Supervisor supervisor;
    if (present != null) {
      supervisor = present.supervisor;
      supervisor.setUp(setUp);
    } else {
      supervisor = new Supervisor(id, setUp, this, clock, patience);
      announcer.status(id, supervisor.status());
      start(id, supervisor);
    }
    var next = new HashMap<>(entries);
    next.put(id, new Entry(stored, supervisor));
    entries = Map.copyOf(next);
  }

  private void start(CameraId id, Supervisor supervisor) {
    // A camera of the same id may just have been deleted: its lines go first.
    Optional<Supervisor> before = Optional.ofNullable(ending.remove(id));
    handles.put(
        id,
        tasks.start(
            "camera-" + id,
            () -> {
              if (before.isPresent()) {
                before.orElseThrow().awaitEnd();
              }
              supervisor.run();
            }));
  }

  private void remove(CameraId id) {
    var next = new HashMap<>(entries);
    Entry gone = next.remove(id);
    entries = Map.copyOf(next);
    if (gone == null) {
      return;
    }
    gone.supervisor.end();
    ending.values().removeIf(Supervisor::hasEnded);
    ending.put(id, gone.supervisor);
    Tasks.Handle handle = handles.remove(id);
    if (handle != null) {
      // A driver may be connecting: it is interrupted, but not waited for here.
      tasks.start("camera-end-" + id, handle::stop);
    }
    announcer.removed(id);
  }

  private void writeSnapshot() {
    List<Stored> all = new TreeMap<>(entries).values().stream().map(Entry::stored).toList();
    try {
      snapshot.write(all);
    } catch (IOException e) {
      log.warn("the snapshot of cameras cannot be written: {}", e.toString());
    }
  }

  // Secrets.

  private Stored sealed(
      DraftCheck.Accepted accepted, CameraId id, long version, Instant createdAt) {
    CameraDraft draft = accepted.draft();
    var seals = new TreeMap<String, byte[]>();
    accepted
        .secrets()
        .forEach((name, secret) -> seals.put(name, secretBox.seal(secret, owner(id, name))));
    return new Stored(
        new Camera(
            id,
            version,
            draft.name(),
            draft.driver(),
            draft.enabled(),
            accepted.settings(),
            List.copyOf(seals.keySet()),
            draft.recording(),
            draft.detectors(),
            draft.zones(),
            draft.masks(),
            draft.labels(),
            createdAt),
        seals);
  }

  /** Those that can be opened; one that cannot must be entered again. */
  private Map<String, String> open(Stored stored) {
    var secrets = new TreeMap<String, String>();
    stored
        .sealedSecrets()
        .forEach(
            (name, seal) -> {
              try {
                secrets.put(name, secretBox.open(seal, owner(stored.camera().id(), name)));
              } catch (IllegalArgumentException e) {
                log.warn("{}: the {} was sealed with another key", stored.camera().id(), name);
              }
            });
    return secrets;
  }

  private Supervisor.SetUp setUp(Stored stored) {
    Camera camera = stored.camera();
    Map<String, String> secrets = open(stored);
    var settings = new HashMap<>(camera.settings());
    settings.putAll(secrets);
    Optional<String> fault =
        secrets.size() == stored.sealedSecrets().size()
            ? Optional.empty()
            : Optional.of("a secret cannot be read with this system's key; enter it again");
    return new Supervisor.SetUp(camera.driver(), camera.enabled(), Map.copyOf(settings), fault);
  }

  private static String owner(CameraId id, String setting) {
    return id + "/" + setting;
  }
}
