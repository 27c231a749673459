package io.vigilnvr.live.internal;

import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.auth.Identity;
import java.util.Locale;
import java.util.Optional;
import javax.servlet.http.Cookie;
import javax.servlet.http.HttpServletRequest;

/**
 * What a viewer signed in with; asked for again as long as it watches.
 *
 * @param cookie whether it is the secret of a session, which browsers send by themselves; else it
 *     is a token's
 */
record Credential(boolean cookie, String secret) {
  private static final String COOKIE = "__Host-vigil";
  private static final String BEARER = "bearer ";

  /** The same as the HTTP API takes: a token, or else a session's cookie. */
  static Optional<Credential> of(HttpServletRequest request) {
    String authorization = request.getHeader("Authorization");
    if (authorization != null) {
      return authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
          ? Optional.of(new Credential(false, authorization.substring(BEARER.length()).trim()))
          : Optional.empty();
    }
    Cookie[] cookies = request.getCookies();
    if (cookies != null) {
      for (Cookie one : cookies) {
        if (one.getName().equals(COOKIE)) {
          return Optional.of(new Credential(true, one.getValue()));
        }
      }
    }
    return Optional.empty();
  }

  /** Who has it now, if it is still good. */
  Optional<Identity> identity(Accounts accounts) {
    return cookie ? accounts.session(secret) : accounts.token(secret);
  }

  @Override
  public String toString() {
    return cookie ? "a session" : "a token";
  }
}
