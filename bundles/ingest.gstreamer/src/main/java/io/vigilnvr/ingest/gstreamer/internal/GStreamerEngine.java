package io.vigilnvr.ingest.gstreamer.internal;

import com.sun.jna.Callback;
import com.sun.jna.CallbackThreadInitializer;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSession;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.ingest.IngestEngine;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.freedesktop.gstreamer.ElementFactory;
import org.freedesktop.gstreamer.Version;
import org.jspecify.annotations.Nullable;

/**
 * Receives by GStreamer's {@code rtspsrc} and depayloaders.
 *
 * <p>GStreamer is loaded at the first use, so a machine without it has a worker that says so.
 */
public final class GStreamerEngine implements IngestEngine {
  static final String ID = "gstreamer";

  private static final String PACKAGES =
      "libgstreamer1.0-0, gstreamer1.0-plugins-base and gstreamer1.0-plugins-good";

  /** What every stream needs, and the Debian package that has it. */
  private static final Map<String, String> ELEMENTS =
      Map.of(
          "appsink", "gstreamer1.0-plugins-base",
          "rtspsrc", "gstreamer1.0-plugins-good",
          "rtpbin", "gstreamer1.0-plugins-good",
          "udpsrc", "gstreamer1.0-plugins-good",
          "rtph264depay", "gstreamer1.0-plugins-good");

  /** Threads of GStreamer's stay known to the JVM until they end, instead of for each call anew. */
  private static final CallbackThreadInitializer STREAMING =
      new CallbackThreadInitializer(true, false, "vigil-gstreamer");

  private final Map<Long, GStreamerSession> bySource = new ConcurrentHashMap<>();

  /** Empty if GStreamer can be used; null if that is not known yet. */
  private @Nullable String problem;

  @SuppressWarnings("UnusedVariable") // kept from the garbage collector: native code calls it
  private Gst.@Nullable LogFunction log;

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
    Optional<String> wrong = start();
    if (wrong.isPresent()) {
      sink.failed(CameraException.Kind.CONFIGURATION, wrong.get());
      return () -> {};
    }
    GStreamerSession session = new GStreamerSession(request, sink, bySource);
    session.start();
    return session;
  }

  /** Says what is wrong with GStreamer here, if anything. */
  private synchronized Optional<String> start() {
    String known = problem;
    if (known == null) {
      known = load().orElse("");
      problem = known;
    }
    return known.isEmpty() ? Optional.empty() : Optional.of(known);
  }

  private Optional<String> load() {
    try {
      org.freedesktop.gstreamer.Gst.init(Version.of(1, 18), "vigil");
      Gst.checkLayout();
      watchAuthentication();
    } catch (LinkageError | RuntimeException e) {
      e.printStackTrace(); // the worker's output is its log
      return Optional.of(
          "GStreamer cannot be used (" + e.getMessage() + "); it needs the packages " + PACKAGES);
    }
    return ELEMENTS.entrySet().stream()
        .filter(element -> ElementFactory.find(element.getKey()) == null)
        .findFirst()
        .map(element -> missing(element.getKey(), element.getValue()));
  }

  static String missing(String element, String debianPackage) {
    return "GStreamer's " + element + " is missing: install the package " + debianPackage;
  }

  /**
   * {@code rtspsrc} answers a request for the password in whatever way the camera asks for, and has
   * no signal that tells. It logs what it is about to do, before it does it; {@link
   * GStreamerSession} then stops what it must not send.
   */
  private void watchAuthentication() {
    Gst.LogFunction watcher =
        (category, level, file, function, line, object, message, data) -> {
          GStreamerSession session = bySource.get(object);
          if (session != null) {
            Pointer text = Gst.Core.gst_debug_message_get(message);
            if (text != null) {
              session.logged(text.getString(0));
            }
          }
        };
    log = watcher;
    if (System.getenv("GST_DEBUG") == null) {
      Gst.Core.gst_debug_remove_log_function(
          com.sun.jna.NativeLibrary.getInstance("gstreamer-1.0")
              .getFunction("gst_debug_log_default"));
    }
    Gst.Core.gst_debug_add_log_function(watcher, 0, 0);
    Gst.Core.gst_debug_set_active(1);
    Gst.Core.gst_debug_set_threshold_for_name("rtspsrc", Gst.LEVEL_INFO);
  }

  static <T extends Callback> T attached(T callback) {
    Native.setCallbackThreadInitializer(callback, STREAMING);
    return callback;
  }

  @Override
  public void close() {
    // What GStreamer holds for the whole process goes with the process.
  }
}
