package io.vigilnvr.ingest.gstreamer.internal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.NativeLibrary;
import io.vigilnvr.api.ingest.IngestEngine;
import io.vigilnvr.tck.IngestEngineContract;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Skipped where there is no GStreamer, unless {@code VIGIL_REQUIRE_GSTREAMER=1}. Side by side, as a
 * worker has several cameras.
 */
@Execution(ExecutionMode.CONCURRENT)
final class GStreamerEngineTest extends IngestEngineContract {
  @Override
  protected IngestEngine newEngine() {
    if (!"1".equals(System.getenv("VIGIL_REQUIRE_GSTREAMER"))) {
      assumeTrue(isInstalled(), "GStreamer is not installed");
    }
    return new GStreamerEngine();
  }

  private static boolean isInstalled() {
    try {
      NativeLibrary.getInstance("gstreamer-1.0");
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }
}
