package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Identity;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Principal;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerRequestFilter;
import javax.ws.rs.container.PreMatching;
import javax.ws.rs.core.Cookie;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.SecurityContext;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who makes a request, before anything else is done with it. Whoever is not signed in
 * gets 401 for every path, there or not, except the open ones.
 *
 * <p>A request that changes something and is signed in by cookie must prove that it comes from our
 * own page: by the header {@value #CSRF}, or by what the browser says of its origin. A foreign page
 * can make a browser send the cookie, but neither of these.
 */
@PreMatching
final class SignIn implements ContainerRequestFilter {
  static final String COOKIE = "__Host-vigil";
  static final String CSRF = "X-Vigil-Csrf";
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private static final String BEARER = "bearer ";

  private final Backend backend;

  /** Methods by path, relative to the base. */
  private final Map<String, Set<String>> open;

  /** Of these, where a cookie counts. */
  private final Map<String, Set<String>> heedingSessions;

  SignIn(Backend backend, Map<String, Set<String>> open, Map<String, Set<String>> heedingSessions) {
    this.backend = backend;
    this.open = open;
    this.heedingSessions = heedingSessions;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    String address = String.valueOf(request.getProperty(RestServlet.ADDRESS));
    String method = request.getMethod();
    boolean isOpen = isIn(open, request);
    String authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
    Cookie cookie = request.getCookies().get(COOKIE);
    Caller caller =
        caller(
            backend,
            Optional.ofNullable(authorization),
            // An old cookie must not keep anybody from signing in, even while the database is away.
            isOpen && !isIn(heedingSessions, request)
                ? Optional.empty()
                : Optional.ofNullable(cookie).map(Cookie::getValue),
            address);
    if (caller.identity().isEmpty() && !isOpen) {
      throw ProblemException.unauthorized();
    }
    if (!SAFE.contains(method)) {
      // Who comes with a session's cookie is a browser, wherever to.
      checkOrigin(request, caller, isOpen && caller.sessionSecret().isEmpty());
    }
    request.setProperty(Caller.PROPERTY, caller);
    caller.identity().ifPresent(who -> request.setSecurityContext(new Signed(who)));
  }

  private static boolean isIn(Map<String, Set<String>> routes, ContainerRequestContext request) {
    String method = request.getMethod();
    return routes
        .getOrDefault(request.getUriInfo().getPath(), Set.of())
        .contains(method.equals("HEAD") ? "GET" : method);
  }

  /** Who that is; nobody if what they show is not good. A token counts before a cookie. */
  static Caller caller(
      Backend backend, Optional<String> authorization, Optional<String> cookie, String address) {
    if (authorization.isPresent()) {
      String secret = bearerSecret(authorization.get());
      return new Caller(
          secret.isEmpty() ? Optional.empty() : backend.accounts().token(secret),
          Optional.empty(),
          address);
    }
    Optional<Identity> identity = cookie.flatMap(secret -> backend.accounts().session(secret));
    return new Caller(identity, identity.isPresent() ? cookie : Optional.empty(), address);
  }

  /** The token in a header; empty if there is none. */
  static String bearerSecret(String authorization) {
    return authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
        ? authorization.substring(BEARER.length()).trim()
        : "";
  }

  private static void checkOrigin(ContainerRequestContext request, Caller caller, boolean isOpen) {
    Optional<String> secret = caller.sessionSecret();
    if (secret.isEmpty() && !isOpen) {
      return; // Signed in by a token, which a browser never sends by itself.
    }
    String token = request.getHeaderString(CSRF);
    if (secret.isPresent() && token != null && same(token, csrfToken(secret.get()))) {
      return;
    }
    String site = request.getHeaderString("Sec-Fetch-Site");
    String origin = request.getHeaderString("Origin");
    boolean own;
    if (site != null) {
      own = site.equals("same-origin") || (isOpen && site.equals("none"));
    } else if (origin != null) {
      own = isOwn(origin, request.getHeaderString(HttpHeaders.HOST));
    } else {
      own = isOpen; // Not a browser: there is nothing to be misused.
    }
    if (!own) {
      throw new ProblemException(
          403, "Send the header " + CSRF + ", or come from Vigil's own page.");
    }
  }

  private static boolean isOwn(String origin, @Nullable String host) {
    try {
      return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Follows from the session's secret, so that it need not be kept, and does not give it away. */
  static String csrfToken(String sessionSecret) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(("csrf\n" + sessionSecret).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  /** For resources of plugins that ask JAX-RS. */
  private record Signed(Identity who) implements SecurityContext {
    @Override
    public Principal getUserPrincipal() {
      return new User(who.username());
    }

    @Override
    public boolean isUserInRole(String role) {
      return who.role().word().equals(role);
    }

    @Override
    public boolean isSecure() {
      return true;
    }

    @Override
    public String getAuthenticationScheme() {
      return "vigil";
    }
  }

  private record User(String name) implements Principal {
    @Override
    public String getName() {
      return name;
    }
  }
}
