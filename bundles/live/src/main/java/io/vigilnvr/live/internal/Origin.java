package io.vigilnvr.live.internal;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a page comes from (RFC 6454). Browsers let every page open a WebSocket to everywhere, and
 * send the cookie along; so what a page is must be looked at here.
 */
final class Origin {
  /** Nothing but these three: no user, no path. */
  private static final Pattern ORIGIN =
      Pattern.compile("(https?)://([a-z0-9._-]+|\\[[0-9a-f:.]+\\])(:[1-9][0-9]{0,4})?");

  private Origin() {}

  /**
   * Whether all of these headers name the scheme, host and port that the request itself went to.
   *
   * @param origins values of {@code Origin}; one, to be right
   */
  static boolean isOwn(List<String> origins, String scheme, @Nullable String host) {
    if (origins.size() != 1 || host == null) {
      return false;
    }
    String own = normal(scheme + "://" + host);
    return !own.isEmpty() && own.equals(normal(origins.get(0)));
  }

  /** Scheme, host and port; empty if the text is no origin. */
  private static String normal(String text) {
    Matcher matcher = ORIGIN.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return "";
    }
    String scheme = matcher.group(1);
    String port = matcher.group(3);
    if (port == null) {
      port = scheme.equals("https") ? ":443" : ":80";
    }
    return scheme + "://" + matcher.group(2) + port;
  }
}
