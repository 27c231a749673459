package io.vigilnvr.ingest.internal;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamProbe;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.health.HealthCheck;
import io.vigilnvr.api.ingest.Ingest;
import io.vigilnvr.api.ingest.IngestEngineCode;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.task.Tasks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferenceScope;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives by worker processes. When it goes, they go on, unless the whole platform stops. */
@Component(
    configurationPid = IngestSettings.PID,
    service = {Ingest.class, HealthCheck.class})
@Designate(ocd = IngestConfig.class)
public final class WorkerIngest implements Ingest, HealthCheck {
  private static final Logger log = LoggerFactory.getLogger(WorkerIngest.class);

  private final BundleContext context;
  private final RunFolder folder;
  private final BundleCode bundleCode;
  private final Workers workers;

  @Reference(
      service = IngestEngineCode.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  private volatile List<ServiceReference<IngestEngineCode>> engines = List.of();

  private @Nullable List<ServiceReference<IngestEngineCode>> codeFor;
  private @Nullable Code code;

  @Activate
  public WorkerIngest(
      BundleContext context,
      Map<String, Object> properties,
      @Reference StreamHub hub,
      @Reference Clock clock,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks)
      throws IOException {
    this.context = context;
    String data = context.getProperty("vigil.data");
    if (data == null) {
      throw new IOException("the property vigil.data is not set");
    }
    folder = new RunFolder(Path.of(data));
    IngestSettings settings = IngestSettings.of(properties, log::warn);
    bundleCode = new BundleCode(context, folder.code());
    workers =
        new Workers(
            folder,
            this::code,
            new WorkerProcess(folder),
            hub,
            tasks,
            clock,
            settings.camerasPerWorker(),
            settings.lease(),
            System::nanoTime);
  }

  /** The engines are known here, which they are not yet in the constructor. */
  @Activate
  void start() {
    workers.start();
  }

  @Deactivate
  void stop() throws InterruptedException {
    boolean platformStops = context.getBundle(0).getState() == Bundle.STOPPING;
    workers.close(platformStops && !folder.isHandover());
  }

  private synchronized Optional<Code> code() throws IOException {
    List<ServiceReference<IngestEngineCode>> now = List.copyOf(engines);
    if (now.isEmpty()) {
      return Optional.empty();
    }
    Code known = code;
    if (known == null || !now.equals(codeFor)) {
      known = bundleCode.of(now);
      code = known;
      codeFor = now;
    }
    return Optional.of(known);
  }

  @Override
  public Line open(StreamId stream, StreamSource source, Listener listener) {
    return workers.open(stream, source, listener);
  }

  @Override
  public StreamProbe probe(StreamRole role, StreamSource source, Duration timeout)
      throws CameraException, InterruptedException {
    return workers.probe(role, source, timeout);
  }

  @Override
  public List<Worker> workers() {
    return workers.workers();
  }

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public Optional<String> problem() {
    return workers.problem();
  }
}
