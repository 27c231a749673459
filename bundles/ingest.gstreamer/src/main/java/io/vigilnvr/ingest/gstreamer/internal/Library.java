package io.vigilnvr.ingest.gstreamer.internal;

import com.sun.jna.Callback;
import com.sun.jna.CallbackThreadInitializer;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.freedesktop.gstreamer.ElementFactory;
import org.freedesktop.gstreamer.Gst;
import org.freedesktop.gstreamer.Registry;
import org.freedesktop.gstreamer.Version;
import org.jspecify.annotations.Nullable;

/** GStreamer itself, of which a process has one; it is never unloaded. */
final class Library {
  static final Library INSTANCE = new Library();

  /** Whoever debugs GStreamer gets its messages as always. */
  private static final boolean DEBUGGED = System.getenv("GST_DEBUG") != null;

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

  /** Kept from the garbage collector, as native code calls it for ever. */
  private final NativeGst.LogFunction watcher =
      (category, level, file, function, line, object, message, data) -> logged(object, message);

  /** Empty if GStreamer can be used; null if that is not known yet. */
  private @Nullable String problem;

  private boolean watchable;

  private Library() {}

  /** Says what is wrong with GStreamer here, if anything. Loads it at the first call. */
  synchronized Optional<String> problem() {
    String known = problem;
    if (known == null) {
      known = load().orElse("");
      problem = known;
    }
    return known.isEmpty() ? Optional.empty() : Optional.of(known);
  }

  private Optional<String> load() {
    try {
      Gst.init(Version.of(1, 18), "vigil");
      NativeGst.checkLayout();
      watchAuthentication();
      watchable = saysWhatItIsAboutToDo();
    } catch (LinkageError | RuntimeException e) {
      e.printStackTrace(); // the worker's output is its log
      return Optional.of("GStreamer cannot be used; it needs the packages " + PACKAGES);
    }
    return ELEMENTS.entrySet().stream()
        .filter(element -> !has(element.getKey()))
        .findFirst()
        .map(element -> missing(element.getKey(), element.getValue()));
  }

  /** Whether {@code rtspsrc} can be kept from sending a password in clear. */
  synchronized boolean isWatchable() {
    return watchable;
  }

  /** Another version might log other words, and then nothing would be stopped. */
  private static boolean saysWhatItIsAboutToDo() {
    try {
      Path plugin = Path.of(Registry.get().findPlugin("rtsp").getFilename());
      String content = new String(Files.readAllBytes(plugin), StandardCharsets.ISO_8859_1);
      return content.contains(RequestGuard.ATTEMPTING + "%s" + RequestGuard.AUTHENTICATION);
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private static boolean has(String element) {
    try {
      return ElementFactory.find(element) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static String missing(String element, String debianPackage) {
    return "GStreamer's " + element + " is missing: install the package " + debianPackage;
  }

  /**
   * {@code rtspsrc} answers a request for the password in whatever way the camera asks for, and has
   * no signal that tells. It logs what it is about to do, before it does it; {@link RequestGuard}
   * then stops what must not be sent. It also logs each packet, so this is on while somebody
   * connects, and off as soon as nobody does.
   */
  private void watchAuthentication() {
    if (!DEBUGGED) {
      NativeGst.Core.gst_debug_remove_log_function(
          NativeLibrary.getInstance("gstreamer-1.0").getFunction("gst_debug_log_default"));
    }
    NativeGst.Core.gst_debug_add_log_function(watcher, 0, 0);
    NativeGst.Core.gst_debug_set_threshold_for_name("rtspsrc", NativeGst.LEVEL_DEBUG);
  }

  private void logged(long object, long message) {
    GStreamerSession session = bySource.get(object);
    if (session != null) {
      Pointer text = NativeGst.Core.gst_debug_message_get(message);
      if (text != null) {
        session.logged(text.getString(0));
      }
    }
  }

  /** The session is told what its source logs, until it is {@link #connected}. */
  synchronized void connecting(long source, GStreamerSession session) {
    bySource.put(source, session);
    NativeGst.Core.gst_debug_set_active(1);
  }

  synchronized void connected(long source) {
    if (bySource.remove(source) != null && bySource.isEmpty() && !DEBUGGED) {
      NativeGst.Core.gst_debug_set_active(0);
    }
  }

  static <T extends Callback> T attached(T callback) {
    Native.setCallbackThreadInitializer(callback, STREAMING);
    return callback;
  }
}
