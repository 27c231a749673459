package io.vigilnvr.ingest.gstreamer.internal;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSession;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.ingest.IngestEngine;
import java.util.Optional;
import java.util.Set;

/**
 * Receives by GStreamer's {@code rtspsrc} and depayloaders.
 *
 * <p>GStreamer is loaded at the first use, so a machine without it has a worker that says so.
 */
public final class GStreamerEngine implements IngestEngine {
  static final String ID = "gstreamer";

  private final Library library = Library.INSTANCE;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("rtsp", "rtsps");
  }

  @Override
  public EngineSession open(EngineRequest request, EngineSink sink) {
    Optional<String> problem = library.problem();
    if (problem.isPresent()) {
      sink.failed(CameraException.Kind.CONFIGURATION, problem.get());
      return () -> {};
    }
    if (GStreamerSession.needsWatching(request) && !library.isWatchable()) {
      sink.failed(
          CameraException.Kind.CONFIGURATION,
          "this version of GStreamer cannot be kept from sending the password in clear; allow basic"
              + " authentication in the camera's settings, or use rtsps");
      return () -> {};
    }
    GStreamerSession session = new GStreamerSession(request, sink, library);
    session.start();
    return session;
  }

  @Override
  public void close() {
    // What GStreamer holds for the whole process goes with the process.
  }
}
