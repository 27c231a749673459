package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.AccountStore;
import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.camera.CameraFinder;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.event.Change;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The services behind the API. Each may be away while its bundle is replaced: a call for it throws
 * {@link ProblemException} with 503 then, and works again once it is back. So the API as a whole
 * never goes.
 */
interface Backend {
  Accounts accounts();

  AccountStore accountStore();

  Access access();

  CameraRegistry cameras();

  Recordings recordings();

  Volumes volumes();

  StreamHub hub();

  Ingest ingest();

  PluginCatalog catalog();

  PluginInstaller installer();

  ViewStore views();

  EventStore events();

  EventLog eventLog();

  EventReview eventReview();

  /** Those that are there now, by name. */
  Map<String, CameraFinder> finders();

  /** Those that are there now. */
  List<WorkerSource> workerSources();

  /** Tells all who want to know; returns at once. */
  void tell(Change change);

  /** Those that are there now. */
  List<HealthCheck> healthChecks();

  Clock clock();

  /** Of Vigil, e.g. {@code 0.1.0}. */
  String version();

  /** Whether Vigil is starting or stopping, so that what is not there now may come soon. */
  boolean isUnsettled();

  /** When the API was started. */
  Instant startedAt();
}
