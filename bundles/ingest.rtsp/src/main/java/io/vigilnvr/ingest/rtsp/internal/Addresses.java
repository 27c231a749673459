package io.vigilnvr.ingest.rtsp.internal;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * What a session asks for, and where: the address that the settings name, as requests write it, and
 * what the camera calls its parts. A camera never leads to another host.
 */
final class Addresses {
  private static final int MAX_REDIRECTS = 3;
  private static final int MAX_CHARS = 2048;

  private final URI source;
  private final String place;
  private String request;
  private String base = "";
  private int redirects;

  Addresses(URI source) {
    this.source = source;
    place =
        source.getPort() < 0
            ? String.valueOf(source.getHost())
            : source.getHost() + ":" + source.getPort();
    request = written(source);
  }

  /** The stream, as requests name it. */
  String request() {
    return request;
  }

  String host() {
    return source.getHost() == null ? "" : source.getHost();
  }

  /** RFC 2326, 3.2, and RFC 7826, 19.2. */
  int port() {
    return port(source);
  }

  boolean isTls() {
    return isTls(source);
  }

  /** For the user. */
  String place() {
    return place;
  }

  /** For the user; without the query, which may hold a key. */
  String path() {
    String path = source.getRawPath();
    return path == null || path.isEmpty() ? "/" : path;
  }

  /** What relative addresses of a description are relative to: RFC 2326, C.1.1. */
  void described(Headers answer) {
    base =
        answer
            .first("Content-Base")
            .or(() -> answer.first("Content-Location"))
            .filter(Addresses::isAddress)
            .orElse(request);
  }

  /** RFC 2326, 11.3: to another place of the same camera, and nowhere else. */
  void redirected(Optional<String> location) throws Fault {
    Optional<URI> to = location.flatMap(Addresses::address);
    boolean ours =
        to.isPresent()
            && source.getHost().equalsIgnoreCase(to.get().getHost())
            && port() == port(to.get())
            && isTls() == isTls(to.get())
            && to.get().getRawUserInfo() == null;
    if (!ours || ++redirects > MAX_REDIRECTS) {
      throw Fault.protocol("the camera sends us on to another host, which is refused");
    }
    request = written(to.get());
  }

  /**
   * RFC 2326, C.1.1. Cameras mean by a relative one: behind the base with a slash between, whether
   * the base ends in one or not, which is not what RFC 3986 makes of it.
   */
  String resolve(String control) {
    String from = base.isEmpty() ? request : base;
    if (control.isEmpty() || control.equals("*")) {
      return from;
    }
    if (hasScheme(control)) {
      return isAddress(control) ? control : from;
    }
    String path = control.startsWith("/") ? control.substring(1) : control;
    String resolved = from + (from.endsWith("/") ? "" : "/") + path;
    return isAddress(resolved) ? resolved : from;
  }

  /** What may stand in the first line of a request. */
  private static boolean isAddress(String text) {
    return text.length() <= MAX_CHARS
        && text.chars().allMatch(each -> each > ' ' && each < 127)
        && hasScheme(text);
  }

  private static boolean hasScheme(String text) {
    return text.regionMatches(true, 0, "rtsp://", 0, 7)
        || text.regionMatches(true, 0, "rtsps://", 0, 8);
  }

  private static Optional<URI> address(String text) {
    try {
      return isAddress(text) ? Optional.of(URI.create(text)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String written(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return uri.getScheme().toLowerCase(Locale.ROOT)
        + "://"
        + uri.getHost()
        + ":"
        + port(uri)
        + path
        + query;
  }

  private static int port(URI uri) {
    return uri.getPort() > 0 ? uri.getPort() : isTls(uri) ? 322 : 554;
  }

  private static boolean isTls(URI uri) {
    return "rtsps".equalsIgnoreCase(uri.getScheme());
  }
}
