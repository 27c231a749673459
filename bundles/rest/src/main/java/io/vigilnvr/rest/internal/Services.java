package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.AccountStore;
import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.camera.CameraFinder;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.ChangeObserver;
import io.vigilnvr.api.event.EventLog;
import io.vigilnvr.api.event.EventReview;
import io.vigilnvr.api.event.EventStore;
import io.vigilnvr.api.health.HealthCheck;
import io.vigilnvr.api.health.WorkerSource;
import io.vigilnvr.api.ingest.Ingest;
import io.vigilnvr.api.plugin.PluginCatalog;
import io.vigilnvr.api.plugin.PluginInstaller;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.record.Volumes;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.view.ViewStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The services behind the API, as they come and go. The references are optional and dynamic, unlike
 * elsewhere: a bundle that is replaced must cost its own routes a 503, not all routes a 404.
 */
@Component(service = Backend.class)
public final class Services implements Backend {
  /** Whoever waits longer for what is missing waits in vain. */
  private static final Duration LONGEST_START = Duration.ofMinutes(1);

  private final Clock clock;
  private final Bundle framework;
  private final Instant startedAt;
  private final String version;

  /** Whether everything has been there and well for once. */
  private volatile boolean complete;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable Accounts accounts;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable AccountStore accountStore;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable Access access;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable CameraRegistry cameras;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable Recordings recordings;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable Volumes volumes;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable StreamHub hub;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable Ingest ingest;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable PluginCatalog catalog;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable PluginInstaller installer;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable ViewStore views;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable EventStore events;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable EventLog eventLog;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable EventReview eventReview;

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<HealthCheck> healthChecks = List.of();

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<WorkerSource> workerSources = List.of();

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<ChangeObserver> observers = List.of();

  private final Map<CameraFinder, String> finders = new ConcurrentHashMap<>();

  @Activate
  public Services(BundleContext context, @Reference Clock clock) {
    this.clock = clock;
    this.framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION);
    this.startedAt = clock.instant();
    var version = context.getBundle().getVersion();
    this.version = version.getMajor() + "." + version.getMinor() + "." + version.getMicro();
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addFinder(CameraFinder finder, Map<String, Object> properties) {
    Object name = properties.get(CameraFinder.FINDER);
    finders.put(finder, name == null ? finder.getClass().getSimpleName() : name.toString());
  }

  void removeFinder(CameraFinder finder) {
    finders.remove(finder);
  }

  private static <T> T present(@Nullable T service, String what) {
    if (service == null) {
      throw ProblemException.unavailable(what + " is not running just now");
    }
    return service;
  }

  @Override
  public Accounts accounts() {
    return present(accounts, "sign-in");
  }

  @Override
  public AccountStore accountStore() {
    return present(accountStore, "the database");
  }

  @Override
  public Access access() {
    return present(access, "authorization");
  }

  @Override
  public CameraRegistry cameras() {
    return present(cameras, "the camera registry");
  }

  @Override
  public Recordings recordings() {
    return present(recordings, "the recorder");
  }

  @Override
  public Volumes volumes() {
    return present(volumes, "the recorder");
  }

  @Override
  public StreamHub hub() {
    return present(hub, "the stream hub");
  }

  @Override
  public Ingest ingest() {
    return present(ingest, "ingest");
  }

  @Override
  public PluginCatalog catalog() {
    return present(catalog, "the plugin catalog");
  }

  @Override
  public PluginInstaller installer() {
    return present(installer, "the plugin installer");
  }

  @Override
  public ViewStore views() {
    return present(views, "the database");
  }

  @Override
  public EventStore events() {
    return present(events, "the database");
  }

  @Override
  public EventLog eventLog() {
    return present(eventLog, "the event log");
  }

  @Override
  public EventReview eventReview() {
    return present(eventReview, "the event log");
  }

  @Override
  public Map<String, CameraFinder> finders() {
    var byName = new TreeMap<String, CameraFinder>();
    finders.forEach((finder, name) -> byName.putIfAbsent(name, finder));
    return byName;
  }

  @Override
  public List<WorkerSource> workerSources() {
    return List.copyOf(workerSources);
  }

  @Override
  public void tell(Change change) {
    observers.forEach(observer -> observer.changed(change));
  }

  @Override
  public List<HealthCheck> healthChecks() {
    return List.copyOf(healthChecks);
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public boolean isUnsettled() {
    if (framework.getState() != Bundle.ACTIVE) {
      return true;
    }
    if (complete) {
      return false;
    }
    complete =
        Health.isReady(healthChecks) || clock.instant().isAfter(startedAt.plus(LONGEST_START));
    return !complete;
  }

  @Override
  public Instant startedAt() {
    return startedAt;
  }
}
