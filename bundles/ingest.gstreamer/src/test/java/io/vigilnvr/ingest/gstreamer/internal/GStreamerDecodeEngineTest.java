package io.vigilnvr.ingest.gstreamer.internal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.NativeLibrary;
import io.vigilnvr.api.decode.DecodeEngine;
import io.vigilnvr.tck.DecodeEngineContract;

/** Skipped where there is no GStreamer, unless {@code VIGIL_REQUIRE_GSTREAMER=1}. */
final class GStreamerDecodeEngineTest extends DecodeEngineContract {
  @Override
  protected DecodeEngine newEngine() {
    if (!"1".equals(System.getenv("VIGIL_REQUIRE_GSTREAMER"))) {
      assumeTrue(isInstalled(), "GStreamer is not installed");
    }
    return new GStreamerDecodeEngine();
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
