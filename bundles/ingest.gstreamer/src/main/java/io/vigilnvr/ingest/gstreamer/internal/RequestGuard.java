package io.vigilnvr.ingest.gstreamer.internal;

import io.vigilnvr.api.camera.StreamSource;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  static final String ATTEMPTING = "Attempting ";
  static final String AUTHENTICATION = " authentication";

  private static final String REDIRECTION = "redirection to ";

  private static final String ELSEWHERE =
      "the camera sends us on to another host, which is refused";

  private static final Pattern PORT = Pattern.compile(":(\\d{1,5})$");
  private static final int RTSP_PORT = 554;
  private static final int RTSPS_PORT = 322;

  private static final String RESTARTING = "closing connection";

  private final String host;
  private final int port;
  private final boolean tls;
  private final boolean basicAllowed;
  private boolean setUp;
  private boolean basicAhead;
  private boolean redirected;
  private boolean putBack;
  private boolean refused;

  RequestGuard(StreamSource.Rtsp source) {
    host = host(source.uri());
    port = port(source.uri());
    tls = tls(source.uri());
    basicAllowed = source.basicAllowed() || tls;
  }

  /**
   * Told what {@code rtspsrc} logs, which it does before it acts.
   *
   * @return whether it is about to connect to somebody else, so its location has to be put back;
   *     once, as it closes its connection again when it is refused
   */
  synchronized boolean logged(String text) {
    if (text.startsWith(ATTEMPTING) && text.endsWith(AUTHENTICATION)) {
      basicAhead = text.toLowerCase(Locale.ROOT).contains("basic");
    } else if (text.startsWith(REDIRECTION)) {
      redirected |= !isOurs(text.substring(REDIRECTION.length()));
    } else if (redirected && !putBack && text.startsWith(RESTARTING)) {
      putBack = true;
      return true;
    }
    return false;
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
    if (redirected) {
      refused = true;
      return Optional.of(ELSEWHERE);
    }
    boolean connects = method == DESCRIBE || (method == OPTIONS && !setUp);
    if (connects && !(isOurs(target) || isOursInsideTls(target))) {
      refused = true;
      return Optional.of(ELSEWHERE);
    }
    return Optional.empty();
  }

  /** Whether the connection is inside TLS. */
  boolean encrypts() {
    return tls;
  }

  /** Whether the password must not be sent in clear. */
  boolean refusesBasic() {
    return !basicAllowed;
  }

  /** Whether anything was refused, so that what fails then fails for it. */
  synchronized boolean hasRefused() {
    return refused;
  }

  private boolean isOurs(String target) {
    try {
      URI uri = new URI(target);
      return host(uri).equals(host) && port(uri) == port && tls(uri) == tls;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /**
   * {@code rtspsrc} names the scheme rtsp in its requests, inside TLS, too. That a camera sends us
   * on from TLS to the same port without it is seen before, when it is logged.
   */
  private boolean isOursInsideTls(String target) {
    return tls && target.startsWith("rtsp://") && isOurs("rtsps" + target.substring(4));
  }

  private static String host(URI uri) {
    // A name with an underscore is none to java.net.URI.
    String name = uri.getHost() == null ? uri.getRawAuthority() : uri.getHost();
    return name == null ? "" : PORT.matcher(name.toLowerCase(Locale.ROOT)).replaceFirst("");
  }

  private static boolean tls(URI uri) {
    return "rtsps".equalsIgnoreCase(uri.getScheme());
  }

  /** Where to connect: 322 is the port for rtsps (RFC 7826, 19.2), 554 that for rtsp. */
  static int port(URI uri) {
    if (uri.getPort() > 0) {
      return uri.getPort();
    }
    Matcher matcher = PORT.matcher(uri.getRawAuthority() == null ? "" : uri.getRawAuthority());
    if (matcher.find()) {
      return Integer.parseInt(matcher.group(1));
    }
    return tls(uri) ? RTSPS_PORT : RTSP_PORT;
  }
}
