package io.vigilnvr.ingest.gstreamer.internal;

import io.vigilnvr.api.camera.StreamSource;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides what may be sent to whom. {@code rtspsrc} follows a redirect to any host, and there sends
 * the password, even as HTTP Basic, to whoever asks.
 *
 * <p>Connections are made for OPTIONS and DESCRIBE, so these must name the host and port of the
 * settings. What follows goes over the same connection; there many cameras behind a NAT name
 * themselves by the address that they know, which is harmless. Thread-safe.
 */
final class RequestGuard {
  private static final int DESCRIBE = 1; // GstRTSPMethod
  private static final int OPTIONS = 1 << 3;
  private static final int SETUP = 1 << 8;

  private static final int RTSP_PORT = 554;
  private static final int RTSPS_PORT = 322;

  private final String host;
  private final int port;
  private final boolean tls;
  private final boolean basicAllowed;
  private boolean setUp;
  private boolean basicAhead;
  private boolean refused;

  RequestGuard(StreamSource.Rtsp source) {
    host = host(source.uri());
    port = port(source.uri());
    tls = tls(source.uri());
    basicAllowed = source.basicAllowed() || tls;
  }

  /** Told what {@code rtspsrc} logs, which it does before it sends. */
  synchronized void logged(String text) {
    if (text.startsWith("Attempting ") && text.endsWith(" authentication")) {
      basicAhead = text.toLowerCase(Locale.ROOT).contains("basic");
    }
  }

  /** Says why a request must not be sent, if so. */
  synchronized Optional<String> refusal(int method, String target) {
    if (basicAhead && !basicAllowed) {
      refused = true;
      return Optional.of(
          "the camera wants the password in clear; allow basic authentication in its settings, or"
              + " use rtsps");
    }
    if (method == SETUP) {
      setUp = true;
    } else if (method == DESCRIBE) {
      setUp = false;
    }
    boolean connects = method == DESCRIBE || (method == OPTIONS && !setUp);
    if (connects && !isOurs(target)) {
      refused = true;
      return Optional.of("the camera sends us on to another host, which is refused");
    }
    return Optional.empty();
  }

  /** Whether anything was refused, so that what fails then fails for it. */
  synchronized boolean hasRefused() {
    return refused;
  }

  private boolean isOurs(String target) {
    try {
      URI uri = new URI(target);
      return uri.getHost() != null
          && host(uri).equals(host)
          && port(uri) == port
          && tls(uri) == tls;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static String host(URI uri) {
    return uri.getHost().toLowerCase(Locale.ROOT);
  }

  private static boolean tls(URI uri) {
    return "rtsps".equalsIgnoreCase(uri.getScheme());
  }

  private static int port(URI uri) {
    if (uri.getPort() > 0) {
      return uri.getPort();
    }
    return tls(uri) ? RTSPS_PORT : RTSP_PORT;
  }
}
