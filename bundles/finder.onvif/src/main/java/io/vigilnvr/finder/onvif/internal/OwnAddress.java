package io.vigilnvr.finder.onvif.internal;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An address that a camera gives of itself. It is taken only if it leads to where the camera
 * answered from: whoever answers must not send us elsewhere. No name is ever looked up.
 */
final class OwnAddress {
  private static final Logger log = LoggerFactory.getLogger(OwnAddress.class);
  private static final int MAX_LENGTH = 2048;

  private OwnAddress() {}

  /** Of a service that can be asked by HTTP. Without a login, query or fragment. */
  static Optional<URI> ofService(String text, InetAddress camera) {
    Optional<URI> uri = at(text, Set.of("http"), camera);
    if (uri.isPresent() && uri.orElseThrow().getRawQuery() != null) {
      return refused(text, camera, "it has a query");
    }
    return uri;
  }

  /** Of a stream, without the login that some cameras put in. */
  static Optional<URI> ofStream(String text, InetAddress camera) {
    return at(text, Set.of("rtsp", "rtsps"), camera);
  }

  /** Where a camera's streams may be, if it does not say. */
  static URI guess(InetAddress camera) {
    return URI.create("rtsp://" + literal(camera) + "/");
  }

  /** As it stands in an address. */
  static String literal(InetAddress camera) {
    return camera instanceof Inet6Address ? "[" + plain(camera) + "]" : plain(camera);
  }

  /** For people, without a zone. */
  static String plain(InetAddress camera) {
    return withoutZone(camera.getHostAddress());
  }

  private static Optional<URI> at(String text, Set<String> schemes, InetAddress camera) {
    if (text.length() > MAX_LENGTH) {
      return refused(text, camera, "it is too long");
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      return refused(text, camera, "it is no address");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!schemes.contains(scheme)) {
      return refused(text, camera, "it begins with none of " + schemes);
    }
    if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65535) {
      return refused(text, camera, "it has no host, or no port that can be");
    }
    if (!isHost(uri.getHost(), camera)) {
      return refused(text, camera, "it is another host's");
    }
    if (uri.getRawFragment() != null) {
      return refused(text, camera, "it has a fragment");
    }
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String plain =
        scheme
            + "://"
            + literal(camera)
            + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
            + path
            + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    return Optional.of(URI.create(URI.create(plain).toASCIIString()));
  }

  private static Optional<URI> refused(String text, InetAddress camera, String reason) {
    if (log.isDebugEnabled()) {
      log.debug("{}: {} is ignored: {}", plain(camera), Words.plain(text, 200), reason);
    }
    return Optional.empty();
  }

  private static boolean isHost(String host, InetAddress camera) {
    if (!host.startsWith("[")) {
      return host.equals(plain(camera));
    }
    try {
      // In brackets there are literal addresses only, which are not looked up.
      return InetAddress.getByName(withoutZone(host.substring(1, host.length() - 1)))
          .equals(InetAddress.getByAddress(camera.getAddress()));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static String withoutZone(String literal) {
    int zone = literal.indexOf('%');
    return zone < 0 ? literal : literal.substring(0, zone);
  }
}
