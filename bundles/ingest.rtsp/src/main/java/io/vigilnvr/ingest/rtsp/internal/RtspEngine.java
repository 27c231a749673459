package io.vigilnvr.ingest.rtsp.internal;

import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSession;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.ingest.IngestEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;

/**
 * Receives RTSP 1.0 (RFC 2326) without native code: nothing that a camera sends can end the
 * process.
 */
public final class RtspEngine implements IngestEngine {
  static final String ID = "rtsp";

  /**
   * How long data may gather, in milliseconds: 5 to 250. With the rest of the way a picture reaches
   * the platform within 10 ms more.
   */
  private static final int TICK_MILLIS = Integer.getInteger("vigil.rtsp.tickMillis", 30);

  private final Loop loop;

  public RtspEngine() {
    this(Duration.ofMillis(Math.max(5, Math.min(250, TICK_MILLIS))));
  }

  RtspEngine(Duration tick) {
    try {
      loop = new Loop(tick);
    } catch (IOException e) {
      throw new UncheckedIOException("no selector", e);
    }
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("rtsp", "rtsps");
  }

  @Override
  public int preference() {
    return 10;
  }

  @Override
  public boolean verifiesCertificates() {
    return true;
  }

  @Override
  public EngineSession open(EngineRequest request, EngineSink sink) {
    var session = new RtspSession(loop, (StreamSource.Rtsp) request.source(), sink);
    session.open();
    return session;
  }

  @Override
  public void close() {
    loop.close();
  }
}
