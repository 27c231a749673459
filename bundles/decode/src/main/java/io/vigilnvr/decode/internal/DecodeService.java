package io.vigilnvr.decode.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.decode.DecodeEngineCode;
import io.vigilnvr.api.decode.DecodeOutput;
import io.vigilnvr.api.decode.DecodeUnavailableException;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.decode.Frames;
import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.decode.Pictures;
import io.vigilnvr.api.decode.Transcoder;
import io.vigilnvr.api.health.WorkerSource;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamViewer;
import io.vigilnvr.api.task.Tasks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
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

/** The bundle's services, with workers that are started from the bundles' own code. */
@Component(
    configurationPid = DecodeSettings.PID,
    service = {
      DecodeService.class,
      Pictures.class,
      Frames.class,
      Transcoder.class,
      WorkerSource.class
    })
@Designate(ocd = DecodeConfig.class)
public final class DecodeService implements Pictures, Frames, Transcoder, WorkerSource {
  private static final Logger log = LoggerFactory.getLogger(DecodeService.class);

  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final WorkerCode workerCode;
  private final Decoding decoding;

  @Reference(
      service = DecodeEngineCode.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  private volatile List<ServiceReference<DecodeEngineCode>> engines = List.of();

  // Those of the workers' starting threads; guarded by this.
  private @Nullable List<ServiceReference<DecodeEngineCode>> codeFor;
  private String classPath = "";

  @Activate
  public DecodeService(
      BundleContext context,
      Map<String, Object> properties,
      @Reference StreamHub hub,
      @Reference Clock clock,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks)
      throws IOException {
    String data = context.getProperty("vigil.data");
    if (data == null) {
      throw new IOException("the property vigil.data is not set");
    }
    WorkerFolder folder = new WorkerFolder(Path.of(data));
    DecodeSettings settings = DecodeSettings.of(properties, log::warn);
    WorkerProcess process = new WorkerProcess(folder, settings);
    workerCode = new WorkerCode(context, folder.code());
    decoding =
        new Decoding(
            new WorkerPool.Limits(settings.workers(), settings.idle(), settings.bytes(), ANSWER),
            settings.transcodes(),
            (id, socket) -> process.start(id, socket, classPath()),
            folder::newSocket,
            hub,
            tasks,
            clock);
  }

  @Deactivate
  void stop() {
    decoding.close();
  }

  private synchronized String classPath() throws IOException {
    List<ServiceReference<DecodeEngineCode>> now = List.copyOf(engines);
    if (!now.equals(codeFor)) {
      classPath = workerCode.of(now);
      codeFor = now;
    }
    return classPath;
  }

  @Override
  public CompletionStage<Jpeg> newest(StreamId stream, int maxWidthPx, Duration timeout) {
    return decoding.pictures().newest(stream, maxWidthPx, timeout);
  }

  @Override
  public CompletionStage<Jpeg> keyframe(
      StreamId stream, Track track, AccessUnit keyframe, int maxWidthPx, Duration timeout) {
    return decoding.pictures().keyframe(stream, track, keyframe, maxWidthPx, timeout);
  }

  @Override
  public Frames.Subscription watch(StreamId stream, FrameSpec spec, Frames.Viewer viewer) {
    return decoding.frames(stream, spec, viewer);
  }

  /**
   * @throws DecodeUnavailableException if as many streams are transcoded as may be
   */
  @Override
  public StreamHub.Subscription watch(StreamId stream, long maxQueuedBytes, StreamViewer viewer) {
    return decoding.transcode(stream, maxQueuedBytes, viewer);
  }

  /** JPEG files of a live stream, one in each interval; shared by all who want the same. */
  Decoding.Watched<JpegStream> jpegs(StreamId stream, int maxWidthPx, Duration interval) {
    return decoding.jpegs(
        new LiveDecode.Wanted(
            stream, new DecodeOutput.Jpeg(maxWidthPx, Decoding.QUALITY), interval, false));
  }

  @Override
  public List<Worker> workers() {
    return decoding.workers();
  }
}
